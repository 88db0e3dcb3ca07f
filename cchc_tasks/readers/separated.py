"""Text tables (.csv, .tsv): the encoding and the separator found out, the fields as typed."""

import csv
import io
import unicodedata

from cchc_tasks.domain.errors import ReadTrouble
from cchc_tasks.domain.formulas import unguard_formula
from cchc_tasks.domain.grid import SourceDocument, Table
from cchc_tasks.domain.reading_progress import Step
from cchc_tasks.readers import limits
from cchc_tasks.readers.old_fonts import kind_of_texts
from cchc_tasks.readers.progress import tell
from cchc_tasks.readers.syllables import share_of_syllables
from cchc_tasks.readers.trouble import CellCollector, Unreadable

_SEPARATORS = ",;\t|"
_SAMPLE = 40_000
#: The share of words that must make sense before an encoding is believed.
_MOST = 0.9
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_separated(data: bytes) -> SourceDocument:
    """The file as one table."""
    text = _decoded(data)
    if not text.strip():
        raise Unreadable(ReadTrouble.EMPTY)
    text, told = _told_separator(text)
    separator = told or _separator(text)
    collector = CellCollector()
    rows = []
    csv.field_size_limit(limits.CELL_LENGTH * 2)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, fields in enumerate(reader, start=1):
            shown = map(unguard_formula, fields)
            cells = (collector.cell(field, number, column) for column, field in enumerate(shown, start=1))
            rows.append(tuple(cells))
            tell(Step.ROWS, number)
    except csv.Error as error:
        if "field larger" in str(error):
            raise Unreadable(
                ReadTrouble.FIELD_TOO_LONG, row=len(rows) + 1, column=0, limit=limits.FIELD_LENGTH
            ) from error
        raise Unreadable(ReadTrouble.UNCLOSED_QUOTE, row=len(rows) + 1) from error
    return SourceDocument((), (Table(tuple(rows)),))


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    if data[:200].count(0) > len(data[:200]) // 4:
        return _strictly(data, "utf-16-be" if data[0] == 0 else "utf-16-le")
    if b"\x00" in data:
        raise Unreadable(ReadTrouble.UNKNOWN_ENCODING)
    try:
        return unicodedata.normalize("NFC", data.decode("utf-8"))
    except UnicodeDecodeError:
        return _of_one_byte(data)


def _of_one_byte(data: bytes) -> str:
    """Windows-1258, or bytes for an old font; the one in which the words make sense."""
    latin = data.decode("latin-1")
    try:
        windows = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        windows = ""
    if kind_of_texts([latin]) is not None and share_of_syllables(windows) < _MOST:
        return latin
    if not windows:
        raise Unreadable(ReadTrouble.UNKNOWN_ENCODING)
    return windows


def _strictly(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(ReadTrouble.UNKNOWN_ENCODING) from error
    if "\x00" in text:
        raise Unreadable(ReadTrouble.UNKNOWN_ENCODING)
    return text


def _told_separator(text: str) -> tuple[str, str | None]:
    """Excel's own first line "sep=;"."""
    first, newline, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return rest if newline else "", first.strip()[4]
    return text, None


def _separator(text: str) -> str:
    """The separator under which most rows of the beginning that have several fields have as many."""
    sample = text[:_SAMPLE]
    return max(_SEPARATORS, key=lambda separator: _regularity(sample, separator))


def _regularity(sample: str, separator: str) -> tuple[int, int]:
    widths: list[int] = []
    try:
        for fields in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
            if any(fields) and len(fields) > 1:
                widths.append(len(fields))
    except csv.Error:
        pass
    if not widths:
        return (0, 0)
    usual = max(set(widths), key=widths.count)
    return (widths.count(usual), usual)
