"""What somebody types into a row of a draft, as its table then prints it."""

import pytest

from cchc_tasks.domain.plan_drafts import RowWords, add_row, edit_row, first_row, join_rows
from cchc_tasks.domain.plan_reading.products import split_products


def words(products, task="1. Rà soát"):
    return RowWords(task, products, "Văn phòng Sở", "Quý II/2021", "")


def row(products, number=1):
    return first_row(number, number, "1", "Cải cách thể chế", words(products, f"{number}. Rà soát"))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Sổ\nBiên bản", "1. Sổ\n2. Biên bản"),
        ("- Sổ\n- Biên bản", "- Sổ\n- Biên bản"),
        ("1. Sổ\n2. Biên bản", "1. Sổ\n2. Biên bản"),
        ("Sổ", "Sổ"),
    ],
)
def test_each_line_that_is_typed_is_a_product(typed, printed):
    for rows in (edit_row((row("Kế hoạch"),), 1, words(typed)), add_row((row("Kế hoạch"),), 1, words(typed))):
        assert rows[-1].words.products == printed
        assert len(split_products(printed).items) == typed.count("\n") + 1


def test_a_cell_whose_products_are_not_touched_keeps_its_print():
    wrapped = row("Kế hoạch triển khai\nthực hiện")

    assert edit_row((wrapped,), 1, words(wrapped.words.products, "1. Khác"))[0].words.products == wrapped.words.products


def test_rows_that_are_joined_number_their_products_through():
    joined = join_rows((row("1. Sổ\n2. Biên bản"), row("Báo cáo\ntổng hợp", 2)), 1)[0]

    assert joined.words.products == "1. Sổ\n2. Biên bản\n3. Báo cáo\ntổng hợp"
    assert [each.text for each in split_products(joined.words.products).items] == [
        "Sổ",
        "Biên bản",
        "Báo cáo\ntổng hợp",
    ]
