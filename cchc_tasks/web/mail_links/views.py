"""The page behind a link of a mail: shows one item, asks for one confirmation. Opening it changes nothing."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for

from cchc_tasks import wording
from cchc_tasks.domain.errors import NotAllowed, NotFound, Refused, StaleEdit
from cchc_tasks.domain.extensions import ASKABLE_STATUSES
from cchc_tasks.domain.mail_links import PATH, LinkTrouble, LinkUse, UnusableLink
from cchc_tasks.domain.periods import local_day
from cchc_tasks.services import mail_links
from cchc_tasks.services.mail_links import OpenLink
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Agency
from cchc_tasks.storage.queries import explanations as explanation_queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.web import clock, work_items
from cchc_tasks.web.account.views import guess_limits
from cchc_tasks.web.context import Letterhead
from cchc_tasks.web.login import public
from cchc_tasks.web.mail_links import acts
from cchc_tasks.web.mail_links.acts import Act
from cchc_tasks.web.mail_links.forms import TapForm
from cchc_tasks.web.tasks.brief import Brief, read_brief
from cchc_tasks.wording import explanations as explanation_words
from cchc_tasks.wording import mail_links as words
from cchc_tasks.wording.core import format_date

bp = Blueprint("mail_links", __name__, url_prefix=PATH.rstrip("/"))

STATUS_OF = {LinkTrouble.UNKNOWN: 404, LinkTrouble.EXPIRED: 410, LinkTrouble.USED: 410}


@bp.get("/<secret>")
@public
def show(secret: str) -> Any:
    """The item and what may be confirmed of it."""
    try:
        link = open_link(secret)
    except UnusableLink as error:
        return unusable(error)
    return item_page(link, read(link))


@bp.post("/<secret>")
@public
def confirm(secret: str) -> Any:
    """Does the one thing that was confirmed, and uses the link up in the same unit of work."""
    try:
        link = open_link(secret)
        answer = do(secret, link, read(link))
        if answer.status_code == 409:
            # The work may have moved on because somebody used this link in between: that is what there is to tell.
            db.session.rollback()
            open_link(secret)
        return answer
    except UnusableLink:
        # Of several who send it at once one goes on; the others are told what it was used for.
        db.session.rollback()
        try:
            open_link(secret)
        except UnusableLink as error:
            return unusable(error)
        raise


def open_link(secret: str) -> OpenLink:
    """The link, if it is one; wrong ones are counted by network address. Raises `UnusableLink`, `TooManyAttempts`."""
    limit = current_app.config["CCHC_SETTINGS"].mail_link_failures_per_address
    counting = {"limit": limit, "limits": guess_limits(), "now": clock.real_now()}
    address = request.remote_addr or ""
    mail_links.check_address(db.session, address, **counting)
    try:
        return mail_links.look_at(db.session, secret, now=clock.now(), today=clock.today())
    except UnusableLink as error:
        if error.trouble is LinkTrouble.UNKNOWN:
            mail_links.count_wrong(db.session, address, **counting)
        raise


def read(link: OpenLink) -> Brief:
    return read_brief(link.principal, link.obligation_id, clock.today())


def do(secret: str, link: OpenLink, brief: Brief) -> Any:
    form = TapForm()
    act = next((each for each in acts.offered(brief) if each.use.value == form.act.data), None)
    if act is None:
        return item_page(link, brief, status=409)
    if not form.validate():
        return item_page(link, brief, (act, form), status=422)
    try:
        is_done = act.run(form, brief, link.acting(act.use))
    except StaleEdit as error:
        db.session.rollback()
        fresh = read(link)
        form.refuse_stale(error, {})
        form.version.data, form.version.raw_data = fresh.row.version, None
        return item_page(link, fresh, (act, form), status=409)
    except (NotAllowed, NotFound):
        db.session.rollback()
        return item_page(link, read(link), status=403)
    except Refused as error:
        form.refuse(act.fields.get(error.reason, ""), wording.explain(error))
        is_done = False
    if not is_done:
        db.session.rollback()
        return item_page(link, read(link), (act, form), status=422)
    flash(words.DONE[act.use], "done")
    return redirect(url_for("mail_links.show", secret=secret), code=303)


def item_page(link: OpenLink, brief: Brief, sent: tuple[Act, TapForm] | None = None, *, status: int = 200) -> Response:
    """The item with its choices; `sent` is the choice that came back with its form. Without choices, why there is none.

    An item that is settled, or somebody else's by now, answers 409 or 403: a link is no right.
    """
    agency_id = link.principal.agency_id
    units = task_queries.units_by_id(db.session, agency_id, clock.today())
    due_soon_days = int(current_app.config["CCHC_SETTINGS"].due_soon_days)
    [item] = work_items.present([brief.row], today=clock.today(), units=units, due_soon_days=due_soon_days)
    task = task_queries.get_task(db.session, agency_id, brief.row.task_id)
    offered = [(act, form_of(act, brief, sent)) for act in acts.offered(brief)]
    asked = explanation_queries.open_request(db.session, agency_id, brief.row.id)
    html = render_template(
        "mail_links/item.html",
        agency=letterhead(agency_id),
        link=link,
        item=item,
        due=work_items.Marks().due(item.due),
        plan_number=task.plan_number,
        task_text=task.text,
        choices=[(act.use.value, *words.CHOICES[act.use], words.TEXTS.get(act.use, ""), form) for act, form in offered],
        opened=sent[0].use.value if sent else (offered[0][0].use.value if len(offered) == 1 else ""),
        closed="" if offered else words.closed(brief.row.status, brief.row.status_on),
        asked=asked,
        asked_words=explanation_words.waits(asked.answer_by, clock.today()) if asked else "",
        until=format_date(local_day(link.expires_at - timedelta(seconds=1))),
        wants_reason=LinkUse.REPORT.value,
    )
    if not offered:
        status = 409 if brief.row.status not in ASKABLE_STATUSES else 403
    return guarded(html, status)


def form_of(act: Act, brief: Brief, sent: tuple[Act, TapForm] | None) -> TapForm:
    if sent is not None and sent[0] is act:
        return sent[1]
    return TapForm(
        formdata=None, data={"act": act.use.value, "version": brief.row.version, "subject": brief.row.text[:500]}
    )


def letterhead(agency_id: int) -> Letterhead:
    agency = db.session.get_one(Agency, agency_id)
    return Letterhead(agency.name, agency.parent_name)


def unusable(error: UnusableLink) -> Response:
    task_id = error.facts.get("task_id")
    html = render_template(
        "mail_links/unusable.html",
        title=words.TITLES[error.trouble],
        text=words.trouble(error),
        href=url_for("tasks.show", task_id=task_id) if task_id else url_for("account.sign_in"),
        is_used=error.trouble is LinkTrouble.USED,
    )
    return guarded(html, STATUS_OF[error.trouble])


def guarded(html: str, status: int) -> Response:
    """The address is a secret: it goes to no other site, and to no index."""
    response = make_response(html, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
