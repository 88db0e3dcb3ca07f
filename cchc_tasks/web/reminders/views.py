"""Views of the page Nhắc việc."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.mail_links import link_key, link_secret
from cchc_tasks.domain.mailing import RECORDED_ANSWER, DroppedBecause, Outcome
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reminder_rules import Rule
from cchc_tasks.domain.reminders import DropReason
from cchc_tasks.services import bounces, outbox, reminders, scheduling
from cchc_tasks.services.outbox import Post
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Agency, MessageState, OutboxMessage, ReminderLine
from cchc_tasks.storage.queries import bounces as bounce_queries
from cchc_tasks.storage.queries import mail_links as link_queries
from cchc_tasks.storage.queries import outbox as queries
from cchc_tasks.storage.queries import reminders as line_queries
from cchc_tasks.storage.queries.bounces import BounceRow
from cchc_tasks.storage.queries.outbox import MessageRow
from cchc_tasks.web import clock
from cchc_tasks.web.login import current_principal, requires
from cchc_tasks.web.reminders.forms import KeyForm
from cchc_tasks.wording import mail as words
from cchc_tasks.wording.core import format_date, format_instant

bp = Blueprint("reminders", __name__, url_prefix="/nhac-viec")

PAGE_SIZE = 50
#: The lists of the page: key in the address -> (heading, states, what an empty one says).
LISTS: dict[str, tuple[str, tuple[MessageState, ...], str]] = {
    "da-gui": ("Đã gửi", (MessageState.SENT,), "Chưa có thư nào được gửi."),
    "dang-cho": ("Đang chờ", queries.WAITING_STATES, "Không có thư nào đang chờ."),
    "gui-loi": ("Gửi lỗi", (MessageState.DEAD,), "Không có thư nào gửi lỗi."),
    "khong-gui": ("Không gửi", (MessageState.DROPPED,), "Không có thư nào bị bỏ."),
}
FIRST_LIST = "da-gui"


@dataclass(frozen=True, slots=True)
class MessageView:
    """One mail as a list shows it."""

    id: int
    kind: str
    recipient: str
    subject: str
    state: tuple[str, str]
    when: str
    detail: str
    is_dead: bool


@bp.get("")
@requires(Action.READ_REMINDERS)
def show() -> Any:
    """One list of mails, the numbers of all, and how the scheduler stands."""
    agency_id = current_principal().agency_id
    key = request.args.get("xem", FIRST_LIST)
    if key not in LISTS:
        raise NotFound(what="list")
    page = max(request.args.get("trang", 1, type=int), 1)
    counts = queries.count_by_state(db.session, agency_id)
    heading, states, empty_text = LISTS[key]
    rows = queries.list_messages(db.session, agency_id, states, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    bounced = bounce_queries.of_messages(db.session, agency_id, [row.id for row in rows])
    return render_template(
        "reminders/show.html",
        key=key,
        heading=heading,
        empty_text=empty_text,
        messages=[view_of(row, bounced.get(row.id)) for row in rows],
        failing=[
            (words.failing_address(each.name, each.address, local_day(each.recorded_at)), each.diagnostic, each)
            for each in bounce_queries.failing(db.session, agency_id)
        ],
        lists=[(each, name, sum(counts.get(state, 0) for state in held)) for each, (name, held, _) in LISTS.items()],
        total=sum(counts.get(state, 0) for state in states),
        page=page,
        page_size=PAGE_SIZE,
        form=KeyForm(),
        can_run=can_run(),
        can_urge=permissions.may(current_principal(), Action.ASK_EXPLANATION),
        **standing_of_the_scheduler(agency_id),
    )


def standing_of_the_scheduler(agency_id: int) -> dict[str, Any]:
    """When it last ran, whether it is quiet, what waits for the next digest, whether mail is switched off."""
    health = scheduling.health(db.session, now=clock.real_now(), shown_at=clock.now())
    last_round = scheduling.last_round(db.session, agency_id)
    return {
        "health": health,
        "tick_text": tick_text(health),
        "round_text": format_instant(last_round) or "chưa có",
        "waiting_lines": line_queries.count_unjoined(db.session, agency_id),
        "is_sending": db.session.get_one(Agency, agency_id).is_sending_enabled,
        "quiet_text": words.quiet_banner(minutes_since_tick(health)) if health.is_quiet else "",
    }


def minutes_since_tick(health: scheduling.Health) -> int | None:
    age = health.last_tick_age
    return None if age is None else int(age.total_seconds() // 60)


def tick_text(health: scheduling.Health) -> str:
    minutes = minutes_since_tick(health)
    if minutes is None:
        return "chưa chạy lần nào"
    return "vừa chạy" if minutes < 1 else f"chạy {words.age_words(minutes)} trước"


def view_of(row: MessageRow, bounce: BounceRow | None = None) -> MessageView:
    """A mail that came back is shown as such, although the server took it."""
    is_failed = bounce is not None and bounce.action == "failed"
    said = words.bounced(bounce.action, bounce.status, bounce.diagnostic) if bounce else ""
    return MessageView(
        id=row.id,
        kind=words.KINDS.get(row.kind, row.kind),
        recipient=row.recipient_name,
        subject=row.subject or words.KINDS.get(row.kind, row.kind),
        state=words.BOUNCED if is_failed else words.STATES[row.state.value],
        when=format_instant(row.sent_at or row.created_at),
        detail=said or detail_of(row),
        is_dead=row.state is MessageState.DEAD,
    )


def detail_of(row: MessageRow) -> str:
    """Why it waits, failed or was dropped; empty for what was sent."""
    if row.state is MessageState.DROPPED and row.last_error in set(DroppedBecause):
        return words.DROPPED_MAILS[DroppedBecause(row.last_error)]
    if row.state is MessageState.NEW and row.attempts:
        return f"Lần {row.attempts}: {row.last_error}. Thử lại {format_instant(row.next_attempt_at)}."
    return row.last_error or ""


@bp.get("/<int:message_id>")
@requires(Action.READ_REMINDERS)
def message(message_id: int) -> Any:
    """One mail in full, its lines that were left out, and every try."""
    agency_id = current_principal().agency_id
    found = queries.get_message(db.session, agency_id, message_id)
    correspondent, _ = queries.get_correspondent(db.session, found)
    dropped = [row for row in line_queries.lines_of(db.session, agency_id, message_id) if row.dropped_because]
    attempts = queries.list_attempts(db.session, agency_id, message_id)
    return render_template(
        "reminders/message.html",
        message=found,
        correspondent=correspondent,
        kind=words.KINDS.get(found.kind, found.kind),
        state=words.STATES[found.state.value],
        is_dead=found.state is MessageState.DEAD,
        dropped=[dropped_words(row) for row in dropped],
        attempts=[
            (format_instant(each.attempted_at), words.OUTCOMES[Outcome(each.outcome)], attempt_answer(each.answer))
            for each in attempts
        ],
        links=demo_links(found),
        form=KeyForm(),
    )


def demo_links(message: OutboxMessage) -> list[tuple[str, str]]:
    """What a line is about and its secret address, made again: only where mails are invented and never leave."""
    if not current_app.config["CCHC_SETTINGS"].demo:
        return []
    found = link_queries.links_of(db.session, message.agency_id, message.id)
    key = current_app.config["SECRET_KEY"]
    return [
        (each.title, url_for("mail_links.show", secret=link_secret(key, link_key(message.message_id, *each.key))))
        for each in found
    ]


def dropped_words(row: ReminderLine) -> str:
    reason = words.DROP_REASONS[DropReason(str(row.dropped_because))]
    return f"{words.HEADINGS[Rule(row.rule)]}, lịch nhắc {format_date(row.due_day)}: {reason}"


def attempt_answer(answer: str) -> str:
    if answer in set(DroppedBecause):
        return words.DROPPED_MAILS[DroppedBecause(answer)]
    return words.RECORDED if answer == RECORDED_ANSWER else answer


@bp.post("/<int:message_id>/gui-lai")
@requires(Action.SEND_REMINDERS)
def send_again(message_id: int) -> Any:
    """A mail that was given up gets a new series of tries."""
    form = KeyForm()
    if not form.validate():
        abort(400)
    outbox.send_again(
        db.session, message_id, actor=current_principal(), now=clock.now(), request_key=form.request_key.data
    )
    flash("Đã xếp thư vào hàng chờ gửi.", "done")
    return redirect(url_for("reminders.show", xem="dang-cho"), code=303)


@bp.post("/dia-chi/<int:person_id>/da-chua")
@requires(Action.SEND_REMINDERS)
def address_mended(person_id: int) -> Any:
    """An address whose mail came back was put right at its own end: mail goes there as before."""
    form = KeyForm()
    if not form.validate():
        abort(400)
    name = bounces.clear(
        db.session, person_id, actor=current_principal(), now=clock.now(), request_key=form.request_key.data
    )
    flash(words.address_mended(name), "done")
    return redirect(url_for("reminders.show"), code=303)


@bp.post("/gui-thu")
@requires(Action.SEND_REMINDERS)
def switch_on() -> Any:
    """Mail goes out again, after somebody looked a restored database through."""
    if not KeyForm().validate():
        abort(400)
    outbox.set_sending(db.session, True, actor=current_principal())
    flash("Đã cho phép gửi thư.", "done")
    return redirect(url_for("reminders.show"), code=303)


def can_run() -> bool:
    """Running by hand is for trying things out: where nothing leaves the house."""
    return current_app.config["CCHC_SETTINGS"].mail_transport == "recording"


@bp.post("/chay-ngay")
@requires(Action.SEND_REMINDERS)
def run_now() -> Any:
    """One round and one delivery of the agency's mail, at once."""
    if not KeyForm().validate() or not can_run():
        abort(400)
    now, agency_id = clock.now(), current_principal().agency_id
    done = reminders.run_round(
        db.session,
        agency_id=agency_id,
        now=now,
        delivery_hour=current_app.config["CCHC_SETTINGS"].reminder_hour,
        is_forced=True,
    )
    post: Post = current_app.extensions["cchc_tasks.post"]
    outcomes = outbox.deliver_all(db.session, post, now=now, agency_id=current_principal().agency_id)
    sent = sum(outcome is Outcome.SENT for outcome in outcomes)
    if done is None:
        flash("Hôm nay là ngày nghỉ nên không gom thư nhắc việc.", "note")
    else:
        flash(f"Đã gom {done.lines} dòng nhắc mới vào {done.digests} thư; gửi {sent} thư.", "done")
    return redirect(url_for("reminders.show"), code=303)
