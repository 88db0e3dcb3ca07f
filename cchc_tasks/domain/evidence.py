"""What a file must be to serve as evidence: the kinds, the limit, and what can be wrong with one."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from cchc_tasks.domain.errors import Invalid, NotFound
from cchc_tasks.domain.ledger import LedgerRow
from cchc_tasks.domain.workflow import Move

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


# --- which evidence proves something

#: Moves that end a report without accepting it.
WITHDRAWING = frozenset({Move.RETURN.value, Move.TAKE_BACK.value})


def withdrawn_reports(rows: Iterable[LedgerRow]) -> frozenset[int]:
    """Sequences of the reports among status rows that were returned, taken back or put right as never made.

    What came with such a report stays behind the item and in the ledger, and proves nothing of the finished product.
    A report whose day was moved is the same report; a return that was itself put right as never made is none.
    """
    by_seq = {row.seq: row for row in rows}
    said_again: dict[int, list[int]] = defaultdict(list)
    voided = set()
    for row in by_seq.values():
        told = by_seq.get(_restated(row))
        if told is not None and row.status is told.status:
            said_again[told.seq].append(row.seq)
        elif told is not None:
            voided.add(told.seq)

    def stands(seq: int) -> bool:
        again = said_again[seq]
        return any(stands(each) for each in again) if again else seq not in voided

    def first_said(row: LedgerRow) -> LedgerRow:
        told = by_seq.get(_restated(row))
        return row if told is None else first_said(told)

    answered = {
        first_said(by_seq[row.answers_seq]).seq
        for row in by_seq.values()
        if row.answers_seq in by_seq and row.payload.get("move") in WITHDRAWING and stands(row.seq)
    }
    reports = (row for row in by_seq.values() if row.payload.get("move") == Move.REPORT.value)
    return frozenset(answered | {row.seq for row in reports if not stands(row.seq)})


def _restated(row: LedgerRow) -> int:
    """The row that a correction says anew or takes back; 0, which none has, for any other row."""
    seq = row.payload.get("restates_seq")
    return seq if isinstance(seq, int) else 0


def proves(seq: int | None, withdrawn: Collection[int]) -> bool:
    """Whether evidence that came with ledger row `seq` (None: put behind the item by itself) counts as such."""
    return seq is None or seq not in withdrawn
