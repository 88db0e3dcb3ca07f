"""Vietnamese text: normal form, folding, order."""

import unicodedata
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.text import fold, lower, name_sort_key, normalise, one_line, sort_key


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        (unicodedata.normalize("NFD", "Kế hoạch"), "Kế hoạch"),
        ("  Quý \t IV/\u00a0 2021 ", "Quý IV/ 2021"),
        ("một\r\nhai\r\n\r\n ba\n", "một\nhai\nba"),
        ("Sở\u200b Nội\ufeff vụ\u00ad", "Sở Nội vụ"),
        ("a\x00b\x07", "ab"),
    ],
)
def test_text_has_one_normal_form(typed, normal):
    assert normalise(typed) == normal


def test_one_line_turns_line_ends_into_blanks():
    assert one_line("Phòng\nCNTT ") == "Phòng CNTT"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đường Điện Biên Phủ", "duong dien bien phu"),
        ("ĐỊNH KỲ", "dinh ky"),
        ("hoà", "hoa"),
        ("hòa", "hoa"),
        ("Thuý", "thuy"),
        ("468/QĐ-TTg", "468/qd-ttg"),
    ],
)
def test_folding_forgets_case_accents_and_the_bar_of_d(text, folded):
    assert fold(text) == folded


IN_ORDER = [
    "",
    "1",
    "2",
    "a",
    "A",
    "à",
    "ả",
    "ã",
    "á",
    "ạ",
    "an",
    "ăn",
    "ân",
    "ba",
    "cá",
    "chi",
    "da",
    "đa",
    "đi",
    "e",
    "ê",
    "giá",
    "nga",
    "oa",
    "ô",
    "ơ",
    "phó",
    "quý",
    "sở",
    "tra",
    "u",
    "ư",
    "vụ",
    "xã",
    "ý",
]


@pytest.mark.parametrize(("first", "second"), list(pairwise(IN_ORDER)))
def test_words_sort_as_vietnamese(first, second):
    assert sort_key(first) < sort_key(second)


def test_tones_count_only_after_all_letters():
    assert sorted(["hòa bình", "hoa", "hỏa", "hoà"], key=sort_key) == ["hoa", "hoà", "hỏa", "hòa bình"]


def test_names_sort_as_icu_sorts_them():
    """`names_in_icu_order.txt`: 445 names of people and units as ICU 78.2 (CLDR 48) orders them for Vietnamese."""
    names = Path(__file__).with_name("names_in_icu_order.txt").read_text(encoding="utf-8").splitlines()
    shuffled = list(names)
    Random(1).shuffle(shuffled)

    assert sorted(shuffled, key=sort_key) == names
    assert len(names) > 400


def test_people_sort_by_given_name():
    people = ["Nguyễn Văn Đức", "Trần Thị An", "Lê Dũng", "Bùi An"]

    assert sorted(people, key=name_sort_key) == ["Bùi An", "Trần Thị An", "Lê Dũng", "Nguyễn Văn Đức"]


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_folding_knows_no_form_of_accents(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text())
def test_lower_case_keeps_every_place(text):
    assert len(lower(text)) == len(text)
