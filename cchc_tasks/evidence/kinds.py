"""Tells what a file is by its first bytes and, for Office files, by the members it cannot do without."""

import zipfile
import zlib
from typing import BinaryIO

from cchc_tasks.domain.evidence import ENDINGS, FileKind, FileTrouble, UnfitFile

#: Enough for every signature; a PDF may have some bytes before its own.
HEAD_BYTES = 1024
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
#: Brands of HEIF pictures as phones write them.
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
CONTENT_TYPES = "[Content_Types].xml"
MAIN_MEMBERS = {"word/document.xml": FileKind.DOCX, "xl/workbook.xml": FileKind.XLSX}
#: Limits for looking into an archive, which is listed and never unpacked. Source: RELIABILITY F2.
MOST_MEMBERS = 5_000


def find_kind(file: BinaryIO, name: str) -> FileKind:
    """The kind of an open file, from its content; raises `UnfitFile`. The name must not claim another kind."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if not head:
        raise UnfitFile(FileTrouble.EMPTY, name=name)
    kind = _by_head(head) or (_in_archive(file, name) if head.startswith(ZIP) else None)
    if kind is None:
        trouble = FileTrouble.OLD_OFFICE if head.startswith(OLD_OFFICE) else FileTrouble.UNKNOWN_KIND
        raise UnfitFile(trouble, name=name)
    _check_end(file, kind, name)
    _check_ending(kind, name)
    return kind


def _by_head(head: bytes) -> FileKind | None:
    if b"%PDF-" in head:
        return FileKind.PDF
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return FileKind.HEIC
    return None


def _in_archive(file: BinaryIO, name: str) -> FileKind | None:
    """DOCX and XLSX are archives with a list of contents and one main member; a program inside is refused."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError) as error:
        raise UnfitFile(FileTrouble.DAMAGED, name=name) from error
    names = {member.filename for member in members}
    if len(members) > MOST_MEMBERS or len(names) != len(members):
        raise UnfitFile(FileTrouble.DAMAGED, name=name)
    if any(each.lower().endswith("vbaproject.bin") for each in names):
        raise UnfitFile(FileTrouble.HAS_MACROS, name=name)
    found = {kind for member, kind in MAIN_MEMBERS.items() if member in names}
    return found.pop() if CONTENT_TYPES in names and len(found) == 1 else None


#: What stands near the end of a whole file; one cut off on its way is found here.
_TAILS = {FileKind.PDF: b"%%EOF", FileKind.PNG: b"IEND", FileKind.JPEG: b"\xff\xd9"}
TAIL_BYTES = 64 * 1024


def _check_end(file: BinaryIO, kind: FileKind, name: str) -> None:
    if kind not in _TAILS:
        return
    file.seek(0, 2)
    file.seek(max(0, file.tell() - TAIL_BYTES))
    if _TAILS[kind] not in file.read(TAIL_BYTES):
        raise UnfitFile(FileTrouble.DAMAGED, name=name)


def _check_ending(kind: FileKind, name: str) -> None:
    """A name that claims another kind that we know is refused: somebody is mistaken, or means harm."""
    lower = name.lower()
    claimed = next((each for each, endings in ENDINGS.items() if lower.endswith(endings)), None)
    if claimed is not None and claimed is not kind and not {claimed, kind} <= _PICTURES:
        raise UnfitFile(FileTrouble.WRONG_ENDING, name=name, kind=kind)


#: Phones rename pictures when they convert them; such a one goes out under its own ending.
_PICTURES = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.HEIC})
