"""Plan 163 as every format holds it, against its transcription."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from cchc_tasks.domain.assignments import LeadBasis
from cchc_tasks.domain.deadlines import DeadlineKind
from cchc_tasks.domain.grid import SourceDocument
from cchc_tasks.domain.plan_reading import (
    DoubtReason,
    PlanReading,
    read_plan,
    reading_from_dict,
    reading_json,
    reading_to_dict,
)
from cchc_tasks.domain.unit_matching import UnitName, match_unit
from cchc_tasks.readers import read_document, read_pasted
from tests.support.documents import pasted_from_word

DATA = Path(__file__).parents[1] / "data"
GIVEN = {"number": "163/KH-STTTT", "issued_on": date(2020, 12, 29)}
#: The PDF was printed from the .docx by LibreOffice 7.4: soffice --headless --convert-to pdf plan_163.docx
SOURCES = {
    "plan_163.xlsx": {},
    "plan_163.docx": {},
    "plan_163.pdf": {},
    "plan_163_table.csv": GIVEN,
    "pasted from Word": {},
    "pasted from Excel": GIVEN,
}
BASIS = {
    "chu_tri": LeadBasis.EXPLICIT,
    "phoi_hop_subject": LeadBasis.INFERRED,
    "single_unit": LeadBasis.INFERRED,
    "unmarked_list": LeadBasis.UNRESOLVED,
}
KIND = {
    "before_date": (DeadlineKind.BEFORE_DATE, False),
    "ongoing_before_date": (DeadlineKind.BEFORE_DATE, True),
    "quarter": (DeadlineKind.QUARTER, False),
    "within_year": (DeadlineKind.WITHIN_YEAR, False),
    "as_regulated": (DeadlineKind.AS_REGULATED, False),
    "recurring": (DeadlineKind.RECURRING, False),
    "unstated": (DeadlineKind.UNSTATED, False),
}


@pytest.fixture(scope="module")
def truth():
    return json.loads((DATA / "plan_163.json").read_text(encoding="utf-8"))


def plan_163(source: str) -> SourceDocument:
    if source == "pasted from Word":
        printed = plan_163("plan_163.docx")
        return read_pasted(pasted_from_word(printed.paragraphs, printed.tables[1]))
    if source == "pasted from Excel":
        return read_pasted(as_tabbed_text((DATA / "plan_163_table.csv").read_text(encoding="utf-8-sig")))
    return read_document((DATA / source).read_bytes(), source)


def as_tabbed_text(text: str) -> str:
    """The rows of a .csv as Excel copies them."""
    stream = io.StringIO()
    csv.writer(stream, dialect="excel-tab").writerows(csv.reader(io.StringIO(text)))
    return stream.getvalue()


@pytest.fixture(scope="module", params=SOURCES)
def reading(request) -> PlanReading:
    return read_plan(plan_163(request.param), **SOURCES[request.param])


@pytest.fixture(scope="module")
def pairs(reading, truth):
    """Each row as read beside the row of the transcription."""
    rows = [row for group in truth["groups"] for row in group["tasks"]]
    return list(zip(reading.tasks(), rows, strict=True))


@pytest.fixture(scope="module")
def code_of(truth):
    units = [UnitName(one["code"], one["name"], tuple(one["aliases"])) for one in truth["units"]]
    return lambda printed: match_unit(printed, units).code


def test_plan_163_has_its_counts(reading):
    counts = reading.counts()

    assert (counts.areas, counts.tasks, counts.numbers) == (7, 41, 39)
    assert (counts.deliverables, counts.obligations, counts.unresolved_leads) == (66, 83, 13)
    assert (counts.dated, counts.undated) == (75, 8)


def test_plan_163_falls_due_as_transcribed(reading):
    by_due_on = reading.by_due_on()

    assert by_due_on[date(2020, 12, 31)] == 9
    assert by_due_on[date(2021, 3, 31)] == 4
    assert by_due_on[date(2021, 12, 31)] == 45
    assert sum(by_due_on.values()) == 75


def test_plan_163_keeps_its_areas(reading, truth):
    assert [(area.ordinal, area.name, len(area.tasks)) for area in reading.areas] == [
        (group["ordinal"], group["name"], len(group["tasks"])) for group in truth["groups"]
    ]


def test_plan_163_keeps_every_text(pairs):
    for task, row in pairs:
        assert task.row_id == row["row_id"]
        assert task.numbers == tuple(one["code"] for one in row["task_texts"])
        assert task.text == row["text"]
        assert task.assignment_text == row["assignment"]["raw"]
        assert task.time_text == row["time_raw"]
        assert (task.note or None) == row["note"]


def test_plan_163_keeps_every_deliverable_with_its_dates(pairs):
    for task, row in pairs:
        assert [(one.ordinal, one.text) for one in task.deliverables] == [
            (str(one["ordinal"]) if one["ordinal"] else None, one["text"]) for one in row["deliverables"]
        ]
        for deliverable, printed in zip(task.deliverables, row["deliverables"], strict=True):
            due, deadline = printed["due"], deliverable.deadline
            expected = due["occurrences"] or ([due["due_on"]] if due["due_on"] else [])
            assert [str(one.due_on) for one in deliverable.obligations if one.due_on] == expected
            assert (deadline.kind, deadline.is_ongoing) == KIND[due["kind"]]
            assert deadline.recurrence == due["recurrence"]


def test_plan_163_keeps_every_assignment(pairs, code_of):
    for task, row in pairs:
        printed, read = row["assignment"], task.assignment
        named = [read.lead] if read.lead is not None else list(read.co_leads)
        assert [code_of(name) for name in named] == printed["lead"]
        assert [code_of(name) for name in read.coordinating] == printed["coordinating"]
        assert read.lead_basis is BASIS[printed["lead_basis"]]


def test_plan_163_lists_every_assumption_of_the_transcription(reading, truth):
    listed = {(doubt.where, doubt.reason) for doubt in reading.to_confirm}
    rows_in_doubt = {where.partition(" #")[0] for where, _ in listed}
    about_time = {
        where.partition(" #")[0]
        for where, reason in listed
        if reason
        in {
            DoubtReason.DATED_BY_PRODUCT_TEXT,
            DoubtReason.DATE_FOR_ALL_PRODUCTS,
            DoubtReason.MATCHED_BY_ORDER,
            DoubtReason.PERIOD_END_ASSUMED,
        }
    }
    for group in truth["groups"]:
        for row in group["tasks"]:
            if any(one["due"]["assumption"] for one in row["deliverables"]):
                assert row["row_id"] in about_time
            if row["assignment"]["lead_basis"] == "unmarked_list":
                assert (row["row_id"], DoubtReason.LEAD_UNRESOLVED) in listed
            if row["assignment"]["lead_basis"] in {"single_unit", "phoi_hop_subject"}:
                assert (row["row_id"], DoubtReason.LEAD_INFERRED) in listed
            for one in row["deliverables"]:
                where = f"{row['row_id']} #{one['seq']}"
                if one["responsible"]:
                    assert (where, DoubtReason.RESPONSIBLE_BY_ORDER) in listed
                if one["due"]["kind"] == "unstated":
                    assert (where, DoubtReason.DATE_MISSING) in listed
            if row["milestones"]:
                assert row["row_id"] in rows_in_doubt


def test_plan_163_lists_the_dates_without_a_product_and_nothing_else_as_such(reading):
    found = [
        (doubt.where, doubt.reading) for doubt in reading.to_confirm if doubt.reason is DoubtReason.DATE_WITHOUT_PRODUCT
    ]

    assert found == [("5.1 #1", "2020-12-31"), ("5.3 #1", "2020-12-31"), ("7.4", "2021-03-31")]


def test_plan_163_gives_the_deliverables_of_two_lists_to_units_by_order(pairs, code_of):
    for task, row in pairs:
        for read, printed in zip(task.deliverables, row["deliverables"], strict=True):
            expected = printed["responsible"]["units"] if printed["responsible"] else []
            assert [code_of(name) for name in read.responsible] == expected


def test_recurring_work_of_plan_163_names_its_periods(reading):
    labels = {
        task.row_id: [one.period_label for one in deliverable.obligations]
        for task in reading.tasks()
        for deliverable in task.deliverables
        if deliverable.deadline.kind is DeadlineKind.RECURRING
    }

    assert labels["2.1/1"] == ["Quý I/2021", "6 tháng/2021", "9 tháng/2021", "Năm 2021"]
    assert labels["2.1/2"] == ["Quý I/2021", "Quý II/2021", "Quý III/2021", "Quý IV/2021"]
    assert labels["4.6"][:2] == ["Tháng 1/2021", "Tháng 2/2021"]
    assert len(labels["4.6"]) == 12


def test_the_heading_of_plan_163(reading):
    heading = reading.heading

    assert (heading.number, heading.issued_on, heading.year) == ("163/KH-STTTT", date(2020, 12, 29), 2021)
    if heading.title is not None:
        assert heading.title.endswith("TỈNH GIA LAI NĂM 2021")
        assert heading.agency == "Sở Thông tin và Truyền thông"


def test_plan_163_reads_the_same_from_every_format():
    def content(source):
        form = reading_json(read_plan(plan_163(source), **SOURCES[source]))
        form["to_confirm"] = [doubt for doubt in form["to_confirm"] if doubt["where"] != "document"]
        return {part: form[part] for part in ("counts", "by_due_on", "to_confirm", "tasks")}

    first, *others = map(content, SOURCES)
    assert others == [first] * len(others)


def test_a_pdf_says_what_was_joined_and_guessed():
    doubts = read_plan(plan_163("plan_163.pdf")).to_confirm

    assert [doubt.reason for doubt in doubts if doubt.where == "document"] == [
        DoubtReason.ROWS_JOINED,
        DoubtReason.LINES_GUESSED,
    ]


def test_a_reading_survives_being_kept_as_json(reading):
    assert reading_from_dict(json.loads(json.dumps(reading_to_dict(reading)))) == reading


def test_the_dry_run_form_holds_what_the_design_asks(reading):
    form = json.loads(json.dumps(reading_json(reading)))

    assert set(form) == {"heading", "counts", "by_due_on", "to_confirm", "tasks"}
    assert form["heading"]["issued_on"] == "2020-12-29"
    assert form["counts"] == {
        "areas": 7,
        "tasks": 41,
        "numbers": 39,
        "deliverables": 66,
        "obligations": 83,
        "dated": 75,
        "undated": 8,
        "unresolved_leads": 13,
    }
    assert form["by_due_on"]["2021-12-31"] == 45
    assert all(set(one) == {"where", "text", "reading", "reason"} for one in form["to_confirm"])
    first = form["tasks"][0]
    assert first["numbers"] == ["1.1"]
    assert [one["dates"] for one in first["deliverables"]] == [["2020-12-31"], ["2021-12-31"]]
    assert (first["lead"], first["lead_basis"]) == ("Thanh tra Sở", "explicit")
