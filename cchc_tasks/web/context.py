"""What the frame of every page is given: who reads it, the agency, the menu, the demo's day."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, url_for

from cchc_tasks.domain import permissions
from cchc_tasks.domain.permissions import Action
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import people
from cchc_tasks.storage.queries.people import Account
from cchc_tasks.web import clock, navigation
from cchc_tasks.web.login import current_account
from cchc_tasks.web.reminders.banner import quiet_banners
from cchc_tasks.wording import people as words
from cchc_tasks.wording.core import format_weekday


@dataclass(frozen=True, slots=True)
class Reader:
    name: str
    role_label: str
    unit_label: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    name: str
    parent_name: str


@dataclass(frozen=True, slots=True)
class ShownDay:
    text: str
    can_change: bool


def init_app(app: Flask) -> None:
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """Values for base.html; a visitor gets the links only, and so does a page that must not ask the database."""
    if "bare_frame" in g:
        return {"page_links": {"home": url_for("account.home")}}
    account = current_account()
    values: dict[str, Any] = {"page_links": links(account)}
    if account is not None:
        values |= signed_in(account)
    elif only := people.find_only_agency(db.session):
        values["agency"] = Letterhead(*only)
    if current_app.config["CCHC_SETTINGS"].demo:
        can_change = account is not None and permissions.may(account.principal, Action.MOVE_DEMO_CLOCK)
        values["demo_clock"] = ShownDay(format_weekday(clock.today()), can_change)
    return values


def signed_in(account: Account) -> dict[str, Any]:
    role = words.role_label(account.principal.roles, account.title)
    return {
        "current_person": Reader(
            account.principal.name, role, ", ".join(words.units_unsaid(role, account.unit_names.values()))
        ),
        "agency": Letterhead(account.agency_name, account.parent_name),
        "navigation": navigation.items_for(account.principal),
        "banners": quiet_banners(account.principal),
        "today_text": words.place_and_date(account.place, clock.today()),
    }


def links(account: Account | None) -> dict[str, str | None]:
    """Addresses in the frame; None hides the piece."""
    has_search = "boards.table" in current_app.view_functions
    return {
        "home": url_for("account.home"),
        "search": url_for("boards.table") if account and has_search else None,
        "sign_out": url_for("account.sign_out"),
        "clock": url_for("admin.demo_clock"),
        "account": url_for("account.show"),
    }
