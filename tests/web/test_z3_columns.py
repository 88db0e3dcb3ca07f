"""Columns that a form does not offer (RELIABILITY Z3): whatever is posted beside a form, only its own columns change.

Each form is sent with the name of every column of every table beside its own fields, as every role.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.storage.db import Base
from tests.factories import PASSWORD
from tests.support.report_sendings import FREE, REPORT_COLUMNS, REPORT_FIELDS
from tests.support.sides import foreign, own, sides
from tests.support.two_offices import Side
from tests.web.test_z1_pairs import SENDINGS, Sending, send

__all__ = ["foreign", "own", "send", "sides"]

POISON = 987_654
ROLES = ("admin", "office", "leader", "head", "staff", "other_head", "viewer")
#: Every column there is, once by name.
COLUMNS = sorted({column.name for table in Base.metadata.sorted_tables for column in table.columns})
#: Fields that a form has and `SENDINGS` leaves out: they are no columns posted beside it.
OWN_FIELDS = {
    "my_work.update": {"number", "issued_on", "subject", "reason", "note"},
    "tasks.update": {"number", "issued_on", "subject", "reason", "note"},
    "confirmation.answer": {"text"},
    "confirmation.answer_request": {"due_on", "number", "issued_on", "subject", "words"},
    "plans.extend": {"words"},
    "tasks.act": {"number", "issued_on", "subject"},
    "plans.add_task": {"note", "assignment_text", "time_text"},
    "plans.edit_task": {"note"},
    "plans.add_deliverable": {"ordinal", "deadline_text"},
    "plans.edit_deliverable": {"ordinal"},
    "plans.add_period": {"deadline_text"},
    "plans.correct_deadline": {"deadline_text"},
    "calendar.subscribe": {"hides_titles", "kind", "alarm_days"},
    "admin.person_new": {"title", "phone"},
    "admin.person_save": {"title", "phone"},
    "admin.person_role": {"ends_on"},
    "admin.unit_rename": {"short_name"},
    "admin.unit_new": {"short_name", "code"},
    "admin.person_absence": {"ends_on", "reason"},
    "admin.mandate_give": {"basis", "unit_id"},
    "account.save": {"phone"},
    "reminders.set_rules": {"tells_staff", "delivery_hour", "quiet", "reason"},
}
#: What each form may change: columns of rows that were there, and tables (+) that get rows.
LEDGER = {"+ledger_rows", "ledger_heads.hash", "ledger_heads.recorded_at", "ledger_heads.seq"}
#: The calendar shows it anew.
MOVED = {"obligations.calendar_sequence", "obligations.changed_at"}
STATUS = (
    LEDGER
    | MOVED
    | {f"obligations.{name}" for name in ("status", "status_on", "status_recorded_at", "status_seq", "version")}
)
REPORTER = {"obligations.reported_by_id", "obligations.reported_unit_id"}
DRAFTED = {
    *(f"plan_drafts.{name}" for name in ("changed_at", "rows", "version")),
    *(f"staged_imports.{name}" for name in ("answers", "reading", "sha256")),
}
ANSWERED = {
    f"extension_requests.{name}"
    for name in ("answer", "answered_at", "answered_by_id", "answered_seq", "state", "version")
}
EXTENDED = {f"obligations.{name}" for name in ("deadline_version", "due_on", "judged_due_on", "version")}
LISTED: dict[str, set[str]] = {
    "my_work.update": STATUS,
    "tasks.update": STATUS,
    "tasks.act gop-y": {"+notes"},
    "tasks.act giao-viec": LEDGER | {"obligations.person_id", "obligations.version"},
    "tasks.act xin-gia-han": LEDGER | {"+extension_requests", "obligations.version"},
    "tasks.act rut-xin-gia-han": LEDGER | ANSWERED,
    "grant an extension": LEDGER
    | MOVED
    | ANSWERED
    | EXTENDED
    | {f"extension_requests.{name}" for name in ("deadline_seq", "granted_against", "granted_due_on", "granted_from")},
    "refuse an extension": LEDGER | ANSWERED,
    "plans.begin_next": LEDGER
    | {"+areas", "+deliverables", "+obligations", "+plan_rules", "+plans", "+task_units", "+tasks"},
    "plans.extend": LEDGER | MOVED | EXTENDED | {"+documents", "+extension_requests"},
    "tasks.act dinh-kem": {"+documents", "+evidence"},
    "tasks.act rut-bao-cao": STATUS | REPORTER,
    "tasks.act dinh-chinh": STATUS,
    "confirm one": STATUS,
    "return one": STATUS | REPORTER | {"obligations.is_returned"},
    "confirm outside the rule": STATUS,
    "confirm many": STATUS,
    "indicators.rule": {"+plan_rules", "plans.version"},
    "plans.edit": {"plans.number", "plans.title", "plans.version"},
    "plans.add_area": {"+areas"},
    "plans.edit_area": {"areas.name", "areas.version"},
    "plans.delete_area": {"-areas"},
    "plans.add_task": LEDGER | {"+task_units", "+tasks"},
    "plans.edit_task": MOVED | {"tasks.numbers", "tasks.search_text", "tasks.text", "tasks.version"},
    "plans.add_deliverable": LEDGER | {"+deliverables", "+obligations", "tasks.search_text"},
    "plans.edit_deliverable": MOVED | {"deliverables.text", "deliverables.version", "tasks.search_text"},
    "plans.add_period": LEDGER | {"+obligations", "deliverables.version"},
    "plans.correct_deadline": LEDGER
    | MOVED
    | {"obligations.deadline_version", "obligations.due_on", "obligations.judged_due_on"}
    | {"obligations.original_due_on", "obligations.version"},
    "plans.correct_assignment": LEDGER
    | MOVED
    | {
        "+task_units",
        "-task_units",
        "obligations.counted_unit_id",
        "tasks.assignment_version",
        "tasks.lead_unit_id",
        "tasks.version",
    },
    "plans.name_responsible": LEDGER
    | {"deliverables.responsible_unit_id", "deliverables.version", "tasks.assignment_version"},
    "plans.answer": {"staged_imports.answers"},
    "plans.units": {"staged_imports.answers"},
    "plans.draft_row": DRAFTED,
    "plans.draft_area": DRAFTED,
    "plans.draft_act": DRAFTED,
    "plans.discard": {"-staged_imports"},
    "calendar.subscribe": {"+calendar_feeds"},
    "calendar.revoke": {"calendar_feeds.revoked_at"},
    "calendar.renew": {"calendar_feeds.expires_at"},
    "calendar.rotate": {"+calendar_feeds", "calendar_feeds.revoked_at"},
    "saved_filters.save": {"+saved_filters"},
    "saved_filters.rename": {"saved_filters.name"},
    "saved_filters.remove": {"-saved_filters"},
    "reminders.send_again": {"outbox_messages.next_attempt_at", "outbox_messages.state"},
    "admin.person_save": {"people.email", "people.name", "people.sort_key", "people.version"},
    "admin.person_role": {"+memberships", "people.version"},
    "admin.person_role_end": {"memberships.ends_on", "people.version"},
    "admin.person_active": {"people.is_active", "people.session_epoch", "people.version"},
    "admin.person_new": {"+memberships", "+one_time_tokens", "+outbox_messages", "+people"},
    "admin.unit_save": {"+unit_aliases", "units.version"},
    "admin.unit_rename": {"+unit_names", "unit_names.valid_to", "units.version"},
    "admin.unit_members": {"group_members.valid_to", "units.version"},
    "admin.decision_cancel": {"+reorganisation_ends", "ledger_heads.recorded_at", "units.version"},
    "admin.mandate_revoke": {"mandates.revoked_at", "mandates.revoked_by_id", "mandates.version"},
    "admin.person_absence": {"+absences"},
    "admin.person_absence_end": {"absences.ends_on", "absences.version"},
    "admin.person_role_move": {"+memberships", "memberships.ends_on", "people.version"},
    "admin.reorganise": {"+reorganisation_lines", "+reorganisations", "ledger_heads.recorded_at", "units.version"},
    "admin.mandate_give": {"+mandates"},
    "account.prefer_mail": {"people.preferences", "people.version"},
    "reminders.set_rules": {"+reminder_rule_versions"},
    "reminders.send_trial": {"+outbox_messages"},
    "admin.holiday_set": {"+holiday_corrections"},
    "account.save": {"people.name", "people.sort_key", "people.version"},
    "account.change_password": {"+sign_in_counters", "people.password_hash", "people.session_epoch", "people.version"},
    "admin.unit_new": {"+unit_names", "+units"},
    "plans.create": {"+plan_rules", "+plans"},
}
#: What any form may leave behind: its one-time key, and the time of entry that it took.
EVERYWHERE = {"+form_keys", "ledger_heads.recorded_at"}
MORE = [
    Sending("account.save", "staff", lambda side: {"version": side.people["staff"].version, "name": "Lê Thị Mai"}),
    Sending(
        "account.prefer_mail",
        "staff",
        lambda side: {"version": side.people["staff"].version, "frequency": "weekly", "weekday": 4},
    ),
    Sending(
        "reminders.set_rules",
        "office",
        lambda _side: {
            "version": 0,
            "before_due": "7, 1",
            "before_year_end": "5",
            "after_due": "1, 5",
            "overdue_every": 5,
            "head_after": 3,
            "office_after": 10,
            "leader_after": 20,
            "before_cut_off": "10, 5, 1",
            "note_before_cut_off": 5,
            "before_report": "5",
            "while_unconfirmed": "0",
            "while_unanswered": "0",
            "news_days": 30,
            "link_days": 5,
            "used": ["overdue"],
            "binding": ["overdue"],
        },
    ),
    Sending("reminders.send_trial", "office", lambda _side: {"wanted": "1"}),
    Sending("admin.holiday_set", "admin", lambda _side: {"day": "2021-06-01", "effect": "off", "reason": "12/TB-VPCP"}),
    Sending(
        "account.change_password",
        "staff",
        lambda _side: {"current": PASSWORD, "password": "hoa dã quỳ nở sớm", "again": "hoa dã quỳ nở sớm"},
    ),
    Sending(
        "admin.reorganise",
        "admin",
        lambda side: {
            **dict.fromkeys(("kind_1", "kind_2", "kind_3"), "division"),
            "kind": "merge",
            "number": "7/QĐ",
            "issued_on": "2021-03-08",
            "subject": "Về việc sáp nhập",
            "effective_on": "2098-01-01",
            "from_ids": [side.unit.id],
            "to_1": side.office_unit.id,
            "accept": "1",
        },
    ),
    Sending(
        "admin.mandate_give",
        "leader",
        lambda side: {
            "kind": "for_leader",
            "person_id": side.people["head"].id,
            "from_id": side.people["leader"].id,
            "starts_on": "2098-01-01",
            "ends_on": "2098-01-02",
        },
    ),
    Sending(
        "admin.unit_new", "admin", lambda _side: {"name": "Phòng Mới", "kind": "division", "valid_from": "2021-03-01"}
    ),
    Sending(
        "plans.create",
        "office",
        lambda _side: {
            "kind": "cchc",
            "number": "8/KH",
            "issued_on": "2020-12-29",
            "year": "2021",
            "title": "Kế hoạch",
        },
    ),
]
MORE += [Sending(endpoint, by, body, fixed=fixed) for endpoint, by, body, fixed in FREE]
LISTED |= REPORT_COLUMNS
OWN_FIELDS |= REPORT_FIELDS
FORMS = [each for each in [*SENDINGS, *MORE] if each.body is not None]

Cells = dict[tuple[str, str], dict[str, str]]


def cells(session: Session) -> Cells:
    """Every row of every table by its key, its columns as text."""
    session.rollback()
    session.expire_all()
    found: Cells = {}
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)).mappings():
            key = json.dumps([str(row[column.name]) for column in table.primary_key])
            found[table.name, key] = {name: str(value) for name, value in row.items()}
    return found


def changes(before: Cells, after: Cells) -> Iterator[str]:
    for key, row in after.items():
        if key not in before:
            yield f"+{key[0]}"
            continue
        yield from (f"{key[0]}.{name}" for name, value in row.items() if before[key][name] != value)
    yield from (f"-{key[0]}" for key in before if key not in after)


def poisoned(rows: Cells) -> list[str]:
    return [f"{key[0]}.{name}" for key, row in rows.items() for name, value in row.items() if str(POISON) in value]


def beside(sending: Sending, side: Side) -> dict[str, Any]:
    """Every column that the form does not know, with a value that a number, a text or a flag would take."""
    # Its one-time key is every form's own.
    known = {"request_key"} | OWN_FIELDS.get(sending.endpoint, set()) | set((sending.body or dict)(side))
    return {name: "" if name.startswith("is_") else POISON for name in COLUMNS if name not in known}


@pytest.mark.parametrize("sending", FORMS, ids=str)
def test_z3_a_form_changes_its_own_columns_and_no_others(session, own, foreign, send, sending):
    everything: set[str] = set()
    # Whom the form is meant for comes last: nothing may be left to send after it.
    for role in (*(role for role in ROLES if role != sending.by), sending.by):
        before = cells(session)
        response = send(sending, by=role, **beside(sending, own))
        after = cells(session)
        changed = set(changes(before, after))

        assert poisoned(after) == [], role
        assert response.status_code < 500, role
        # A form's key is used up by whatever it did.
        assert changed - EVERYWHERE <= LISTED[str(sending)], role
        if response.status_code in (403, 404):
            assert changed == set(), role
        everything |= changed
    assert everything
