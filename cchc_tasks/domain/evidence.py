"""What a file must be to serve as evidence: the kinds, the limit, and what can be wrong with one."""

from dataclasses import dataclass
from enum import StrEnum

from cchc_tasks.domain.errors import Invalid, NotFound

#: Source: DESIGN rule 4. A setting may ask for less or more; this is its default.
LARGEST_FILE_BYTES = 25 * 1024 * 1024


class FileKind(StrEnum):
    """Kinds that are taken, known by their content and never by their name alone."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"


MEDIA_TYPES: dict[FileKind, str] = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.HEIC: "image/heic",
}
#: Endings by which people know the kinds; a file goes out under one of these.
ENDINGS: dict[FileKind, tuple[str, ...]] = {
    FileKind.PDF: (".pdf",),
    FileKind.DOCX: (".docx",),
    FileKind.XLSX: (".xlsx",),
    FileKind.JPEG: (".jpg", ".jpeg"),
    FileKind.PNG: (".png",),
    FileKind.HEIC: (".heic", ".heif"),
}


class FileTrouble(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    UNKNOWN_KIND = "unknown_kind"
    OLD_OFFICE = "old_office"
    HAS_MACROS = "has_macros"
    DAMAGED = "damaged"
    WRONG_ENDING = "wrong_ending"


class UnfitFile(Invalid):
    """The file cannot serve as evidence; `facts` hold its `name` and, where it matters, `limit` and `kind`."""

    def __init__(self, reason: FileTrouble, **facts: object) -> None:
        self.reason = reason
        super().__init__(reason=reason, **facts)


class MissingFile(NotFound):
    """The store holds no file of this hash, though a row says so: the folder was not restored, or was changed."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that the store keeps under `sha256`; `size` in bytes, `name` as a person knows it."""

    sha256: str
    name: str
    size: int
    kind: FileKind

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.kind]


def kind_of_media(media_type: str) -> FileKind | None:
    """The kind behind a stored media type, or None for one that is not taken (any more)."""
    return next((kind for kind, each in MEDIA_TYPES.items() if each == media_type), None)


def display_name(name: str, kind: FileKind) -> str:
    """The last part of `name`, without a path, controls or tricks of direction, ending as its kind does.

    Never empty and never longer than 200 characters. Source: RELIABILITY F1.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*').rstrip(" .")
    stem, dot, ending = clean.rpartition(".")
    known = f".{ending.lower()}" if dot else ""
    if known not in ENDINGS[kind]:
        # A phone's .HEIC that is a JPEG gets its own ending; an ending that is no kind of ours stays in the name.
        is_of_another = any(known in endings for endings in ENDINGS.values())
        stem, known = stem if is_of_another else clean, ENDINGS[kind][0]
    return f"{stem[:190].strip(' .') or 'tep'}{known}"
