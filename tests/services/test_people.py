"""People: entered, invited, given roles, disabled; the last administrator stays."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.accounts import AccountTrouble, InvalidAccount, as_email, check_password
from cchc_tasks.domain.errors import DuplicateRequest, NotAllowed, NotFound, Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.grid import Cell, SourceDocument, Table
from cchc_tasks.domain.links import LinkPurpose, resolve
from cchc_tasks.domain.people_table import PersonRow, read_people
from cchc_tasks.domain.permissions import Role
from cchc_tasks.services import _passwords, people, people_import
from cchc_tasks.services.people import LinkTerms, NewMembership, NewPerson
from cchc_tasks.storage.models import Agency, OneTimeToken, OutboxMessage, Person
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.wording.people import roles_by_word
from tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_membership,
    make_office,
    make_person,
    make_unit,
    principal_of,
)

REAL_NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TERMS = LinkTerms("a secret key of the site", timedelta(days=7), REAL_NOW)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def office(session):
    office = make_office(session)
    session.commit()
    return office


@pytest.fixture
def admin(session, office):
    return principal_of(session, office.people["admin"])


def someone(office, **changes):
    new = NewPerson("Võ Thị Ngọc", "ngoc@so.test", memberships=(NewMembership(Role.STAFF, office.unit.id, TODAY),))
    return replace(new, **changes)


def trouble_of(error):
    return error.value.trouble


# --- inviting


def test_somebody_invited_has_a_role_and_a_mail_and_no_password(session, office, admin):
    person = people.invite(session, someone(office), actor=admin, now=NOW, terms=TERMS)

    assert person.password_hash is None
    assert principal_of(session, person).own_unit_ids == {office.unit.id}
    message = session.scalars(select(OutboxMessage)).one()
    assert (message.kind, message.recipient_id) == ("invitation", person.id)
    assert message.payload["valid_until"] == "2026-11-29T03:00:00+00:00"


def test_the_mail_holds_a_reference_that_only_the_site_s_key_turns_into_a_link(session, office, admin):
    people.invite(session, someone(office), actor=admin, now=NOW, terms=TERMS)

    link = session.scalars(select(OutboxMessage)).one().payload["link"]

    assert link.startswith("token:invitation:")
    address = resolve(link, base_url="https://cchc.test/", secret_key=TERMS.secret_key)
    assert address.startswith("https://cchc.test/kich-hoat/")
    assert address != resolve(link, base_url="https://cchc.test", secret_key="another key")
    assert resolve("", base_url="https://cchc.test", secret_key="x") == ""


def test_a_form_sent_twice_invites_once(session, office, admin):
    people.invite(session, someone(office), actor=admin, now=NOW, terms=TERMS, request_key="k")

    with pytest.raises(DuplicateRequest):
        people.invite(session, someone(office), actor=admin, now=NOW, terms=TERMS, request_key="k")

    assert len(session.scalars(select(OutboxMessage)).all()) == 1


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"name": " \u200b "}, AccountTrouble.NAME_MISSING),
        ({"email": "ngoc"}, AccountTrouble.EMAIL_INVALID),
        ({"email": "ngọc@so.test"}, AccountTrouble.EMAIL_INVALID),
        ({"memberships": (NewMembership(Role.HEAD, None, TODAY),)}, AccountTrouble.UNIT_NEEDED),
        ({"memberships": (NewMembership(Role.VIEWER, None, TODAY, YESTERDAY),)}, AccountTrouble.DATES_REVERSED),
        ({"memberships": (NewMembership(Role.VIEWER, None, TODAY),) * 2}, AccountTrouble.MEMBERSHIP_TWICE),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_entered(session, office, admin, changes, trouble):
    with pytest.raises(InvalidAccount) as error:
        people.invite(session, someone(office, **changes), actor=admin, now=NOW, terms=TERMS)

    assert trouble_of(error) is trouble
    assert people_queries.find_by_email(session, "ngoc@so.test") is None


def test_an_address_belongs_to_one_person_whatever_its_case_and_agency(session, office, admin):
    stranger = office.people["stranger"]

    with pytest.raises(InvalidAccount) as error:
        people.invite(session, someone(office, email=stranger.email.upper()), actor=admin, now=NOW, terms=TERMS)

    assert trouble_of(error) is AccountTrouble.EMAIL_TAKEN


def test_nobody_works_in_a_group_or_in_a_unit_of_another_agency(session, office, admin):
    group = make_unit(session, office.agency, "Các phòng chuyên môn", members=(office.unit,))
    foreign = make_unit(session, make_agency(session))
    session.commit()

    for unit, error in ((group, InvalidAccount), (foreign, NotFound)):
        new = someone(office, memberships=(NewMembership(Role.STAFF, unit.id, TODAY),))
        with pytest.raises(error):
            people.invite(session, new, actor=admin, now=NOW, terms=TERMS)


def test_inviting_again_ends_the_earlier_link(session, office, admin):
    person = people.invite(session, someone(office), actor=admin, now=NOW, terms=TERMS)

    people.invite_again(session, person.id, actor=admin, now=NOW, terms=TERMS)

    assert len(session.scalars(select(OneTimeToken).where(OneTimeToken.used_at.is_(None))).all()) == 1
    assert len(session.scalars(select(OutboxMessage)).all()) == 2


# --- rights


@pytest.mark.parametrize("name", ["office", "leader", "head", "staff", "viewer"])
def test_only_an_administrator_manages_people(session, office, name):
    actor = principal_of(session, office.people[name])
    person_id = office.people["staff"].id
    membership = NewMembership(Role.ADMIN, None, TODAY)

    for attempt in (
        lambda: people.invite(session, someone(office), actor=actor, now=NOW, terms=TERMS),
        lambda: people.add_membership(session, person_id, membership, actor=actor, now=NOW),
        lambda: people.end_membership(session, person_id, 1, ends_on=TODAY, actor=actor, now=NOW),
        lambda: people.set_active(session, person_id, is_active=False, actor=actor, now=NOW, real_now=REAL_NOW),
        lambda: people.invite_again(session, person_id, actor=actor, now=NOW, terms=TERMS),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_people_of_another_agency_are_not_there(session, office, admin):
    stranger = office.people["stranger"]
    role_id = stranger.memberships[0].id

    for attempt in (
        lambda: people.add_membership(
            session, stranger.id, NewMembership(Role.VIEWER, None, TODAY), actor=admin, now=NOW
        ),
        lambda: people.end_membership(session, stranger.id, role_id, ends_on=TODAY, actor=admin, now=NOW),
        lambda: people.set_active(session, stranger.id, is_active=False, actor=admin, now=NOW, real_now=REAL_NOW),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_z1_a_role_is_ended_only_together_with_its_person(session, office, admin):
    of_head = office.people["head"].memberships[0].id

    with pytest.raises(NotFound):
        people.end_membership(session, office.people["staff"].id, of_head, ends_on=TODAY, actor=admin, now=NOW)


# --- roles in time


def test_a_role_holds_on_its_last_day_and_not_after(session, office, admin):
    head = office.people["head"]

    people.end_membership(session, head.id, head.memberships[0].id, ends_on=TODAY, actor=admin, now=NOW)

    assert principal_of(session, head, TODAY).roles == {Role.HEAD}
    assert principal_of(session, head, TODAY + timedelta(days=1)).roles == frozenset()


def test_a_role_that_had_not_begun_goes_without_a_trace(session, office, admin):
    staff = office.people["staff"]
    new = NewMembership(Role.HEAD, office.other_unit.id, TODAY)
    made = people.add_membership(session, staff.id, new, actor=admin, now=NOW)

    people.end_membership(session, staff.id, made.id, ends_on=YESTERDAY, actor=admin, now=NOW)

    assert [each.role for each in people_queries.get_person(session, office.agency.id, staff.id).memberships] == [
        Role.STAFF
    ]


def test_who_is_in_a_group_is_reached_through_it(session, office):
    group = make_unit(session, office.agency, "Các phòng chuyên môn", members=(office.unit,))

    assert principal_of(session, office.people["head"]).unit_ids == {office.unit.id, group.id}
    assert principal_of(session, office.people["other_head"]).unit_ids == {office.other_unit.id}


# --- the last administrator


def refused_last_admin(attempt):
    with pytest.raises(Refused) as error:
        attempt()
    assert error.value.reason is RefusedReason.LAST_ADMIN


def test_the_last_administrator_can_neither_be_disabled_nor_lose_the_role(session, office, admin):
    person = office.people["admin"]
    role_id = person.memberships[0].id

    refused_last_admin(
        lambda: people.set_active(session, person.id, is_active=False, actor=admin, now=NOW, real_now=REAL_NOW)
    )
    refused_last_admin(
        lambda: people.end_membership(session, person.id, role_id, ends_on=date(2030, 1, 1), actor=admin, now=NOW)
    )


@pytest.mark.parametrize("second", [{"is_active": False}, {"password": None}, {"ends_on": YESTERDAY}])
def test_an_administrator_who_cannot_sign_in_does_not_count(session, office, admin, second):
    make_person(session, office.agency, role=Role.ADMIN, **second)
    session.commit()

    refused_last_admin(
        lambda: people.set_active(session, admin.person_id, is_active=False, actor=admin, now=NOW, real_now=REAL_NOW)
    )


def test_of_two_administrators_who_disable_each_other_at_once_one_stays(engine, session, office, admin):
    second = make_person(session, office.agency, "Mai", role=Role.ADMIN)
    session.commit()
    other = principal_of(session, second)
    session.rollback()
    start, outcomes = Barrier(2), []

    def disable(actor, person_id):
        with Session(engine, expire_on_commit=False, autoflush=False) as own:
            start.wait()
            try:
                people.set_active(own, person_id, is_active=False, actor=actor, now=NOW, real_now=REAL_NOW)
                outcomes.append("done")
            except Refused as error:
                outcomes.append(error.reason)

    threads = [
        Thread(target=disable, args=(admin, second.id)),
        Thread(target=disable, args=(other, admin.person_id)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", RefusedReason.LAST_ADMIN]


# --- editing, names


def test_a_stale_form_is_refused(session, office, admin):
    staff = office.people["staff"]
    values = {"name": "Lê Thị Mai", "email": staff.email, "title": "", "phone": "1", "actor": admin, "now": NOW}
    people.edit_person(session, staff.id, version=1, **values)

    with pytest.raises(StaleEdit) as error:
        people.edit_person(session, staff.id, version=1, **values)

    assert error.value.facts["current"] == 2


def test_people_stand_in_the_order_of_vietnamese_names(session):
    agency = make_agency(session)
    for name in ("Đỗ Văn Đạt", "Lê Ân", "Trần Dũng", "Bùi Thị An", "Nguyễn Ánh", "Ngô Ăn", "Lê Đạt"):
        make_person(session, agency, name)

    names = [person.name for person in people_queries.list_people(session, agency.id)]

    assert names == ["Bùi Thị An", "Nguyễn Ánh", "Ngô Ăn", "Lê Ân", "Trần Dũng", "Đỗ Văn Đạt", "Lê Đạt"]


# --- the first administrator


def test_the_first_administrator_is_made_once(session):
    values = {"agency_code": "stttt", "agency_name": "Sở A", "terms": TERMS}
    made = people.create_first_admin(session, email="a@so.test", **values)
    again = people.create_first_admin(session, email="a@so.test", **values)
    assert made.person_id == again.person_id
    assert len(session.scalars(select(Agency)).all()) == 1

    session.get_one(Person, made.person_id).password_hash = "set"
    session.commit()
    with pytest.raises(Refused) as error:
        people.create_first_admin(session, email="b@so.test", **values)
    assert error.value.reason is RefusedReason.HAS_ADMIN


def test_a_link_made_on_the_console_fits_the_account(session, office):
    invited = make_person(session, office.agency, password=None)
    session.commit()

    assert people.make_link(session, invited.email, terms=TERMS).purpose is LinkPurpose.INVITATION
    assert people.make_link(session, office.people["head"].email, terms=TERMS).purpose is LinkPurpose.PASSWORD_RESET
    with pytest.raises(NotFound):
        people.make_link(session, office.people["disabled"].email, terms=TERMS)


# --- a table of people


def document(*lines):
    rows = [
        tuple(Cell(text, row, column) for column, text in enumerate(line, 1) if text)
        for row, line in enumerate(lines, 1)
    ]
    return SourceDocument((), (Table(tuple(row for row in rows if row)),))


HEAD = ("STT", "Họ và tên", "Thư điện tử", "Vai trò", "Đơn vị", "Chức danh")


def test_a_table_is_read_by_its_head_wherever_that_stands():
    table = document(
        ("DANH SÁCH NGƯỜI DÙNG",), HEAD, ("1", "Lê A", "a@so.test", "Chuyên viên", "Phòng CNTT"), (), ("2", "Lê B")
    )

    assert read_people(table) == (
        PersonRow(3, "Lê A", "a@so.test", "Chuyên viên", "Phòng CNTT"),
        PersonRow(5, "Lê B", "", ""),
    )


@pytest.mark.parametrize(
    ("lines", "trouble"),
    [
        ([("Họ và tên", "Vai trò")], AccountTrouble.TABLE_HEAD),
        ([], AccountTrouble.TABLE_HEAD),
        ([HEAD], AccountTrouble.TABLE_EMPTY),
        ([HEAD, *[("", f"A{n}") for n in range(2_001)]], AccountTrouble.TABLE_LONG),
    ],
)
def test_a_table_that_is_none_is_refused(lines, trouble):
    with pytest.raises(InvalidAccount) as error:
        read_people(document(*lines))

    assert trouble_of(error) is trouble


GOOD = (
    PersonRow(2, "Lê A", "a@so.test", "chuyên viên", "phong cong nghe thong tin"),
    PersonRow(3, "Lê B", "b@so.test", "Văn phòng"),
)


def test_a_table_is_entered_whole_with_a_mail_for_each(session, office, admin):
    outcomes = people_import.import_people(
        session, GOOD, roles=roles_by_word(), actor=admin, now=NOW, terms=TERMS, request_key="k"
    )

    assert all(not outcome.troubles for outcome in outcomes)
    found = people_queries.find_by_email(session, "a@so.test")
    assert principal_of(session, found).own_unit_ids == {office.unit.id}
    assert len(session.scalars(select(OutboxMessage)).all()) == 2


def test_one_bad_row_keeps_everybody_out_and_every_trouble_is_told(session, office, admin):
    taken = office.people["head"].email
    rows = (
        *GOOD,
        PersonRow(4, "", "x", "Sếp", "Phòng lạ"),
        PersonRow(5, "Lê C", "a@so.test", "Trưởng đơn vị"),
        PersonRow(6, "Lê D", taken, "Người xem"),
    )

    outcomes = people_import.import_people(session, rows, roles=roles_by_word(), actor=admin, now=NOW, terms=TERMS)

    assert [[each.trouble for each in outcome.troubles] for outcome in outcomes] == [
        [],
        [],
        [
            AccountTrouble.NAME_MISSING,
            AccountTrouble.EMAIL_INVALID,
            AccountTrouble.ROLE_UNKNOWN,
            AccountTrouble.UNIT_UNKNOWN,
        ],
        [AccountTrouble.EMAIL_TAKEN, AccountTrouble.UNIT_NEEDED],
        [AccountTrouble.EMAIL_TAKEN],
    ]
    assert people_queries.find_by_email(session, "a@so.test") is None
    assert session.scalars(select(OutboxMessage)).all() == []


def test_looking_at_a_table_writes_nothing(session, office, admin):
    people_import.check_rows(session, GOOD, roles=roles_by_word(), actor=admin, now=NOW)

    assert people_queries.find_by_email(session, "a@so.test") is None


# --- passwords and addresses


@pytest.mark.parametrize(
    ("password", "trouble"),
    [
        ("mười một kt", AccountTrouble.PASSWORD_SHORT),
        ("x" * 201, AccountTrouble.PASSWORD_LONG),
        ("Mật khẩu 2026!", AccountTrouble.PASSWORD_COMMON),
        ("aaaaaaaaaaaaaa", AccountTrouble.PASSWORD_COMMON),
        ("qwertyuiop123", AccountTrouble.PASSWORD_COMMON),
        ("nguyenvanan2026", AccountTrouble.PASSWORD_OWN_NAME),
    ],
)
def test_passwords_nobody_should_have(password, trouble):
    with pytest.raises(InvalidAccount) as error:
        check_password(password, common=_passwords.common_passwords(), about=("Nguyễn Văn An",))

    assert trouble_of(error) is trouble


@pytest.mark.parametrize(
    "password", ["hoa dã quỳ tháng mười", "xe-đạp-cũ-của-bố", "Tr0ng-nha-c0-meo", "𝒜" * 4 + "abcdefgh"]
)
def test_a_short_sentence_is_a_good_password(password):
    check_password(password, common=_passwords.common_passwords(), about=("Nguyễn Văn An",))


@pytest.mark.parametrize("text", ["a@so.gov.vn", "A.B-c+d@SO.test", "admin@localhost", "x_y@a-b.vn"])
def test_addresses_that_are_taken(text):
    assert as_email(f" {text} ") == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "@b",
        "a@",
        "a@b@c",
        "a b@c",
        ".a@b",
        "a.@b",
        "a..b@c",
        "a@-b",
        "a@b-",
        "a@b..c",
        "a@b,c@d",
        "a@b\nBcc:c@d",
    ],
)
def test_addresses_that_are_none(text):
    with pytest.raises(InvalidAccount):
        as_email(text)


def test_a_role_in_two_units_reaches_both(session, office):
    head = office.people["head"]
    make_membership(session, head, Role.HEAD, office.other_unit)

    assert principal_of(session, head).own_unit_ids == {office.unit.id, office.other_unit.id}
