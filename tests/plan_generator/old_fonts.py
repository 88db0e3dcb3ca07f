"""Text as it was typed for the fonts of before Unicode: the readers' tables turned round."""

from functools import cache

from cchc_tasks.readers.old_fonts import from_tcvn3, from_vni

OLD_FONTS = (".VnTime", "VNI-Times")
_FONT = '<w:rFonts w:ascii="{0}" w:hAnsi="{0}"/>'


def typed_for(text: str, font: str) -> tuple[str, str]:
    """The letters under which `font` shows this text, and the run's font; in Unicode where the font cannot show it."""
    to_unicode = from_tcvn3 if font.startswith(".Vn") else from_vni
    table = _table(font)
    typed = "".join(table.get(letter, letter) for letter in text)
    # Letters in parts (e and its accent apart) come from Unicode editors only.
    if max(typed, default="") < "\u0100" and to_unicode(typed) == text and typed != text:
        return typed, _FONT.format(font)
    return text, ""


@cache
def _table(font: str) -> dict[str, str]:
    """Letter of Unicode -> what is typed for it."""
    old = [chr(code) for code in range(0xA1, 0x100)] + ["\u00ad"]
    if font.startswith(".Vn"):
        return {from_tcvn3(letter): letter for letter in old if from_tcvn3(letter) != letter}
    bases = [*"aeouyAEOUY", "ö", "ô", "Ö", "Ô"]
    typed = [*old, *(base + mark for base in bases for mark in old)]
    found: dict[str, str] = {}
    for each in typed:
        shown = from_vni(each)
        if len(shown) == 1 and shown != each and shown not in found:
            found[shown] = each
    return found
