"""The letters: Liberation Serif, as wide as Times New Roman to the point, carried with the program."""

from functools import cache, partial
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from cchc_tasks.exports.official.text import Measure

#: What a .docx names; Word has it, LibreOffice takes the twin.
NAME = "Times New Roman"
REGULAR, BOLD, ITALIC, BOLD_ITALIC = "Serif", "Serif-Bold", "Serif-Italic", "Serif-BoldItalic"
_FILES = {REGULAR: "Regular", BOLD: "Bold", ITALIC: "Italic", BOLD_ITALIC: "BoldItalic"}
_FOLDER = Path(__file__).parent / "fonts"
#: The height of a single line for letters of 1 point: ascent, descent and gap of the font.
LINE = 1.149


@cache
def register() -> None:
    """Read the four files, once in a process."""
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, _FOLDER / f"LiberationSerif-{file}.ttf"))
    pdfmetrics.registerFontFamily(REGULAR, REGULAR, BOLD, ITALIC, BOLD_ITALIC)


def measure(size: float, font: str = REGULAR) -> Measure:
    """The width in points of a text of this size."""
    register()
    return partial(pdfmetrics.stringWidth, fontName=font, fontSize=size)
