"""Jinja filters: dates, numbers and labels, as `wording` writes them."""

import re
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from flask import Flask
from markupsafe import Markup

from cchc_tasks import wording
from cchc_tasks.domain.periods import VIETNAM, local_day
from cchc_tasks.wording import evidence


def init_app(app: Flask) -> None:
    for name, function in FILTERS.items():
        app.jinja_env.filters[name] = function


def vn_date(value: date | None) -> str:
    """05/3/2021; empty for None. An instant is shown as its day in Việt Nam."""
    if value is None:
        return ""
    return wording.format_date(local_day(value) if isinstance(value, datetime) else value)


def vn_time(value: datetime | None) -> str:
    """08:30 in Việt Nam; empty for None."""
    return "" if value is None else value.astimezone(VIETNAM).strftime("%H:%M")


def vn_number(value: int | Decimal | None) -> str:
    return "" if value is None else wording.format_number(value)


def label(value: StrEnum | None) -> str:
    """The words of a status, a role, a kind of unit …"""
    return "" if value is None else wording.label(value)


#: A tag, which is left alone, or the number of a document: 163/KH-STTTT, 61/2018/NĐ-CP, 01/KH.CCHC-STTTT.
_TAG_OR_NUMBER = re.compile(r"<[^>]*>|\b\d+(?:/[\w.&]+)+(?:-[\w.&]+)+")


def unbroken(value: Markup) -> Markup:
    """Markup in which no document number breaks at the end of a line."""

    def keep(found: re.Match[str]) -> str:
        text = found[0]
        return text if text.startswith("<") else f'<span class="nowrap">{text}</span>'

    return Markup(_TAG_OR_NUMBER.sub(keep, value))  # noqa: S704


FILTERS = {
    "unbroken": unbroken,
    "vn_date": vn_date,
    "vn_time": vn_time,
    "vn_number": vn_number,
    "label": label,
    "file_size": evidence.size,
}
