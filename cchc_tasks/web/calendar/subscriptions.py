"""Secret addresses: made, renewed, changed and revoked by their owner; what to do with one in each program."""

from dataclasses import dataclass
from typing import Any

import segno
from flask import abort, current_app, flash, redirect, render_template, request, url_for

from cchc_tasks.domain.calendars import FeedKind, FeedScope, FeedStyle, Whose, is_renewable
from cchc_tasks.domain.permissions import Action
from cchc_tasks.services import feeds
from cchc_tasks.services.feeds import NewFeed
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import CalendarFeed
from cchc_tasks.storage.queries import feeds as queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.web import clock
from cchc_tasks.web.calendar.blueprint import bp
from cchc_tasks.web.calendar.forms import FeedForm, FeedKeyForm, whose_choices, whose_value
from cchc_tasks.web.calendar.views import scope_choices
from cchc_tasks.web.login import current_principal, requires
from cchc_tasks.wording import calendar as words


@bp.get("/dang-ky")
@requires(Action.SUBSCRIBE_CALENDAR)
def subscriptions() -> Any:
    """The reader's addresses, the form for a new one, and what to do in each program."""
    form = empty_form()
    asked = request.args.get("lich", "")
    if asked in {choice.value for choice in form.whose.choices or ()}:
        form.whose.data = asked
    return subscription_page(form)


@bp.post("/dang-ky")
@requires(Action.SUBSCRIBE_CALENDAR)
def subscribe() -> Any:
    """Makes an address and shows it, this once."""
    form = FeedForm()
    form.choices_from(scope_choices(clock.today()))
    if not form.validate():
        return subscription_page(form), 422
    made = feeds.create_feed(db.session, **form.values(), actor=current_principal(), now=clock.real_now())
    return subscription_page(empty_form(), made)


@bp.post("/dang-ky/<int:feed_id>/doi-dia-chi")
@requires(Action.SUBSCRIBE_CALENDAR)
def rotate(feed_id: int) -> Any:
    """Another address for the same calendar, shown this once; the old one ends."""
    made = feeds.rotate_feed(db.session, feed_id, **keys(), actor=current_principal(), now=clock.real_now())
    return subscription_page(empty_form(), made)


@bp.post("/dang-ky/<int:feed_id>/gia-han")
@requires(Action.SUBSCRIBE_CALENDAR)
def renew(feed_id: int) -> Any:
    """Another year for one of the reader's addresses."""
    feeds.renew_feed(db.session, feed_id, **keys(), actor=current_principal(), now=clock.real_now())
    flash("Đã gia hạn địa chỉ thêm một năm.", "done")
    return redirect(url_for("calendar.subscriptions"), code=303)


@bp.post("/dang-ky/<int:feed_id>/thu-hoi")
@requires(Action.SUBSCRIBE_CALENDAR)
def revoke(feed_id: int) -> Any:
    """Ends one of the reader's addresses at once."""
    feeds.revoke_feed(db.session, feed_id, **keys(), actor=current_principal(), now=clock.real_now())
    flash("Đã thu hồi địa chỉ. Lịch dùng địa chỉ này không nhận thêm dữ liệu.", "done")
    return redirect(url_for("calendar.subscriptions"), code=303)


def keys() -> dict[str, Any]:
    form = FeedKeyForm()
    if not form.validate():
        abort(400)
    return form.values()


def empty_form() -> FeedForm:
    # Fresh keys: on the page that answers a form, that form's own key is used up.
    form = FeedForm(formdata=None)
    form.choices_from(scope_choices(clock.today()))
    return form


def feed_address(token: str) -> str:
    return f"{current_app.config['CCHC_SETTINGS'].public_base_url}{url_for('calendar.feed', token=token)}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One of the reader's addresses as the list shows it."""

    feed: CalendarFeed
    name: str
    style: str
    is_new: bool
    is_over: bool
    is_renewable: bool


def subscription_page(form: FeedForm, made: NewFeed | None = None) -> str:
    address = feed_address(made.token) if made else ""
    return render_template(
        "calendar/subscriptions.html",
        form=form,
        key_form=FeedKeyForm(formdata=None),
        feeds=shown_feeds(made.feed_id if made else None),
        address=address,
        webcal=f"webcal:{address.partition(':')[2]}" if address else "",
        code=drawing_of(address) if address else None,
        host=current_app.config["CCHC_SETTINGS"].public_base_url,
    )


def shown_feeds(new_id: int | None) -> list[Shown]:
    principal, now = current_principal(), clock.real_now()
    agency_id = principal.agency_id
    units = unit_queries.names_on(db.session, agency_id, clock.today())
    plans = {id_: number for id_, number, _year in queries.list_plans(db.session, agency_id)}
    filters = {each.id: each.name for each in queries.list_filters(db.session, agency_id, principal.person_id)}
    names = dict(whose_choices(units, plans, filters))
    return [
        Shown(
            feed=feed,
            name=names[whose_value(whose_of(feed))],
            style=words.style_words(FeedStyle(FeedKind(feed.kind), feed.hides_titles, feed.alarm_days)),
            is_new=feed.id == new_id,
            is_over=feed.expires_at <= now,
            is_renewable=is_renewable(feed.expires_at, now),
        )
        for feed in queries.list_feeds(db.session, agency_id, principal.person_id)
    ]


def whose_of(feed: CalendarFeed) -> Whose:
    return Whose(FeedScope(feed.scope), feed.unit_id or feed.plan_id or feed.filter_id)


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
