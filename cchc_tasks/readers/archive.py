"""A look into the directory of an office file before anything is unpacked."""

import io
import re
import zipfile

from cchc_tasks.domain.errors import ReadTrouble
from cchc_tasks.readers import limits
from cchc_tasks.readers.trouble import Unreadable

_DECLARATION = re.compile(rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E|E\x00?N\x00?T\x00?I\x00?T\x00?Y)")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Za-z]+)(\d+)(?::([A-Za-z]+)(\d+))?[\"']")


def open_archive(data: bytes) -> zipfile.ZipFile:
    """The checked archive; raises Unreadable for what is broken, locked or would unpack to too much."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise Unreadable(ReadTrouble.DAMAGED) from error
    members = archive.infolist()
    if len(members) > limits.ARCHIVE_MEMBERS:
        raise Unreadable(ReadTrouble.ARCHIVE_LIMITS, found=len(members), limit=limits.ARCHIVE_MEMBERS)
    if any(member.flag_bits & 0x1 for member in members):
        raise Unreadable(ReadTrouble.ENCRYPTED)
    total = 0
    for member in members:
        total += member.file_size
        too_dense = member.file_size > limits.ARCHIVE_RATIO_FROM and member.file_size > limits.ARCHIVE_RATIO * max(
            1, member.compress_size
        )
        if member.file_size > limits.ARCHIVE_PART_BYTES or total > limits.ARCHIVE_BYTES or too_dense:
            raise Unreadable(ReadTrouble.ARCHIVE_LIMITS, limit=limits.ARCHIVE_BYTES)
        if member.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", member.filename):
            raise Unreadable(ReadTrouble.DAMAGED)
    if any(member.filename.endswith("vbaProject.bin") for member in members):
        raise Unreadable(ReadTrouble.HAS_MACROS)
    return archive


def check_parts(archive: zipfile.ZipFile) -> None:
    """Read every XML part once: it must unpack, declare no entities, and merge no more than a plan could."""
    merged = 0
    for member in archive.infolist():
        if not member.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        try:
            content = archive.read(member)
        except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
            raise Unreadable(ReadTrouble.DAMAGED) from error
        except Exception as error:  # zlib, lzma and bz2 each raise an error class of their own
            raise Unreadable(ReadTrouble.DAMAGED) from error
        if _DECLARATION.search(content):
            raise Unreadable(ReadTrouble.DAMAGED)
        merged += _merged_area(content)
        if merged > limits.ROWS * limits.COLUMNS:
            raise Unreadable(ReadTrouble.TOO_MANY_ROWS, limit=limits.ROWS)


def _merged_area(content: bytes) -> int:
    """How many places the merged areas of a sheet cover."""
    area = 0
    for count, match in enumerate(_MERGED.finditer(content), start=1):
        first_row, last_row = int(match[2]), int(match[4] or match[2])
        first, last = _column(match[1]), _column(match[3] or match[1])
        area += (last_row - first_row + 1) * (last - first + 1)
        if count > limits.MERGED_AREAS:
            raise Unreadable(ReadTrouble.TOO_MANY_ROWS, limit=limits.ROWS)
    return area


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + letter - 64
    return number
