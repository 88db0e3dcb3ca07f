"""Extensions of deadlines: asked, granted, refused, taken back."""

from enum import StrEnum


class ExtensionState(StrEnum):
    """What became of a request."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
