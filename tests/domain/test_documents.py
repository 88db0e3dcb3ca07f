"""References to documents. `document_references.tsv`: from plan 163 and four published reports, and usual forms."""

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.documents import (
    document_reference_to_dict,
    find_document_references,
    parse_document_reference,
    tidy_number,
)

REFERENCES = Path(__file__).with_name("document_references.tsv")


def rows():
    with REFERENCES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["phrase"][:60])
def test_references_are_read_as_printed(row):
    reference = parse_document_reference(row["phrase"])

    assert {
        "type": reference.type or "",
        "number": reference.number or "",
        "symbol": reference.symbol or "",
        "issued_on": str(reference.issued_on or ""),
        "to_confirm": "yes" if reference.needs_confirmation else "",
    } == {name: row[name] for name in ("type", "number", "symbol", "issued_on", "to_confirm")}


def test_the_table_of_references_is_long_enough_to_mean_something():
    assert len({row["phrase"] for row in rows()}) == len(rows()) >= 80


def test_all_references_of_a_sentence_are_found_with_their_places():
    text = "Thực hiện Quyết định số 751/QĐ-UBND ngày 26/12/2020 và Nghị định số 107/2020/NĐ-CP ngày 14/9/2020."

    found = find_document_references(text)

    assert [(one.reference.number, one.reference.issued_on) for one in found] == [
        ("751/QĐ-UBND", date(2020, 12, 26)),
        ("107/2020/NĐ-CP", date(2020, 9, 14)),
    ]
    assert [text[one.start : one.end].split(" ")[0] for one in found] == ["Quyết", "Nghị"]


def test_a_deadline_behind_a_reference_is_not_its_date():
    (found,) = find_document_references("Triển khai Kế hoạch 59/KH-UBND trước ngày 30/6/2021")

    assert found.reference.issued_on is None


def test_blanks_in_a_number_do_not_make_it_another():
    assert tidy_number("1705/QĐ- BTTTT") == tidy_number("1705 /QĐ–BTTTT") == "1705/QĐ-BTTTT"


def test_the_machine_form_is_plain_data():
    assert document_reference_to_dict(parse_document_reference("Kế hoạch số 01/KH.CCHC-STTTT ngày 17/01/2023")) == {
        "type": "Kế hoạch",
        "number": "01/KH.CCHC-STTTT",
        "symbol": "KH.CCHC-STTTT",
        "issued_on": "2023-01-17",
        "needs_confirmation": False,
    }


symbols = st.sampled_from(["KH-STTTT", "QĐ-UBND", "KH.CCHC-STTTT", "BC-SXD", "TTr-SNV", "CT-TTg"])


@given(st.integers(1, 9999), symbols, st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_any_number_and_date_is_read_back(number, symbol, day):
    reference = parse_document_reference(f"số {number:02d}/{symbol} ngày {day:%d/%m/%Y}")

    assert (reference.number, reference.symbol, reference.issued_on) == (f"{number:02d}/{symbol}", symbol, day)
    assert not reference.needs_confirmation


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text):
    reference = parse_document_reference(text)

    assert reference.number is not None or reference.needs_confirmation


words = st.sampled_from(
    "số ngày 12/KH-UBND 31/12/2020 tháng Quyết định Kế hoạch của , ( ) - / 5 QĐ năm 2021 Luật".split(" ")
)


@given(st.lists(words, max_size=25).map(" ".join))
def test_any_jumble_of_numbers_and_types_is_read_without_an_error(text):
    found = find_document_references(text)

    assert all(left.end <= right.start for left, right in pairwise(found))
