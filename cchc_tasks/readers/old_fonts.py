"""Text typed for the fonts of before Unicode: TCVN3 (.VnTime) and VNI-Windows (VNI-Times), told apart and converted.

In both the bytes of Latin-1 stand for Vietnamese letters, so that text typed for them looks like "KÕ ho¹ch" and
"Keá hoaïch" in any other font. Source of the tables: TCVN 5712:1993 (VN3) and the VNI-Windows code page.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import ClassVar

from cchc_tasks.domain.grid import Remark, RemarkKind
from cchc_tasks.readers.syllables import is_syllable, marked_words, share_of_syllables

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)
_TCVN3_LETTERS = str.maketrans(_TCVN3)
_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"
#: VNI writes a letter and then its marks; one byte may stand for two marks (á: circumflex and acute).
_VNI_MARKS = {
    "ø": _GRAVE, "ù": _ACUTE, "õ": _TILDE, "û": _HOOK, "ï": _DOT,
    "â": _CIRCUMFLEX, "à": _CIRCUMFLEX + _GRAVE, "á": _CIRCUMFLEX + _ACUTE, "ã": _CIRCUMFLEX + _TILDE,
    "å": _CIRCUMFLEX + _HOOK, "ä": _CIRCUMFLEX + _DOT,
    "ê": _BREVE, "è": _BREVE + _GRAVE, "é": _BREVE + _ACUTE, "ü": _BREVE + _TILDE, "ú": _BREVE + _HOOK,
    "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_LETTERS = {"ö": "ư", "ô": "ơ", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ì": "ì", "í": "í"}
#: The letters that each mark may follow; two-letter readings come first, for "ô" is both ơ and the base of ớ.
_VNI_PAIR = re.compile(r"([aeouyöôAEOUYÖÔ])([øùõûïâàáãåäêèéüúëØÙÕÛÏÂÀÁÃÅÄÊÈÉÜÚË])")
_BASES = {_CIRCUMFLEX: "aeo", _BREVE: "a"}
_FONTS = (
    (re.compile(r"\.vn", re.IGNORECASE), RemarkKind.TCVN3),
    (re.compile(r"vni[- ]", re.IGNORECASE), RemarkKind.VNI),
)
_CAPITALS_FONT = re.compile(r"\.vn\w*h$", re.IGNORECASE)
_OLD_LETTER = re.compile(r"[\u00a1-\u00ff]")
_NEW_LETTER = re.compile(r"[\u0102-\u01b0\u0300-\u0323\u1ea0-\u1ef9]")
_SYMBOL = re.compile(r"[\uf0a1-\uf0ff]")
#: What parts words in any encoding; the signs of Latin-1 are letters in these.
_PLAIN_MARKS = re.compile(r"[\s\d!-/:-@\[-`{-~]+")
_ENOUGH_WORDS = 3
_SURE, _DOUBTFUL = 0.9, 0.75
_SAMPLE_WORDS, _SAMPLE_LENGTH = 4_000, 80


def from_tcvn3(text: str, *, is_capitals: bool = False) -> str:
    """Text typed for a .Vn font; the fonts whose names end with H show everything in capitals."""
    converted = text.translate(_TCVN3_LETTERS)
    return converted.upper() if is_capitals else converted


def from_vni(text: str) -> str:
    """Text typed for a VNI font, composed."""
    paired = _VNI_PAIR.sub(_vni_pair, text)
    return unicodedata.normalize("NFC", "".join(_vni_letter(letter) for letter in paired))


def kind_of_font(name: str) -> RemarkKind | None:
    """The encoding a font was made for; None for any other font."""
    return next((kind for pattern, kind in _FONTS if pattern.match(name.strip())), None)


def _vni_pair(match: re.Match[str]) -> str:
    base, mark = match[1], _VNI_MARKS[match[2].lower()]
    letter = _VNI_LETTERS.get(base.lower(), base.lower())
    allowed = _BASES.get(mark[0], "aeouyươ")
    if letter not in allowed:
        return match[0]
    return (letter.upper() if base.isupper() else letter) + mark


def _vni_letter(letter: str) -> str:
    found = _VNI_LETTERS.get(letter.lower())
    return letter if found is None else (found.upper() if letter.isupper() else found)


class FontConverter:
    """Converts the texts of one document and keeps what it did.

    `is_off` leaves every letter as it stands in the file: somebody said that it was not typed for an old font.
    """

    is_off: ClassVar[bool] = False

    def __init__(self) -> None:
        self._counts: dict[RemarkKind, int] = {}
        self._samples: dict[RemarkKind, tuple[str, str]] = {}

    def run(self, text: str, font: str) -> str:
        """A run of text under its font's name; what is written in Unicode already stays."""
        kind = kind_of_font(font)
        if self.is_off or kind is None or not text or _NEW_LETTER.search(text):
            return text
        bare = _SYMBOL.sub(lambda match: chr(ord(match[0]) - 0xF000), text)
        return self._converted(kind, bare, is_capitals=_CAPITALS_FONT.match(font.strip()) is not None)

    def by_statistics(self, text: str, kind: RemarkKind) -> str:
        """A text of a document that was found to be in this encoding; Unicode and plain Latin stay."""
        if self.is_off or not _OLD_LETTER.search(text) or _NEW_LETTER.search(text):
            return text
        converted = _in(kind, text)
        words, before = marked_words(converted), marked_words(text)
        if words and sum(map(is_syllable, words)) < sum(map(is_syllable, before)):
            return text
        return self._converted(kind, text)

    def remarks(self) -> tuple[Remark, ...]:
        """One remark for each encoding met, with a sample."""
        return tuple(Remark(kind, *self._samples[kind], count) for kind, count in self._counts.items())

    def _converted(self, kind: RemarkKind, text: str, *, is_capitals: bool = False) -> str:
        converted = from_tcvn3(text, is_capitals=is_capitals) if kind is RemarkKind.TCVN3 else from_vni(text)
        if converted != text:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            known = self._samples.get(kind)
            if known is None or len(known[0]) < min(len(text), _SAMPLE_LENGTH):
                self._samples[kind] = (text[:_SAMPLE_LENGTH], converted[:_SAMPLE_LENGTH])
        return converted


def kind_of_texts(texts: Iterable[str]) -> RemarkKind | None:
    """The encoding most of a document's marked words make sense in; None where they make sense as they are."""
    words: list[str] = []
    new_words = 0
    for text in texts:
        if _NEW_LETTER.search(text):
            new_words += len(_NEW_LETTER.findall(text))
        else:
            words.extend(_old_words(text))
        if len(words) > _SAMPLE_WORDS:
            break
    if len(words) < max(_ENOUGH_WORDS, new_words):
        return None
    as_is = sum(map(is_syllable, words)) / len(words)
    sample = " ".join(words)
    scores = {kind: share_of_syllables(_in(kind, sample)) for kind in (RemarkKind.TCVN3, RemarkKind.VNI)}
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] >= _SURE and as_is < _DOUBTFUL else None


def _old_words(text: str) -> list[str]:
    return [word for word in _PLAIN_MARKS.split(text) if _OLD_LETTER.search(word)]


def _in(kind: RemarkKind, text: str) -> str:
    return from_tcvn3(text) if kind is RemarkKind.TCVN3 else from_vni(text)
