"""Slips of typing inside the words of time phrases: misplaced accents, none at all, a blank left out.

Only words of the grammar are mended, and only where nothing else can be meant; the printed text keeps its letters.
"""

from dataclasses import replace

from cchc_tasks.domain.deadlines.tokens import ROMAN, Token, Tokens, word_at

#: An accent on the wrong letter or forgotten; none of these is a word of its own.
_MISSPELT = {
    "truớc": "trước", "trứơc": "trước", "trươc": "trước", "truơc": "trước", "trưóc": "trước", "trướ": "trước",
    "truoc": "trước", "thuờng": "thường", "thừơng": "thường", "thưòng": "thường", "thuòng": "thường",
    "thuong": "thường", "xuyen": "xuyên", "xuyện": "xuyên", "hoan": "hoàn", "hòan": "hoàn", "tòan": "toàn",
    "châm": "chậm", "thángg": "tháng", "thàng": "tháng", "qúy": "quý", "qúi": "quý", "qưý": "quý",
    "quíy": "quý", "ngàỳ": "ngày", "nagỳ": "ngày", "ngàý": "ngày", "hàg": "hàng", "địng": "định",
}  # fmt: skip
#: Without accents they are other words too: the next word decides.
_BEFORE_FIGURES = {"ngay": "ngày", "thang": "tháng", "quy": "quý", "qui": "quý", "nam": "năm"}
_BEFORE_PERIODS = {"tu": "từ", "den": "đến"}
_PERIODS = frozenset("ngay ngày thang tháng quy quý qui quí nam năm het hết cuoi cuối".split())
_IN_PAIRS = {
    ("hang", "thang"): ("hàng", "tháng"),
    ("hang", "quy"): ("hàng", "quý"),
    ("hang", "nam"): ("hàng", "năm"),
    ("hàng", "thang"): ("hàng", "tháng"),
    ("hàng", "quy"): ("hàng", "quý"),
    ("hàng", "nam"): ("hàng", "năm"),
    ("trong", "nam"): ("trong", "năm"),
    ("trước", "ngay"): ("trước", "ngày"),
    ("cham", "nhat"): ("chậm", "nhất"),
    ("chậm", "nhat"): ("chậm", "nhất"),
    ("quy", "dinh"): ("quy", "định"),
    ("giai", "doan"): ("giai", "đoạn"),
    ("ca", "nam"): ("cả", "năm"),
    ("cuoi", "nam"): ("cuối", "năm"),
    ("dau", "nam"): ("đầu", "năm"),
    ("đầu", "nam"): ("đầu", "năm"),
    ("cuối", "nam"): ("cuối", "năm"),
    ("thang", "dau"): ("tháng", "đầu"),
    ("thang", "cuoi"): ("tháng", "cuối"),
    ("dinh", "ky"): ("định", "kỳ"),
    ("hang", "tuan"): ("hàng", "tuần"),
    ("thường", "xuyến"): ("thường", "xuyên"),
    ("thương", "xuyên"): ("thường", "xuyên"),
}
_QUARTERS = ("quý", "quí", "qúy", "qúi")


def mend(tokens: Tokens) -> Tokens:
    """The tokens with the slips mended; places stay those of the printed text."""
    mended: Tokens = []
    for token in tokens:
        mended.extend(_split_quarter(replace(token, text=_MISSPELT.get(token.text, token.text))))
    for index, token in enumerate(mended):
        pair = _IN_PAIRS.get((token.text, word_at(mended, index + 1)))
        if pair is not None:
            mended[index] = replace(token, text=pair[0])
            mended[index + 1] = replace(mended[index + 1], text=pair[1])
        elif token.text in _BEFORE_FIGURES and _is_number(word_at(mended, index + 1)):
            mended[index] = replace(token, text=_BEFORE_FIGURES[token.text])
        elif token.text in _BEFORE_PERIODS and _is_period(word_at(mended, index + 1)):
            mended[index] = replace(token, text=_BEFORE_PERIODS[token.text])
    return mended


def _is_number(word: str) -> bool:
    return word.isdecimal() or word in ROMAN


def _is_period(word: str) -> bool:
    return word.isdecimal() or word in _PERIODS


def _split_quarter(token: Token) -> Tokens:
    """ "QuýIV" is two words."""
    for name in _QUARTERS:
        rest = token.text.removeprefix(name)
        if rest != token.text and rest.replace("l", "i") in ROMAN:
            middle = token.start + len(name)
            return [Token(name, token.start, middle), Token(rest, middle, token.end)]
    return [token]
