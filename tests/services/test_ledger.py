"""The chain: honest histories verify, each kind of tampering is found."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cchc_tasks.domain.ledger import FaultKind, Head
from cchc_tasks.domain.permissions import Role
from cchc_tasks.services import ledger
from tests.factories import NOW, make_agency, make_person, make_plan, make_task, make_unit, principal_of


@pytest.fixture
def agency_id(session: Session) -> int:
    agency = make_agency(session)
    plan = make_plan(session, agency)
    unit = make_unit(session, agency)
    for _ in range(4):
        make_task(session, plan, lead=unit)
    session.commit()
    return agency.id


#: How somebody with the database's own tools may tamper once the triggers are out of the way.
TAMPERINGS = {
    "an edited row": ("UPDATE ledger_rows SET due_on = '2021-12-31' WHERE seq = 3", FaultKind.CHANGED),
    "an edited payload": ("UPDATE ledger_rows SET payload = '{}' WHERE seq = 3", FaultKind.CHANGED),
    "a row deleted from the middle": ("DELETE FROM ledger_rows WHERE seq = 5", FaultKind.GAP),
    "an inserted row": (
        "INSERT INTO ledger_rows (agency_id, seq, kind, plan_id, effective_on, recorded_at, payload, previous_hash,"
        " hash) SELECT agency_id, 99, kind, plan_id, effective_on, recorded_at, payload, hash, hash"
        " FROM ledger_rows WHERE seq = 12",
        FaultKind.GAP,
    ),
    "a null hash": ("UPDATE ledger_rows SET hash = '' WHERE seq = 4", FaultKind.CHANGED),
    "a cut tail": ("DELETE FROM ledger_rows WHERE seq > 10", FaultKind.TAIL_CUT),
}

SWAP = [
    "UPDATE ledger_rows SET seq = 1000 WHERE seq = 2",
    "UPDATE ledger_rows SET seq = 2 WHERE seq = 3",
    "UPDATE ledger_rows SET seq = 3 WHERE seq = 1000",
]


def without_triggers(session: Session, dialect: str, *statements: str) -> None:
    if dialect == "sqlite":
        names = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for name in names:
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("ALTER TABLE ledger_rows DISABLE TRIGGER ALL"))
    for statement in statements:
        session.execute(text(statement))
    session.commit()


def test_an_honest_chain_has_no_faults(session, agency_id):
    assert list(ledger.verify(session, agency_id)) == []


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_d8_tampering_is_found(session, agency_id, dialect, tampering):
    statement, expected = TAMPERINGS[tampering]

    without_triggers(session, dialect, statement)

    assert expected in {fault.kind for fault in ledger.verify(session, agency_id)}


def test_d8_swapped_rows_are_found(session, agency_id, dialect):
    without_triggers(session, dialect, *SWAP)

    assert FaultKind.CHANGED in {fault.kind for fault in ledger.verify(session, agency_id)}


def test_d8_a_tail_cut_with_its_head_is_found_against_a_published_head(session, agency_id, dialect):
    published = ledger.head(session, agency_id)
    without_triggers(
        session,
        dialect,
        "DELETE FROM ledger_rows WHERE seq > 10",
        "UPDATE ledger_heads SET seq = 10, hash = (SELECT hash FROM ledger_rows WHERE seq = 10)",
    )

    assert list(ledger.verify(session, agency_id)) == []
    faults = list(ledger.verify(session, agency_id, published=[published]))
    assert [fault.kind for fault in faults] == [FaultKind.TAIL_CUT]


def test_d8_a_chain_re_written_as_a_whole_is_found_against_a_published_head(session, agency_id):
    published = Head(ledger.head(session, agency_id).seq, "f" * 64)

    assert [fault.kind for fault in ledger.verify(session, agency_id, published=[published])] == [
        FaultKind.HEAD_MISMATCH
    ]


def test_publishing_a_head_keeps_it_as_an_anchor(session, agency_id):
    agency_person = make_person(session, session.get_one(type(make_agency(session)), agency_id), role=Role.OFFICE)
    session.commit()
    principal = principal_of(session, agency_person)

    published = ledger.publish_head(session, principal.agency_id, where="sao lưu", now=NOW)

    assert published == ledger.head(session, agency_id)
    assert list(ledger.verify(session, agency_id)) == []
