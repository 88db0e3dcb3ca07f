from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.reports.cells import (
    BLANK,
    NOT_APPLICABLE,
    NOT_YET,
    CellMark,
    CellState,
    count_cell,
    is_rate_of,
    number_text,
    parse_cell,
    parse_choices,
    rate,
    rate_cell,
)
from cchc_tasks.domain.reports.forms import Choice, ValueType
from tests.domain.reports.real_reports import SLUGS, cells_of, decimal_of, form_of, rows_of

ALL_ROWS = [(slug, row) for slug in SLUGS for row in rows_of(slug)]
MARK_OF_FLAG = {
    "leading-zero": CellMark.LEADING_ZERO,
    "percent-sign-in-value": CellMark.PERCENT_SIGN,
    "decimal-comma": CellMark.DECIMAL_COMMA,
    "thousands-separator": CellMark.THOUSANDS_DOT,
    "fraction-in-value": CellMark.FRACTION,
    "extra-text-in-value": CellMark.EXTRA_TEXT,
    "text-in-value": CellMark.WORDS,
}


def test_every_row_of_the_four_real_annexes_is_read():
    assert len(ALL_ROWS) == 115 + 121 + 185 + 121


@pytest.mark.parametrize("slug", SLUGS)
def test_every_printed_value_is_worth_what_it_says_and_prints_again_letter_for_letter(slug):
    cells = cells_of(slug)
    for row in rows_of(slug):
        cell = cells[row["indicator"]]
        assert cell.printed == row["value_raw"]
        assert cell.value == decimal_of(row["value"]), row["code"]
        assert (cell.state is CellState.BLANK) == (row["value_raw"] == "")
        assert cell.marks == {MARK_OF_FLAG[flag] for flag in row["flags"] if flag in MARK_OF_FLAG}, row["code"]


@pytest.mark.parametrize("slug", SLUGS)
def test_what_else_a_real_cell_says_is_read_too(slug):
    cells = cells_of(slug)
    for row in rows_of(slug):
        detail, cell = row.get("value_detail") or {}, cells[row["indicator"]]
        assert (cell.numerator, cell.denominator) == (detail.get("numerator"), detail.get("denominator"))
        assert [(part.label, part.value) for part in cell.parts] == [
            (part["label"], part["value"]) for part in detail.get("parts", [])
        ]
        assert cell.words == detail.get("qualifier", detail.get("text", ""))
        base = detail.get("base")
        assert (cell.base is None) == (base is None)
        if cell.base and base:
            assert (cell.base.value, cell.base.label) == (base["value"], base["unit"])


@pytest.mark.parametrize("slug", SLUGS)
def test_the_options_of_a_real_unit_cell_are_read(slug):
    for row in form_of(slug).rows:
        assert parse_choices(row.unit_text) == row.choices


YES_NO = (Choice(1, "Đã thực hiện"), Choice(0, "Chưa thực hiện"))


@pytest.mark.parametrize(
    ("printed", "value_type", "value", "state"),
    [
        ("", ValueType.COUNT, None, CellState.BLANK),
        ("   ", ValueType.COUNT, None, CellState.BLANK),
        ("0", ValueType.COUNT, 0, CellState.VALUE),
        ("chưa có", ValueType.COUNT, None, CellState.NOT_YET),
        ("Không áp dụng", ValueType.PERCENT, None, CellState.NOT_APPLICABLE),
        ("1.050", ValueType.COUNT, 1050, CellState.VALUE),
        ("1.05", ValueType.COUNT, None, CellState.WORDS),
        ("98.4", ValueType.PERCENT, None, CellState.WORDS),
        ("khoảng 40", ValueType.COUNT, None, CellState.WORDS),
        ("-3", ValueType.COUNT, None, CellState.WORDS),
        ("100 %", ValueType.PERCENT, 100, CellState.VALUE),
        ("9" * 16, ValueType.COUNT, None, CellState.WORDS),
        ("٤٢", ValueType.COUNT, None, CellState.WORDS),
        ("02/02", ValueType.COUNT, 2, CellState.VALUE),
        ("97/97", ValueType.PERCENT, 100, CellState.VALUE),
        ("0/0", ValueType.PERCENT, None, CellState.WORDS),
        ("Đã thực hiện= 1", ValueType.FLAG, 1, CellState.VALUE),
        ("Đã thực hiện = 0", ValueType.FLAG, None, CellState.WORDS),
        ("chưa thực hiện", ValueType.FLAG, 0, CellState.VALUE),
        ("Đã kết nối", ValueType.PERCENT, None, CellState.WORDS),
        ("Không có nội dung khác", ValueType.TEXT, None, CellState.WORDS),
    ],
)
def test_blank_zero_not_yet_and_not_applicable_stay_four_answers_and_nothing_is_guessed(
    printed, value_type, value, state
):
    cell = parse_cell(printed, value_type, YES_NO)

    assert (cell.printed, cell.value, cell.state) == (printed, value, state)


