"""Views of the page Lịch, of secret addresses, and of the feeds they open."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import segno
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from cchc_tasks.domain.accounts import TooManyAttempts
from cchc_tasks.domain.calendars import SubscribedCalendar
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.workflow import OPEN_STATUSES, REMOVED_STATUSES
from cchc_tasks.feeds.icalendar_feed import render_calendar
from cchc_tasks.services import feeds
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import feeds as queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.holidays import working_calendar
from cchc_tasks.storage.queries.obligations import WorkRow, list_work
from cchc_tasks.web import clock
from cchc_tasks.web.account.views import guess_limits
from cchc_tasks.web.calendar.forms import ALL, MINE, FeedForm, RevokeForm, whose_choices
from cchc_tasks.web.calendar.masking import mask_access_logs
from cchc_tasks.web.calendar.month import build_month, key_of, parse_month
from cchc_tasks.web.login import current_principal, public, requires
from cchc_tasks.web.work_items import Marks, present
from cchc_tasks.wording import calendar as words

bp = Blueprint("calendar", __name__, url_prefix="/lich")
mask_access_logs()

FEED_HEADERS = {
    "Content-Type": "text/calendar; charset=utf-8",
    "Content-Disposition": 'inline; filename="cchc.ics"',
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


# --- the page


@bp.get("")
@requires(Action.READ_AGENCY)
def show() -> Any:
    """A month of dated work as a grid and as a list; undated work as a list of its own."""
    today = clock.today()
    units = unit_names(today)
    whose = chosen_scope(units)
    rows = [row for row in rows_of(whose, today) if row.status not in REMOVED_STATUSES]
    undated = [row for row in rows if row.due_on is None and row.status in OPEN_STATUSES]
    first = parse_month(request.args.get("thang", ""), today)
    is_undated = request.args.get("xem") == "khong-dinh-ngay"
    shown = undated if is_undated else [row for row in rows if row.due_on and key_of(row.due_on) == key_of(first)]
    directory = unit_queries.short_names_on(db.session, current_principal().agency_id, today)
    items = present(shown, today=today, units={key: Named(name, name) for key, name in directory.items()})
    return render_template(
        "calendar/show.html",
        month=build_month(first, items, today, working_calendar([first])),
        items=items,
        marks=Marks(),
        undated_count=len(undated),
        is_undated=is_undated,
        whose=whose,
        scopes=whose_choices(units, [(ALL, "Toàn cơ quan")]),
        weekdays=list(zip(words.SHORT_WEEKDAYS, words.WEEKDAYS, strict=True)),
        this_month=key_of(today),
    )


@dataclass(frozen=True, slots=True)
class Named:
    """A unit's name as lists of work want it."""

    name: str
    short_name: str


def unit_names(today: date) -> dict[int, str]:
    """Units that live today, in the agency's order."""
    rows = unit_queries.list_units(db.session, current_principal().agency_id, today)
    return {row.id: row.name for row in rows}


def chosen_scope(units: dict[int, str]) -> str:
    """Whose work the address names; a person without a unit sees the whole agency."""
    asked = request.args.get("pham-vi", "")
    if asked in (MINE, ALL) or (asked.isdecimal() and int(asked) in units):
        return asked
    return MINE if current_principal().unit_ids else ALL


def rows_of(whose: str, today: date) -> list[WorkRow]:
    principal = current_principal()
    if whose == ALL:
        return list_work(db.session, principal.agency_id)
    if whose == MINE:
        return queries.list_own_work(db.session, principal.agency_id, principal.person_id, principal.unit_ids)
    return queries.list_unit_work(db.session, principal.agency_id, int(whose), today)


# --- secret addresses


@bp.get("/dang-ky")
@requires(Action.SUBSCRIBE_CALENDAR)
def subscriptions() -> Any:
    """The reader's addresses, the form for a new one, and what to do in each program."""
    form = FeedForm()
    form.choices_from(unit_names(clock.today()))
    return subscription_page(form)


@bp.post("/dang-ky")
@requires(Action.SUBSCRIBE_CALENDAR)
def subscribe() -> Any:
    """Makes an address and shows it, this once."""
    form = FeedForm()
    form.choices_from(unit_names(clock.today()))
    if not form.validate():
        return subscription_page(form), 422
    made = feeds.create_feed(db.session, **form.values(), actor=current_principal(), now=clock.real_now())
    fresh = FeedForm(formdata=None)
    fresh.choices_from(unit_names(clock.today()))
    return subscription_page(fresh, address=feed_address(made.token), feed_id=made.feed_id)


