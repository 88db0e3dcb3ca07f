"""Lines of like length, gaps that stay, and cells whose spans fill their grid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.exports.official.grid import slots, widths
from cchc_tasks.exports.official.model import Cell, Column, Row
from cchc_tasks.exports.official.text import balanced, clean, wrapped_lines
from cchc_tasks.wording import official as wording


def by_letters(text: str) -> float:
    return float(len(text))


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("SỞ THÔNG TIN VÀ TRUYỀN THÔNG", 20, ["SỞ THÔNG TIN", "VÀ TRUYỀN THÔNG"]),
        ("ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG", 22, ["ỦY BAN NHÂN DÂN", "TỈNH TUYÊN QUANG"]),
        ("Một dòng", 40, ["Một dòng"]),
        ("Dòng một\nDòng hai", 40, ["Dòng một", "Dòng hai"]),
        ("Số      /BC ngày", 40, ["Số      /BC ngày"]),
        ("", 40, [""]),
    ],
)
def test_titles_break_where_a_phrase_begins(text, width, lines):
    assert balanced(text, width, by_letters) == lines


@given(st.lists(st.text("abcđ", min_size=1, max_size=12), min_size=1, max_size=40), st.integers(5, 60))
def test_balanced_lines_hold_all_words_and_keep_within_the_width(words, width):
    lines = balanced(" ".join(words), width, by_letters)

    assert " ".join(lines).split() == words
    assert all(len(line) <= width or " " not in line for line in lines)


def test_letters_without_width_break_nothing():
    assert balanced("\u200b \u200b", 10, lambda _text: 0.0) == ["\u200b \u200b"]


@given(st.text(max_size=200), st.integers(3, 50))
def test_wrapped_lines_are_at_least_what_the_letters_need(text, width):
    shown = clean(text)

    assert wrapped_lines(text, width, by_letters) >= max(1, len("".join(shown.split())) // width)


@given(st.text())
def test_clean_text_can_be_written_and_stays_clean(text):
    shown = clean(text)

    assert shown.encode("utf-8").decode("utf-8") == shown
    assert clean(shown) == shown


def test_clean_text_is_empty_of_what_xml_forbids():
    assert clean("a\x00\x0b\ud800\uffff\ufdd0b\r\nc\td") == "ab\nc d"


def test_spans_are_spread_over_their_rows_and_columns():
    rows = (Row((Cell("a", row_span=2), Cell("b", column_span=2))), Row((Cell("c"), Cell("d"))))

    laid = slots(rows, 3)

    assert [[(slot.cell.text, slot.column, slot.is_start, slot.is_end) for slot in line] for line in laid] == [
        [("a", 0, True, False), ("b", 1, True, True)],
        [("a", 0, False, True), ("c", 1, True, True), ("d", 2, True, True)],
    ]


@pytest.mark.parametrize(
    "rows",
    [
        (Row((Cell("a"),)),),
        (Row((Cell("a"), Cell("b"), Cell("c"))),),
        (Row((Cell("a"), Cell("b", column_span=2))),),
        (Row((Cell("a", row_span=2), Cell("b"))),),
    ],
)
def test_cells_that_do_not_fill_the_grid_are_refused(rows):
    with pytest.raises(ValueError, match=r"row|spans"):
        slots(rows, 2)


def test_widths_share_the_whole():
    assert widths((Column(1), Column(3)), 200) == [50, 150]


@pytest.mark.parametrize(
    ("number", "shown"), [("5", "Số: 05/BC"), ("319", "Số: 319/BC"), ("", "Số:        /BC"), ("12a", "Số: 12a/BC")]
)
def test_numbers_below_ten_have_a_nought_and_missing_ones_a_gap(number, shown):
    assert wording.number_line(number, "BC") == shown


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ((5, 3, 2021), "05/3/2021"),
        ((15, 12, 2023), "15/12/2023"),
        ((1, 2, 2021), "01/02/2021"),
        ((None, 3, 2021), "       /3/2021"),
    ],
)
def test_short_dates_have_their_noughts_and_gaps(parts, shown):
    assert wording.short_date(*parts) == shown


def test_recipients_and_annexes_are_punctuated_and_numbered():
    assert wording.recipient_lines(("Sở Nội vụ;", "- Lưu: VT.")) == ("- Sở Nội vụ;", "- Lưu: VT.")
    assert [wording.annex_label(place, 4) for place in (1, 4)] == ["Phụ lục I", "Phụ lục IV"]
    assert wording.annex_label(1, 1) == "Phụ lục"
    assert [wording.roman(number) for number in (9, 14, 39)] == ["IX", "XIV", "XXXIX"]
