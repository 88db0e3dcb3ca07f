"""Text that a spreadsheet would take for a formula: the guard for CSV files, and how it comes off again."""

import re

#: Characters that start a formula in some spreadsheet, full-width forms included. Source: RELIABILITY X3.
LEADS = "=+\\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20"
#: A lead at the start, after blanks, or after apostrophes: a text that begins like a guarded one is guarded too.
_RISKY = re.compile(rf"'*\s*[{LEADS}]")


def guard_formula(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet might run it; `unguard_formula` gives it back."""
    return f"'{text}" if _RISKY.match(text) else text


def unguard_formula(text: str) -> str:
    """The text that was guarded; any other text unchanged."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text