@bp.post("/dang-ky/<int:feed_id>/thu-hoi")
@requires(Action.SUBSCRIBE_CALENDAR)
def revoke(feed_id: int) -> Any:
    """Ends one of the reader's addresses at once."""
    form = RevokeForm()
    if not form.validate():
        abort(400)
    feeds.revoke_feed(db.session, feed_id, **form.values(), actor=current_principal(), now=clock.real_now())
    flash("Đã thu hồi địa chỉ. Lịch dùng địa chỉ này không nhận thêm dữ liệu.", "done")
    return redirect(url_for("calendar.subscriptions"), code=303)


def feed_address(token: str) -> str:
    return f"{current_app.config['CCHC_SETTINGS'].public_base_url}{url_for('calendar.feed', token=token)}"


def subscription_page(form: FeedForm, *, address: str = "", feed_id: int | None = None) -> str:
    principal = current_principal()
    names = unit_queries.names_on(db.session, principal.agency_id, clock.today())
    return render_template(
        "calendar/subscriptions.html",
        form=form,
        # Fresh keys: on the page that answers a form, that form's own key is used up.
        revoke_form=RevokeForm(formdata=None),
        feeds=queries.list_feeds(db.session, principal.agency_id, principal.person_id),
        names=names,
        address=address,
        feed_id=feed_id,
        webcal=f"webcal:{address.partition(':')[2]}" if address else "",
        code=drawing_of(address) if address else None,
        now=clock.real_now(),
    )


@dataclass(frozen=True, slots=True)
class Drawing:
    """A QR code as the path of an SVG, `size` squares wide with its quiet margin."""

    size: int
    path: str


def drawing_of(text: str) -> Drawing:
    """The QR code of `text`; drawn by attributes, since the content policy allows no styles."""
    rows = [list(row) for row in segno.make(text, error="m").matrix_iter(border=4)]
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Drawing(len(rows), "".join(squares))


# --- the feed


@bp.get("/<token>.ics")
@public
def feed(token: str) -> Any:
    """The calendar behind a secret address. Whatever is wrong with the address, the answer is the same."""
    asker, guesses = request.remote_addr or "", guesses_allowed()
    try:
        feeds.check_address(db.session, asker, **guesses)
        content = feeds.read_feed(db.session, token, now=clock.now(), real_now=clock.real_now())
        if content is None:
            feeds.count_wrong(db.session, asker, **guesses)
            return not_found()
    except TooManyAttempts as error:
        return too_many(error)
    value = SubscribedCalendar(
        agency_code=content.agency_code,
        name=words.calendar_name(content.scope, content.unit_name),
        entries=content.entries,
        cut_offs=content.cut_offs,
        hides_titles=content.hides_titles,
    )
    body = render_calendar(value, current_app.config["CCHC_SETTINGS"].public_base_url)
    feeds.note_use(db.session, content.feed_id, now=clock.real_now(), address=request.remote_addr)
    response = make_response(body)
    response.headers.update(FEED_HEADERS)
    response.add_etag()
    return response.make_conditional(request)


def guesses_allowed() -> dict[str, Any]:
    """How many wrong calendars may be asked for, counted until now: arguments of the service."""
    limit = current_app.config["CCHC_SETTINGS"].feed_failures_per_address
    return {"limit": limit, "limits": guess_limits(), "now": clock.real_now()}


def not_found() -> Response:
    """One answer for every address that opens nothing."""
    return plain_answer("Không có lịch ở địa chỉ này.\n", 404)


def too_many(error: TooManyAttempts) -> Response:
    """Somebody tries addresses: right and wrong ones wait; a calendar program keeps what it has meanwhile."""
    seconds = int(str(error.facts["wait_seconds"]))
    response = plain_answer(f"{words.too_many_addresses(seconds)}\n", 429)
    response.headers["Retry-After"] = str(seconds)
    return response


def plain_answer(text: str, status: int) -> Response:
    """A program reads it, so it is no page."""
    response = make_response(text, status)
    response.headers.update(FEED_HEADERS | {"Content-Type": "text/plain; charset=utf-8"})
    del response.headers["Content-Disposition"]
    return response
