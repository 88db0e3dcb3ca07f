"""How something that a report counted is named to a reader, and how a period is called in a document."""

from collections.abc import Sequence
from datetime import date

from cchc_tasks.domain.documents import tidy_number
from cchc_tasks.wording.core import format_date

#: As reports call their periods ("Báo cáo … quý I năm 2021").
PERIODS = {
    "q1": "quý I năm {year}",
    "h1": "6 tháng đầu năm {year}",
    "q3": "quý III năm {year}",
    "m9": "9 tháng năm {year}",
    "year": "năm {year}",
}


def member_words(facts: tuple[str, str, str, Sequence[tuple[str, date]]]) -> str:
    """ "1.1. Kế hoạch kiểm tra – Quý I/2021 (07/KH-STTTT ngày 05/3/2021)": number, words, period, documents."""
    number, text, period, documents = facts
    named = f"{number.rstrip('.')}. {text}" if number else text
    if period:
        named = f"{named} – {period}"
    proofs = "; ".join(f"{tidy_number(each)} ngày {format_date(day)}" for each, day in documents)
    return f"{named} ({proofs})" if proofs else named


def period_in_words(key: str, year: int) -> str:
    """ "quý I năm 2021"; a period that no rule names is called by its year."""
    return PERIODS.get(key, PERIODS["year"]).format(year=year)


def report_words(key: str, year: int, edition: int) -> str:
    """A report as it is spoken of: "báo cáo quý I năm 2021, bản đính chính 1"."""
    again = f", bản đính chính {edition - 1}" if edition > 1 else ""
    return f"báo cáo {period_in_words(key, year)}{again}"


def report_title(key: str, year: int) -> str:
    """The subject of a report as it is usually printed."""
    return f"Kết quả thực hiện công tác cải cách hành chính {period_in_words(key, year)}"
