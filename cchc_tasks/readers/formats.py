"""What a file is, by its bytes; the extension only has to agree."""

from cchc_tasks.domain.errors import ReadTrouble
from cchc_tasks.domain.grid import SourceDocument
from cchc_tasks.readers import pdf, separated, word, workbook
from cchc_tasks.readers.archive import open_archive
from cchc_tasks.readers.trouble import Unreadable
from cchc_tasks.readers.word_package import main_part

_ARCHIVE = b"PK\x03\x04"
_EMPTY_ARCHIVE = b"PK\x05\x06"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_NAME = "EncryptedPackage".encode("utf-16-le")
_MACROS_NAME = "_VBA_PROJECT".encode("utf-16-le")
_PDF = b"%PDF-"
_PDF_REACH = 1024
_TEXT_EXTENSIONS = frozenset({"csv", "tsv", "txt", ""})
_OFFICE_EXTENSIONS = frozenset({"xlsx", "docx", "xlsm", "docm", "xls", "doc", "pdf"})
_OTHER_FORMATS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


def read(data: bytes, file_name: str) -> SourceDocument:
    """Read a file of any known format; raises Unreadable."""
    extension = extension_of(file_name)
    if data.startswith(_OLD_OFFICE):
        raise Unreadable(_trouble_of_old_office(data))
    if data.startswith((_ARCHIVE, _EMPTY_ARCHIVE)):
        return _office_file(data, extension)
    if _PDF in data[:_PDF_REACH]:
        _agree(extension, "pdf")
        return pdf.read_pdf(data)
    if data.startswith(_OTHER_FORMATS):
        raise Unreadable(ReadTrouble.UNKNOWN_FORMAT)
    if extension in _OFFICE_EXTENSIONS:
        raise Unreadable(ReadTrouble.WRONG_EXTENSION, found=extension)
    if extension not in _TEXT_EXTENSIONS:
        raise Unreadable(ReadTrouble.UNKNOWN_FORMAT)
    return separated.read_separated(data)


def extension_of(file_name: str) -> str:
    """The extension in small letters, "" for none."""
    return file_name.rpartition(".")[2].lower() if "." in file_name else ""


def _trouble_of_old_office(data: bytes) -> ReadTrouble:
    """Only the directory of streams is looked at, by the names in it; what holds no secret may be converted."""
    if _ENCRYPTED_NAME in data:
        return ReadTrouble.ENCRYPTED
    return ReadTrouble.HAS_MACROS if _MACROS_NAME in data else ReadTrouble.OLD_FORMAT


def _office_file(data: bytes, extension: str) -> SourceDocument:
    archive = open_archive(data)
    if workbook.MEMBER in archive.namelist():
        _agree(extension, "xlsx")
        return workbook.read_workbook(data, archive)
    main = main_part(archive)
    if main is None:
        raise Unreadable(ReadTrouble.UNKNOWN_FORMAT)
    _agree(extension, "docx")
    return word.read_word(archive, main)


def _agree(extension: str, expected: str) -> None:
    if extension and extension != expected:
        raise Unreadable(ReadTrouble.WRONG_EXTENSION, found=extension)
