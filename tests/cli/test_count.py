"""`count`: the numbers of a plan with their lists, and the late entry that changes only what is known later."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from cchc_tasks.domain.counting import CountedThing, CountingRule
from cchc_tasks.domain.permissions import Role
from cchc_tasks.services import obligations
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.storage.models import Agency
from tests.factories import at, make_agency, make_person, make_plan, make_task, make_unit, principal_of

PLAN = "163/KH-STTTT"


@pytest.fixture
def office(session):
    """A unit with three obligations: one done late, one due on 31/3, one "theo quy định"."""
    agency = make_agency(session, code="STTTT")
    unit = make_unit(session, agency, "Thanh tra Sở")
    head = make_person(session, agency, role=Role.HEAD, unit=unit)
    clerk = make_person(
        session, agency, "Trần Thị Hạnh", role=Role.OFFICE, unit=make_unit(session, agency, "Văn phòng")
    )
    plan = make_plan(session, agency, rule=CountingRule(CountedThing.OBLIGATION))
    late = make_task(session, plan, lead=unit, number="1.1", due_on=date(2020, 12, 31), deliverable_texts=["Kế hoạch"])
    soon = make_task(session, plan, lead=unit, number="1.2", due_on=date(2021, 3, 31), deliverable_texts=["Báo cáo"])
    make_task(session, plan, lead=unit, number="1.3", due_on=None, deliverable_texts=["Rà soát"])
    session.commit()
    people = principal_of(session, head), principal_of(session, clerk)
    told = Told(session, *people, late.obligation.id, soon.obligation.id)
    told.report(told.late_id, on=date(2021, 1, 14), now=at(date(2021, 1, 15)))
    told.confirm(told.late_id, now=at(date(2021, 1, 20)))
    return told


class Told:
    """Somebody reports, somebody else confirms."""

    def __init__(self, session, head, clerk, late_id, soon_id):
        self.session, self.head, self.clerk = session, head, clerk
        self.late_id, self.soon_id = late_id, soon_id
        self.versions = {}

    def report(self, obligation_id, *, on, now):
        document = DocumentInput("07/QĐ-STTTT", on, "Ban hành Kế hoạch")
        self._keep(
            obligations.report(
                self.session,
                obligation_id,
                version=self.versions.get(obligation_id, 1),
                effective_on=on,
                document=document,
                actor=self.head,
                now=now,
            )
        )

    def confirm(self, obligation_id, *, now):
        version = self.versions[obligation_id]
        self._keep(obligations.confirm(self.session, obligation_id, version=version, actor=self.clerk, now=now))

    def _keep(self, obligation):
        self.versions[obligation.id] = obligation.version


def figures(result):
    value = json.loads(result.stdout)
    return {name: value[name] for name in ("total", "done", "on_time", "late", "open", "overdue", "reported", "due")}


def test_the_json_holds_every_number_and_the_list_behind_it(run, office):
    result = run("count", PLAN, "--cut-off", "2021-03-14", "--known-at", "2021-03-14", "--json")

    value = json.loads(result.stdout)
    assert value.pop("rule").pop("text").startswith("Mỗi sản phẩm có thời hạn riêng tính là một nhiệm vụ;")
    row = {"unit": "Thanh tra Sở", "is_late": False, "is_overdue": False, "done_on": None, "due_on": None}
    row |= {"extensions": 0}
    assert value == {
        "total": 3,
        "done": 1,
        "on_time": 0,
        "late": 1,
        "open": 2,
        "overdue": 0,
        "reported": 0,
        "due": 1,
        "cut_off": "2021-03-14",
        "known_at": "2021-03-14T23:59:59.999999+07:00",
        "noun": "nhiệm vụ",
        "in": [
            row
            | {"number": "1.1", "row": value["in"][0]["row"], "text": "Kế hoạch", "reason": None, "is_late": True}
            | {"done_on": "2021-01-14", "due_on": "2020-12-31"}
        ],
        "out": [
            row
            | {"number": "1.2", "row": value["out"][0]["row"], "text": "Báo cáo", "reason": "not_yet_due"}
            | {"due_on": "2021-03-31"},
            row | {"number": "1.3", "row": value["out"][1]["row"], "text": "Rà soát", "reason": "undated"},
        ],
        "left_out": [],
    }


def test_the_text_says_the_numbers_and_the_rule(run, office):
    result = run("count", PLAN, "--cut-off", "14/3/2021", "--known-at", "2021-03-14T17:00", "--list")

    assert result.stdout == (
        "Kế hoạch 163/KH-STTTT, tính đến hết ngày 14/3/2021, theo những gì ghi nhận đến 14/3/2021 17:00.\n"
        "Đề ra:                       3 nhiệm vụ\n"
        "Hoàn thành:                  1 nhiệm vụ (33,33%)\n"
        "  đúng hạn:                  0 nhiệm vụ\n"
        "  quá hạn:                   1 nhiệm vụ\n"
        "Chưa hoàn thành:             2 nhiệm vụ\n"
        "  quá hạn:                   0 nhiệm vụ\n"
        "  đã báo cáo, chờ xác nhận:  0 nhiệm vụ\n"
        "Đến hạn:                     1 nhiệm vụ\n"
        "Mỗi sản phẩm có thời hạn riêng tính là một nhiệm vụ; việc định kỳ tính mỗi kỳ một nhiệm vụ. "
        "Hoàn thành là đã báo cáo kèm minh chứng, được xác nhận, và ngày hoàn thành không sau ngày chốt. "
        "Việc thường xuyên, không định ngày được tính khi đã xác nhận. "
        "Mẫu số là toàn bộ kế hoạch tại ngày chốt, kể cả việc không định ngày; không kể phần đã rút.\n"
        "\nĐược tính là hoàn thành (1)\n"
        "1.1\tKế hoạch\tThanh tra Sở\t14/01/2021\t\n"
        "\nChưa được tính (2)\n"
        "1.2\tBáo cáo\tThanh tra Sở\t31/3/2021\tChưa đến hạn, chưa hoàn thành\n"
        "1.3\tRà soát\tThanh tra Sở\t\tKhông định ngày, chưa hoàn thành\n"
    )


def test_a_late_entry_moves_what_is_known_now_and_never_what_was_known_then(run, office):
    then = ("count", PLAN, "--cut-off", "2021-03-14", "--known-at", "2021-03-19T17:00", "--json")
    now = ("count", PLAN, "--cut-off", "2021-03-14", "--json")
    before_then, before_now = run(*then), run(*now)

    office.report(office.soon_id, on=date(2021, 3, 10), now=at(date(2021, 3, 20)))
    reported = run(*now)
    office.confirm(office.soon_id, now=at(date(2021, 3, 22)))
    confirmed = run(*now)

    assert run(*then).stdout == before_then.stdout
    assert figures(before_now)["done"] == 1
    assert (figures(reported)["done"], figures(reported)["reported"]) == (1, 1)
    assert (figures(confirmed)["done"], figures(confirmed)["reported"]) == (2, 0)
    assert figures(run(*now, "--known-at", "2021-03-20"))["reported"] == 1


def test_a_bare_date_as_known_at_is_the_end_of_that_day_in_viet_nam(run, office):
    office.report(office.soon_id, on=date(2021, 3, 10), now=datetime(2021, 3, 20, 16, 59, tzinfo=UTC))

    def reported(known_at):
        return figures(run("count", PLAN, "--cut-off", "2021-03-14", "--known-at", known_at, "--json"))["reported"]

    assert [reported(each) for each in ("2021-03-20", "2021-03-20T23:58", "2021-03-20T16:59+00:00")] == [1, 0, 1]


@pytest.mark.parametrize("by, total", [("area", 1), ("number", 3), ("task", 3), ("deliverable", 3), ("obligation", 3)])
def test_the_lists_are_as_long_as_their_numbers_whatever_is_counted(run, office, by, total):
    value = json.loads(run("count", PLAN, "--cut-off", "2021-03-14", "--by", by, "--json").stdout)

    assert value["total"] == total == len(value["in"]) + len(value["out"])
    assert len(value["in"]) == value["done"]
    assert value["rule"]["counted"] == by


def test_a_plan_of_another_agency_is_not_found(run, session, office):
    make_plan(session, make_agency(session, code="KHAC"), number="5/KH")
    session.commit()

    result = run("count", "5/KH", "--cut-off", "2021-03-14", "--agency", "STTTT")

    assert result.exit_code == 1
    assert result.stderr == "Không có kế hoạch số 5/KH. Xem các kế hoạch: cchc-tasks plan list\n"


def test_plans_of_one_number_are_told_apart_by_their_day(run, session, office):
    agency = session.scalars(select(Agency).where(Agency.code == "STTTT")).one()
    make_plan(session, agency, issued_on=date(2021, 12, 28), year=2022)
    session.commit()

    unnamed = run("count", PLAN, "--cut-off", "2021-03-14")
    named = run("count", PLAN, "--cut-off", "2021-03-14", "--issued-on", "2020-12-29")

    assert unnamed.stderr == f"Có nhiều kế hoạch số {PLAN}, ban hành ngày 28/12/2021, 29/12/2020. Ghi --issued-on.\n"
    assert named.exit_code == 0


@pytest.mark.parametrize("text", ["2021-31-10", "31/11/2021", "mai"])
def test_an_impossible_day_is_named(run, office, text):
    result = run("count", PLAN, "--cut-off", text)

    assert result.exit_code == 2
    assert f"“{text}” không phải ngày. Ghi dạng 2021-03-14." in result.stderr
