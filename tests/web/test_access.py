"""Who gets in where: every route, every kind of person, one table (RELIABILITY Z2, Z4, G1, T2).

A new route needs a line in ROUTES; a new argument of an address needs a line in ARGUMENTS. What happens to one
piece of work of one's own or another unit is tested beside its feature.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from cchc_tasks.config import Settings
from cchc_tasks.domain.permissions import Role
from cchc_tasks.evidence import LocalStore
from cchc_tasks.services import people as people_service
from cchc_tasks.storage.models import Membership
from cchc_tasks.web.navigation import ENTRIES
from tests.factories import (
    NOW,
    PASSWORD,
    Office,
    enter,
    make_membership,
    principal_of,
)
from tests.support.fingerprint import fingerprint
from tests.support.prepared import prepared
from tests.support.report_routes import REPORT_ROUTES
from tests.support.routed_world import World, make_world

PEOPLE = ("admin", "office", "leader", "head", "staff", "other_head", "viewer")
EVERYBODY = frozenset(PEOPLE)
ADMIN = frozenset({"admin"})
OFFICE = frozenset({"office"})
OFFICE_AND_ADMIN = frozenset({"admin", "office"})
#: Who may update the world's piece of work: its unit, and the office for everybody.
RESPONSIBLE = frozenset({"office", "head", "staff"})

#: Answers of a route to somebody who may use it: shown, done, put right first, or refused by the state of things.
LET_IN = frozenset({200, 204, 302, 303, 304, 409, 422})


@dataclass(frozen=True)
class Route:
    """Who may use a route. Others get `refusal`: 403, or 404 where they may not know of the thing.

    `hides` marks a route that says 404 to everybody here: in the demo only, or behind a secret nobody has.
    """

    may: frozenset[str]
    is_public: bool = False
    hides: bool = False
    refusal: int = 403


PUBLIC = Route(EVERYBODY, is_public=True)

ROUTES: dict[str, Route] = {
    "account.home": Route(EVERYBODY),
    "account.healthz": PUBLIC,
    "account.sign_in": PUBLIC,
    "account.sign_out": PUBLIC,
    "account.resume": PUBLIC,
    "account.forgotten": PUBLIC,
    "account.activate": Route(EVERYBODY, is_public=True, hides=True),
    "account.reset": Route(EVERYBODY, is_public=True, hides=True),
    "mail_links.show": Route(EVERYBODY, is_public=True, hides=True),
    "mail_links.confirm": Route(EVERYBODY, is_public=True, hides=True),
    "account.show": Route(EVERYBODY),
    "account.save": Route(EVERYBODY),
    "account.change_password": Route(EVERYBODY),
    "account.prefer_mail": Route(EVERYBODY),
    "my_work.show": Route(EVERYBODY),
    "my_work.opened_line": Route(EVERYBODY),
    "my_work.update": Route(RESPONSIBLE),
    "tasks.show": Route(EVERYBODY),
    "tasks.update": Route(RESPONSIBLE),
    "tasks.opened_act": Route(EVERYBODY),
    "tasks.act": Route(RESPONSIBLE | {"leader", "other_head"}),
    "evidence.download": Route(EVERYBODY),
    "confirmation.show": Route(frozenset({"office", "leader"})),
    "confirmation.answer": Route(frozenset({"office", "leader"})),
    "confirmation.requests": Route(frozenset({"office", "leader"})),
    "confirmation.answer_request": Route(frozenset({"office", "leader"})),
    "plans.close": Route(frozenset({"office"})),
    "plans.begin_next": Route(frozenset({"office"})),
    "plans.extend": Route(frozenset({"office", "leader"})),
    "boards.index": Route(EVERYBODY),
    "boards.columns": Route(EVERYBODY),
    "boards.matrix": Route(EVERYBODY),
    "boards.matrix_file": Route(EVERYBODY),
    "boards.year": Route(EVERYBODY),
    "boards.table": Route(EVERYBODY),
    "boards.table_file": Route(EVERYBODY),
    "boards.move": Route(EVERYBODY),
    "indicators.show": Route(EVERYBODY),
    "indicators.members": Route(EVERYBODY),
    "indicators.members_file": Route(EVERYBODY),
    "overview.show": Route(EVERYBODY),
    "indicators.rule": Route(frozenset({"office"})),
    **{name: Route(may) for name, may in REPORT_ROUTES.items()},
    "plans.index": Route(EVERYBODY),
    "plans.show": Route(EVERYBODY),
    "plans.file": Route(EVERYBODY),
    "plans.add_task": Route(OFFICE),
    "plans.add_deliverable": Route(OFFICE),
    "plans.add_period": Route(OFFICE),
    "plans.deadlines": Route(OFFICE),
    "plans.correct_deadline": Route(OFFICE),
    "plans.correct_assignment": Route(OFFICE),
    "plans.name_responsible": Route(OFFICE),
    "plans.create": Route(OFFICE),
    "plans.edit": Route(OFFICE),
    "plans.add_area": Route(OFFICE),
    "plans.edit_area": Route(OFFICE),
    "plans.delete_area": Route(OFFICE),
    "plans.edit_task": Route(OFFICE),
    "plans.edit_deliverable": Route(OFFICE),
    "plans.upload": Route(OFFICE),
    "plans.reading": Route(OFFICE, hides=True),
    "plans.review": Route(OFFICE),
    # An empty form names no question.
    "plans.answer": Route(OFFICE, hides=True),
    "plans.units": Route(OFFICE),
    "plans.accept": Route(OFFICE),
    "plans.discard": Route(OFFICE),
    "plans.amend": Route(OFFICE),
    "plans.amendment": Route(EVERYBODY),
    "plans.consolidated": Route(EVERYBODY),
    "plans.consolidated_file": Route(EVERYBODY),
    "plans.draft_open": Route(OFFICE),
    "plans.draft": Route(OFFICE),
    "plans.draft_row": Route(OFFICE),
    "plans.draft_area": Route(OFFICE),
    "plans.draft_act": Route(OFFICE),
    "calendar.show": Route(EVERYBODY),
    "calendar.subscriptions": Route(EVERYBODY),
    "calendar.subscribe": Route(EVERYBODY),
    "calendar.revoke": Route(frozenset({"staff"}), refusal=404),
    "calendar.renew": Route(frozenset({"staff"}), refusal=404),
    "calendar.rotate": Route(frozenset({"staff"}), refusal=404),
    "saved_filters.show": Route(EVERYBODY),
    "saved_filters.save": Route(EVERYBODY),
    "saved_filters.rename": Route(frozenset({"staff"}), refusal=404),
    "saved_filters.remove": Route(frozenset({"staff"}), refusal=404),
    "calendar.feed": Route(EVERYBODY, is_public=True, hides=True),
    "reminders.show": Route(OFFICE_AND_ADMIN),
    "reminders.message": Route(OFFICE_AND_ADMIN),
    "reminders.send_again": Route(OFFICE_AND_ADMIN),
    # Nobody's mail came back here.
    "reminders.address_mended": Route(OFFICE_AND_ADMIN, hides=True),
    "reminders.switch_on": Route(OFFICE_AND_ADMIN),
    "reminders.run_now": Route(OFFICE_AND_ADMIN),
    "reminders.rules": Route(OFFICE_AND_ADMIN),
    "reminders.set_rules": Route(OFFICE),
    "reminders.planned": Route(OFFICE_AND_ADMIN),
    "reminders.send_trial": Route(OFFICE_AND_ADMIN),
    "urging.index": Route(frozenset({"office", "leader"})),
    "urging.unit": Route(frozenset({"office", "leader"})),
    "urging.ask": Route(frozenset({"office", "leader"})),
    "urging.letter": Route(frozenset({"office", "leader"})),
    "admin.demo_clock": Route(OFFICE_AND_ADMIN, hides=True),
    "admin.people": Route(ADMIN),
    "admin.person": Route(ADMIN),
    "admin.person_new": Route(ADMIN),
    "admin.person_save": Route(ADMIN),
    "admin.person_role": Route(ADMIN),
    "admin.person_role_end": Route(ADMIN),
    "admin.person_invite_again": Route(ADMIN),
    "admin.person_active": Route(ADMIN),
    "admin.people_import": Route(ADMIN),
    "admin.people_look_at": Route(ADMIN),
    "admin.people_enter": Route(ADMIN),
    "admin.people_template": Route(ADMIN),
    "admin.holidays": Route(OFFICE_AND_ADMIN),
    "admin.holiday_set": Route(OFFICE_AND_ADMIN),
    "admin.holiday_undo": Route(OFFICE_AND_ADMIN),
    "admin.units": Route(OFFICE_AND_ADMIN),
    "admin.unit": Route(OFFICE_AND_ADMIN),
    "admin.unit_new": Route(OFFICE_AND_ADMIN),
    "admin.unit_save": Route(OFFICE_AND_ADMIN),
    "admin.unit_rename": Route(OFFICE_AND_ADMIN),
    "admin.unit_members": Route(OFFICE_AND_ADMIN),
    "admin.unit_timeline": Route(EVERYBODY),
    "admin.reorganise": Route(OFFICE_AND_ADMIN),
    "admin.decision_cancel": Route(OFFICE_AND_ADMIN),
    "admin.orphans": Route(OFFICE),
    "admin.orphans_give": Route(OFFICE),
    "admin.mandates": Route(EVERYBODY),
    "admin.mandate_give": Route(frozenset({"admin", "leader", "head", "other_head"})),
    "admin.mandate_revoke": Route(ADMIN | {"leader"}, refusal=404),
    "admin.person_away": Route(ADMIN),
    "admin.person_absence": Route(ADMIN),
    "admin.person_absence_end": Route(ADMIN),
    "admin.person_role_move": Route(ADMIN),
}


ARGUMENTS: dict[str, Callable[[World], Any]] = {
    "person_id": lambda world: world.office.people["staff"].id,
    "membership_id": lambda world: world.office.people["staff"].memberships[0].id,
    "unit_id": lambda world: world.office.unit.id,
    "decision_id": lambda world: world.planned.decision_id,
    "mandate_id": lambda world: world.planned.mandate_id,
    "absence_id": lambda world: world.planned.absence_id,
    "feed_id": lambda world: world.feed.id,
    "filter_id": lambda world: world.saved.id,
    "token": lambda world: "no-such-token",
    "message_id": lambda world: world.message.id,
    "secret": lambda world: "no-such-secret",
    "is_active": lambda world: True,
    "ending": lambda world: "xlsx",
    "task_id": lambda world: world.made.task.id,
    "obligation_id": lambda world: world.made.obligation.id,
    "plan_id": lambda world: world.made.task.plan_id,
    "area_id": lambda world: world.made.task.area_id,
    "deliverable_id": lambda world: world.made.obligation.deliverable_id,
    "import_id": lambda world: world.staged.id,
    "draft_id": lambda world: world.draft.staged_import_id,
    "place": lambda world: 1,
    "act": lambda world: "sua",
    "ordinal": lambda world: 1,
    "evidence_id": lambda world: world.evidence_id,
    "slug": lambda world: "gop-y",
    "request_id": lambda world: world.request_id,
    "report_id": lambda world: world.report_id,
    "code": lambda world: "1.4.1",
    "form_code": lambda world: "tuyen-quang-so-nganh",
}


@pytest.fixture
def world(app: Any, session: Session, settings: Settings) -> World:
    """`app` comes first: it empties the evidence store."""
    folder = settings.evidence_dir
    return prepared(session, "world of routes", lambda: make_world(session, LocalStore(folder)), folder=folder)


def rules_of(app: Flask, endpoint: str) -> list[tuple[Rule, str]]:
    """Every address of an endpoint with each of its verbs."""
    return [
        (rule, method)
        for rule in app.url_map.iter_rules(endpoint)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def address(app: Flask, rule: Rule, world: World) -> str:
    values = {name: ARGUMENTS[name](world) for name in rule.arguments - set(rule.defaults or ())}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, {**values, **(rule.defaults or {})})


def ask(app: Flask, world: World, name: str | None, method: str, where: str) -> Any:
    """One request by one person (None: a visitor), with the checks that hold for every answer."""
    client = app.test_client()
    if name is not None:
        enter(client, world.office.people[name])
    response = client.open(where, method=method, headers={"Sec-Fetch-Site": "same-origin"})
    assert_headers(response)
    return response


def assert_headers(response: Any) -> None:
    headers = response.headers
    assert headers["Content-Security-Policy"].startswith(("default-src 'none'", "sandbox"))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "private, no-store"


def test_every_route_stands_in_the_table_and_declares_its_access(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}

    assert endpoints == set(ROUTES)
    assert all(hasattr(app.view_functions[endpoint], "access") for endpoint in endpoints)


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("endpoint", ROUTES)
def test_z2_a_route_lets_in_whom_the_table_names_and_nobody_else(app, session, world, endpoint):
    route = ROUTES[endpoint]
    refused = [name for name in PEOPLE if name not in route.may]
    before = fingerprint(session)
    for rule, method in rules_of(app, endpoint):
        where = address(app, rule, world)
        for name in refused:
            status = ask(app, world, name, method, where).status_code
            assert status == route.refusal, f"{name} {method} {where}: {status}"
        for name in (None, "disabled"):
            assert_visitor(ask(app, world, name, method, where), method, where, route)
        if not route.is_public:
            status = ask(app, world, "stranger", method, where).status_code
            known = {404} if any(name.endswith("_id") for name in rule.arguments) else LET_IN | {404}
            assert status in known | {403, 422}, f"stranger {method} {where}: {status}"
    if not route.is_public:
        assert fingerprint(session) == before

    for rule, method in rules_of(app, endpoint):
        where = address(app, rule, world)
        for name in sorted(route.may):
            status = ask(app, world, name, method, where).status_code
            assert status in ({404} if route.hides else LET_IN), f"{name} {method} {where}: {status}"


def assert_visitor(response: Any, method: str, where: str, route: Route) -> None:
    """A visitor is sent to sign in, for a form told so; a public page answers."""
    status = response.status_code
    if route.is_public:
        assert status in LET_IN | {404}, f"visitor {method} {where}: {status}"
    elif method == "GET":
        assert status == 303, f"visitor {method} {where}: {status}"
        assert response.location.startswith("/dang-nhap")
    else:
        assert status == 401, f"visitor {method} {where}: {status}"


@pytest.mark.parametrize("name", ["admin", "office", "head"])
def test_g1_reading_every_page_changes_nothing(app, session, world, name):
    client = enter(app.test_client(), world.office.people[name])
    before = fingerprint(session)

    for endpoint in ROUTES:
        for rule, method in rules_of(app, endpoint):
            if method == "GET":
                client.get(address(app, rule, world))

    after = fingerprint(session)
    # Asking for a calendar that is not there is counted, so that nobody tries addresses.
    assert {table for table in after if after[table] != before[table]} <= {"sign_in_counters"}


def test_g1_no_form_is_taken_without_its_token(app, session, world):
    client = enter(app.test_client(), world.office.people["admin"])
    before = fingerprint(session)

    for endpoint in ROUTES:
        for rule, method in rules_of(app, endpoint):
            if method != "GET":
                where = address(app, rule, world)
                assert client.open(where, method=method).status_code == 400, where

    assert fingerprint(session) == before


# --- Z4: a right ends with the next request


def disable(session: Session, office: Office) -> None:
    act(session, office, people_service.set_active, is_active=False, real_now=NOW)


def end_role(session: Session, office: Office) -> None:
    person = office.people["office"]
    act(session, office, people_service.end_membership, person.memberships[0].id, ends_on=yesterday())


def take_role_by_hand(session: Session, office: Office) -> None:
    session.get_one(Membership, office.people["office"].memberships[0].id).ends_on = yesterday()
    session.commit()


def new_password(session: Session, office: Office) -> None:
    person = office.people["office"]
    people_service.change_password(
        session,
        current=PASSWORD,
        new="một câu khác hẳn câu cũ",
        actor=principal_of(session, person),
        real_now=NOW,
    )


def act(session: Session, office: Office, service: Callable[..., Any], *arguments: Any, **values: Any) -> None:
    actor = principal_of(session, office.people["admin"])
    service(session, office.people["office"].id, *arguments, actor=actor, now=NOW, **values)


def yesterday() -> date:
    return NOW.date() - timedelta(days=1)


@pytest.mark.parametrize(
    ("change", "status"), [(disable, 303), (new_password, 303), (end_role, 403), (take_role_by_hand, 403)]
)
def test_z4_a_right_ends_with_the_next_request(client, session, world, change, status):
    enter(client, world.office.people["office"])
    assert client.get("/quan-tri/don-vi").status_code == 200

    change(session, world.office)

    assert client.get("/quan-tri/don-vi").status_code == status
    assert client.post("/quan-tri/don-vi/moi").status_code == {303: 401, 403: 403}[status]


def test_z4_somebody_who_moves_to_another_unit_acts_for_that_one(client, session, world):
    person = world.office.people["staff"]
    enter(client, person)
    assert "Chuyên viên, Phòng Công nghệ thông tin" in client.get("/tai-khoan").get_data(as_text=True)

    person.memberships[0].ends_on = yesterday()
    make_membership(session, person, Role.STAFF, world.office.other_unit)
    session.commit()

    page = client.get("/tai-khoan").get_data(as_text=True)
    assert "Chuyên viên, Thanh tra Sở" in page
    assert "Phòng Công nghệ thông tin" not in page


def test_t2_two_people_never_see_each_others_page(app, world, full_size):
    first = enter(app.test_client(), world.office.people["head"])
    second = enter(app.test_client(), world.office.people["viewer"])

    for _ in range(250 if full_size else 10):
        assert "Nguyễn Văn An" in first.get("/tai-khoan").get_data(as_text=True)
        assert "Nguyễn Văn An" not in second.get("/tai-khoan").get_data(as_text=True)


def test_a_route_without_declared_access_stops_the_start(app):
    from cchc_tasks.web.login import register_guard

    other = Flask("other")
    other.add_url_rule("/x", "forgotten", lambda: "")

    with pytest.raises(RuntimeError, match="/x \\(forgotten\\)"):
        register_guard(other)


def test_every_entry_of_the_menu_leads_somewhere_and_only_to_whom_it_is_shown(app, world):
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert [entry.endpoint for entry in ENTRIES if entry.endpoint not in known] == []

    for name in PEOPLE:
        client = enter(app.test_client(), world.office.people[name])
        page = html.document_fromstring(client.get("/tai-khoan").get_data(as_text=True))
        hrefs = set(page.xpath("//nav//a[starts-with(@href, '/')]/@href"))
        assert hrefs, name
        for href in sorted(hrefs):
            assert client.get(href).status_code in (200, 302, 303, 308), (name, href)
