"""A report with everything that its files and its page print, wherever it comes from: frozen, or as it stands today."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from cchc_tasks.domain.counting import CountingRule
from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.domain.reports.frozen import FrozenFigure, FrozenText


@dataclass(frozen=True, slots=True)
class Frame:
    """Head and foot of the document as the office keeps them; a blank stays a blank.

    `symbol` is what follows the number ("BC-STTTT"); `signer_authority` stands above the title where one signs for
    another ("KT. GIÁM ĐỐC"). `full_name` is how the annex names the agency.
    """

    place: str = ""
    symbol: str = ""
    full_name: str = ""
    bases: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    signer_authority: str = ""
    signer_title: str = ""
    signer_name: str = ""


def frame_from(values: Mapping[str, object]) -> Frame:
    """A frame from its stored form; unknown names are left aside, missing ones are blank."""

    def words(name: str) -> str:
        return str(values.get(name) or "")

    def lines(name: str) -> tuple[str, ...]:
        found = values.get(name)
        return tuple(str(each) for each in found) if isinstance(found, list) else ()

    return Frame(
        place=words("place"),
        symbol=words("symbol"),
        full_name=words("full_name"),
        bases=lines("bases"),
        recipients=lines("recipients"),
        signer_authority=words("signer_authority"),
        signer_title=words("signer_title"),
        signer_name=words("signer_name"),
    )


def frame_values(frame: Frame) -> dict[str, object]:
    """A frame in its stored form."""
    values = {name: getattr(frame, name) for name in Frame.__slots__}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What prints. `number` and `issued_on` are blank until the document is issued; `is_draft` until it is submitted.

    `rules` are the counting rules of the plans behind a figure, by its key. `head` is the ledger's hash in a
    submitted report and `head_seq` the number of that row, '' and 0 in a draft. `edition` counts corrected reports: 1
    is the first.
    """

    issuer_parent: str
    issuer: str
    number: str
    issued_on: date | None
    title: str
    frame: Frame
    form: Form
    period_key: str
    year: int
    window: tuple[date, date]
    figures: tuple[FrozenFigure, ...]
    texts: tuple[FrozenText, ...]
    rules: Mapping[str, CountingRule] = field(default_factory=dict)
    is_draft: bool = True
    sha256: str = ""
    head: str = ""
    head_seq: int = 0
    edition: int = 1
