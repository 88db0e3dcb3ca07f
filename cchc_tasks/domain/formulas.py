"""Text that a spreadsheet would take for a formula: the guard for CSV files, and how it comes off again."""

import re

#: Characters that start a formula in some spreadsheet, full-width forms included. Source: RELIABILITY X3.
LEADS = "=+\\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20"
#: A lead at the start, after blanks, or after apostrophes: a text that begins like a guarded one is guarded too.
_RISKY = re.compile(rf"'*\s*[{LEADS}]")


_BLANKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
_BLANKS += "".join(map(chr, range(0x2000, 0x200B)))
#: What a text that needs the guard begins with: most texts are let through by one look at their first character.
RISKY_STARTS = frozenset("'=+-@\0\uff1d\uff0b\uff0d\uff20" + _BLANKS)


def guard_formula(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet might run it; `unguard_formula` gives it back."""
    return f"'{text}" if text[:1] in RISKY_STARTS and _RISKY.match(text) else text


def unguard_formula(text: str) -> str:
    """The text that was guarded; any other text unchanged."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text
