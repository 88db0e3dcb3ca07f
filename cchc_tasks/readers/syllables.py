"""Whether letters could be Vietnamese: enough to tell one old encoding from another, and from none."""

import re
import unicodedata

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_ONSETS = (
    "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()
)  # fmt: skip
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet oi om on ong ooc oong op oc ot
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt
uơ up ut uy uya uych uyn uynh uyp uyt uyu uyên uyêt ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
y yêm yên yêt yêu
""".split()
_SYLLABLE = re.compile(f"(?:{'|'.join(sorted(_ONSETS, key=len, reverse=True))})?(?:{'|'.join(_RHYMES)})")
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f][^\W\d_]*)*")


def is_syllable(word: str) -> bool:
    """Whether a word has a beginning, a rhyme and at most one tone that Vietnamese allows."""
    parts = unicodedata.normalize("NFD", word.lower())
    tones = [mark for mark in parts if mark in _TONES]
    bare = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
    return len(tones) <= 1 and _SYLLABLE.fullmatch(bare) is not None


def marked_words(text: str) -> list[str]:
    """The words of a text that hold a letter beyond plain Latin."""
    return [word for word in _WORD.findall(text) if not word.isascii()]


def share_of_syllables(text: str) -> float:
    """How many of the marked words are syllables, from 0 to 1; 0 where there is no such word."""
    words = marked_words(text)
    return sum(map(is_syllable, words)) / len(words) if words else 0.0
