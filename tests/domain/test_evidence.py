"""Which evidence proves something: what came with a report that was returned or taken back does not."""

from datetime import UTC, date, datetime

import pytest

from cchc_tasks.domain.evidence import proves, withdrawn_reports
from cchc_tasks.domain.ledger import LedgerRow, RowKind
from cchc_tasks.domain.workflow import Status


def row(seq, move, status, *, answers=None, corrects=None, restates=None):
    return LedgerRow(
        agency_id=1,
        seq=seq,
        kind=RowKind.STATUS,
        plan_id=1,
        effective_on=date(2021, 3, 5),
        recorded_at=datetime(2021, 3, 5, tzinfo=UTC),
        actor_id=1,
        status=status,
        answers_seq=answers,
        corrects_seq=corrects,
        payload={"move": move, **({"restates_seq": restates} if restates else {})},
    )


REPORT = row(1, "report", Status.REPORTED)
RETURN = row(2, "return", Status.IN_PROGRESS, answers=1)
AGAIN = row(3, "report", Status.REPORTED)
CONFIRM = row(4, "confirm", Status.DONE, answers=3)


@pytest.mark.parametrize(
    ("rows", "withdrawn"),
    [
        ([REPORT], set()),
        ([REPORT, RETURN], {1}),
        ([REPORT, row(2, "take_back", Status.IN_PROGRESS, answers=1)], {1}),
        ([REPORT, RETURN, AGAIN, CONFIRM], {1}),
        # Reopened work was accepted once: its papers stay what they were.
        ([REPORT, row(2, "confirm", Status.DONE, answers=1), row(3, "reopen", Status.IN_PROGRESS)], set()),
        # The day of the report was moved before it came back: it is the same report.
        ([REPORT, row(2, "correct", Status.REPORTED, corrects=1, restates=1)], set()),
        (
            [
                REPORT,
                row(2, "correct", Status.REPORTED, corrects=1, restates=1),
                row(3, "return", Status.IN_PROGRESS, answers=2),
            ],
            {1},
        ),
        # A report put right as never made, and a return put right as never made.
        ([REPORT, row(2, "correct", Status.NOT_STARTED, corrects=1, restates=1)], {1}),
        ([REPORT, RETURN, row(3, "correct", Status.REPORTED, corrects=2, restates=2)], set()),
        # A later report of an earlier day writes over the return; the first report came back all the same.
        ([REPORT, RETURN, row(3, "report", Status.REPORTED, corrects=2)], {1}),
    ],
)
def test_papers_of_a_withdrawn_report_prove_nothing(rows, withdrawn):
    found = withdrawn_reports(rows)

    assert found == withdrawn
    assert withdrawn_reports(reversed(rows)) == found
    assert proves(1, found) == (1 not in withdrawn)


def test_what_was_put_behind_the_item_by_itself_counts():
    assert proves(None, {1, 2})