def test_the_four_answers_without_a_number_differ():
    assert len({BLANK, NOT_YET, NOT_APPLICABLE, count_cell(0)}) == 4
    assert [cell.is_answered for cell in (BLANK, NOT_YET, NOT_APPLICABLE, count_cell(0))] == [False, False, True, True]
    assert parse_cell(NOT_YET.printed, ValueType.COUNT) == NOT_YET
    assert parse_cell(NOT_APPLICABLE.printed, ValueType.COUNT) == NOT_APPLICABLE


@pytest.mark.parametrize(
    ("numerator", "denominator", "printed"),
    [(41, 47, "87,23"), (97, 97, "100"), (0, 12, "0"), (7, 8, "87,5"), (7, 32, "21,88"), (1, 8, "12,5")],
)
def test_a_computed_percentage_is_rounded_half_up_at_two_decimals(numerator, denominator, printed):
    assert rate_cell(numerator, denominator).printed == printed


def test_a_computed_percentage_prints_with_its_fraction_as_real_reports_do():
    assert rate_cell(523, 525, with_fraction=True).printed == "99,62% (523/525)"
    assert rate_cell(1049, 1050, with_fraction=True).printed == "99,9% (1.049/1.050)"


def test_a_percentage_of_nothing_is_not_zero():
    assert rate_cell(0, 0) == NOT_APPLICABLE


@given(st.integers(0, 10**9))
def test_a_count_prints_and_reads_back(value):
    cell = count_cell(value)

    assert cell.value == value
    assert parse_cell(cell.printed, ValueType.COUNT) == cell


@given(st.integers(1, 10**6), st.data())
def test_a_rate_prints_with_its_fraction_and_fits_it(denominator, data):
    numerator = data.draw(st.integers(0, denominator))
    cell = rate_cell(numerator, denominator, with_fraction=True)

    again = parse_cell(cell.printed, ValueType.PERCENT)

    assert again == cell
    assert again.value is not None
    assert again.numerator is not None
    assert again.denominator is not None
    assert 0 <= again.value <= 100
    assert rate(again.numerator, again.denominator) == again.value
    assert abs(again.value - Decimal(numerator) * 100 / Decimal(denominator)) <= Decimal("0.005")


@given(st.integers(1, 1000), st.integers(0, 1000))
def test_a_rate_fits_its_fraction_at_however_few_decimals_it_prints(denominator, numerator):
    for places in (0, 1, 2):
        assert is_rate_of(rate(numerator, denominator, places), Decimal(numerator), Decimal(denominator))


@given(st.text(max_size=40), st.sampled_from(ValueType))
def test_any_text_at_all_is_kept_letter_for_letter(text, value_type):
    cell = parse_cell(text, value_type, YES_NO)

    assert cell.printed == text
    assert cell.value is None or cell.state is CellState.VALUE


@given(st.integers(0, 10**8), st.integers(0, 99))
def test_numbers_group_thousands_with_dots_and_decimals_with_a_comma(whole, cents):
    text = number_text(Decimal(whole) + Decimal(cents) / 100)

    assert text.count(",") <= 1
    assert Decimal(text.replace(".", "").replace(",", ".")) == Decimal(whole) + Decimal(cents) / 100
