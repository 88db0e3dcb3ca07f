"""What a file is, by its bytes; the extension only has to agree."""

from collections.abc import Callable

from cchc_tasks.domain.errors import ReadTrouble
from cchc_tasks.domain.grid import SourceDocument
from cchc_tasks.readers import separated, word, workbook
from cchc_tasks.readers.archive import open_archive
from cchc_tasks.readers.trouble import Unreadable

_ARCHIVE = b"PK\x03\x04"
_EMPTY_ARCHIVE = b"PK\x05\x06"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_NAME = "EncryptedPackage".encode("utf-16-le")
_TEXT_EXTENSIONS = frozenset({"csv", "tsv", "txt", ""})
_EXTENSION_OF = {workbook.MEMBER: "xlsx", word.MEMBER: "docx"}
_OTHER_FORMATS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


def read(data: bytes, file_name: str) -> SourceDocument:
    """Read a file of any known format; raises Unreadable."""
    extension = file_name.rpartition(".")[2].lower() if "." in file_name else ""
    if data.startswith(_OLD_OFFICE):
        locked = _ENCRYPTED_NAME in data[: 2 * 1024 * 1024] or _ENCRYPTED_NAME in data[-2 * 1024 * 1024 :]
        raise Unreadable(ReadTrouble.ENCRYPTED if locked else ReadTrouble.OLD_FORMAT)
    if data.startswith((_ARCHIVE, _EMPTY_ARCHIVE)):
        return _office_file(data, extension)
    if data.startswith(_OTHER_FORMATS):
        raise Unreadable(ReadTrouble.UNKNOWN_FORMAT)
    if extension in set(_EXTENSION_OF.values()) | {"xlsm", "docm", "xls", "doc"}:
        raise Unreadable(ReadTrouble.WRONG_EXTENSION, found=extension)
    if extension not in _TEXT_EXTENSIONS:
        raise Unreadable(ReadTrouble.UNKNOWN_FORMAT)
    return separated.read_separated(data)


def _office_file(data: bytes, extension: str) -> SourceDocument:
    archive = open_archive(data)
    names = set(archive.namelist())
    readers: dict[str, Callable[..., SourceDocument]] = {
        workbook.MEMBER: workbook.read_workbook,
        word.MEMBER: word.read_word,
    }
    for member, reader in readers.items():
        if member in names:
            if extension and extension != _EXTENSION_OF[member]:
                raise Unreadable(ReadTrouble.WRONG_EXTENSION, found=extension)
            return reader(data, archive)
    raise Unreadable(ReadTrouble.UNKNOWN_FORMAT)
