"""The calendar behind a secret address: bytes with a strong tag, gzip for who takes it, 304 where nothing changed.

Whether anything changed is asked before any work is read: each process remembers, for the calendars it served last,
the state in which it made them and the digest of their bytes. Nothing rests on that memory but speed.
"""

import gzip
import hashlib
import zlib
from collections import OrderedDict
from threading import Lock
from typing import Any

from flask import Response, current_app, make_response, request

from cchc_tasks.domain.accounts import TooManyAttempts
from cchc_tasks.domain.calendars import FeedScope, SubscribedCalendar
from cchc_tasks.feeds.icalendar_feed import form_of, join_calendar, render_pieces
from cchc_tasks.services import feeds
from cchc_tasks.services.calendar_pieces import Serialiser, pieces_of
from cchc_tasks.services.feeds import OpenFeed
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.web import clock
from cchc_tasks.web.account.views import guess_limits
from cchc_tasks.web.calendar.blueprint import bp
from cchc_tasks.web.calendar.masking import mask_access_logs
from cchc_tasks.web.login import public
from cchc_tasks.web.saved_filters.reading import find_filtered
from cchc_tasks.wording import calendar as words

mask_access_logs()

FEED_HEADERS = {
    "Content-Type": "text/calendar; charset=utf-8",
    "Content-Disposition": 'inline; filename="cchc.ics"',
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
#: Calendars of which a process remembers the digest.
REMEMBERED = 1_000
GZIP_LEVEL = 5


class Digests:
    """The digests of the calendars that this process made last, each with the state it was made in."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[Any, str]] = OrderedDict()
        self._lock = Lock()

    def find(self, feed_id: int, state: Any) -> str | None:
        """The digest of the calendar if it was made in this very state."""
        with self._lock:
            known = self._known.get(feed_id)
            return known[1] if known is not None and state is not None and known[0] == state else None

    def remember(self, feed_id: int, state: Any, digest: str) -> None:
        if state is None:
            return
        with self._lock:
            self._known[feed_id] = (state, digest)
            self._known.move_to_end(feed_id)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


def digests() -> Digests:
    found: Digests = current_app.extensions.setdefault("cchc_tasks.calendar_digests", Digests())
    return found


@bp.get("/<token>.ics")
@public
def feed(token: str) -> Any:
    """The calendar behind a secret address. Whatever is wrong with the address, the answer is the same."""
    asker, guesses = request.remote_addr or "", guesses_allowed()
    try:
        feeds.check_address(db.session, asker, **guesses)
        opened = feeds.open_feed(db.session, token, now=clock.now(), real_now=clock.real_now())
        if opened is None:
            feeds.count_wrong(db.session, asker, **guesses)
            return not_found()
    except TooManyAttempts as error:
        return too_many(error)
    response = calendar_answer(opened)
    feeds.note_use(db.session, opened, now=clock.real_now(), address=request.remote_addr)
    return response


def calendar_answer(opened: OpenFeed) -> Response:
    """The calendar, or that it is the one the program has."""
    base_url = current_app.config["CCHC_SETTINGS"].public_base_url
    feed_id, state = opened.address.feed_id, feeds.state_of(db.session, opened)
    digest = digests().find(feed_id, state)
    if digest is not None and (unchanged := not_modified(digest)):
        return unchanged
    body = calendar_bytes(opened, base_url)
    digest = hashlib.sha256(body).hexdigest()
    digests().remember(feed_id, state, digest)
    return not_modified(digest) or whole(body, digest)


def calendar_bytes(opened: OpenFeed, base_url: str) -> bytes:
    """The bytes as the library would give them, joined from kept events."""
    address = opened.address
    manner = (address.agency_code, address.style, base_url)
    serialiser = Serialiser(address.style.key, form_of(*manner), lambda entries: render_pieces(entries, *manner))
    cut_offs = feeds.cut_offs(db.session, opened)
    value = SubscribedCalendar(address.agency_code, name_of(opened), (), cut_offs, address.style)
    return join_calendar(value, pieces_of(db.session, opened, find_filtered, serialiser))


def name_of(opened: OpenFeed) -> str:
    """The name under which a program lists the calendar."""
    address = opened.address
    name = {
        FeedScope.PERSON: "",
        FeedScope.UNIT: unit_queries.names_on(db.session, address.agency_id, opened.today).get(address.unit_id or 0),
        FeedScope.PLAN: address.plan_number,
        FeedScope.FILTER: address.filter_name,
    }[address.scope]
    return words.calendar_name(address.scope, name or "")


# --- representations


def tag_of(digest: str, *, is_zipped: bool) -> str:
    """The tag of one representation. The same bytes are packed to the same bytes by one version of the packer."""
    if not is_zipped:
        return digest
    return hashlib.sha256(f"{digest} gzip {GZIP_LEVEL} {zlib.ZLIB_RUNTIME_VERSION}".encode()).hexdigest()


def wants_gzip() -> bool:
    return request.accept_encodings["gzip"] > 0


def not_modified(digest: str) -> Response | None:
    """304 where the program has one of the representations of these bytes; None where it has to be sent."""
    for is_zipped in (wants_gzip(), not wants_gzip()):
        tag = tag_of(digest, is_zipped=is_zipped)
        if request.if_none_match.contains_weak(tag):
            return with_headers(Response(status=304), tag)
    return None


def whole(body: bytes, digest: str) -> Response:
    is_zipped = wants_gzip()
    response = make_response(gzip.compress(body, GZIP_LEVEL, mtime=0) if is_zipped else body)
    if is_zipped:
        response.headers["Content-Encoding"] = "gzip"
    return with_headers(response, tag_of(digest, is_zipped=is_zipped))


def with_headers(response: Response, tag: str) -> Response:
    response.headers.update(FEED_HEADERS)
    response.vary.add("Accept-Encoding")
    response.set_etag(tag)
    return response


# --- refusals


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
