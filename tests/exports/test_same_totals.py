"""One state, every outlet: pages, .xlsx, .docx, .pdf, .csv and mails tell the same totals, and the ledger tells them.

200 random states in the full form. Each is counted in plain loops over the ledger; what a person reads in each place
is held against that, not against what the program holds.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cchc_tasks.domain.counting import CountedThing
from cchc_tasks.domain.errors import Refused
from cchc_tasks.domain.mailing import Letter
from cchc_tasks.domain.periods import periods_of
from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.mail.rendering import Renderer
from cchc_tasks.paths import TEMPLATES
from cchc_tasks.services import outbox, reminders
from cchc_tasks.services.outbox import Post
from cchc_tasks.storage.models import Plan
from cchc_tasks.storage.report_forms import shipped_forms
from cchc_tasks.web import clock
from cchc_tasks.wording.boards import TOTAL
from tests.factories import enter
from tests.support import outlets, plain_count
from tests.support.mail import KeepingSender
from tests.support.plain_count import Part, Standing
from tests.support.plain_state import Told
from tests.support.random_states import State, make_state, short_form

pytestmark = pytest.mark.faults

STEPS = 30
#: One of so many states is reported by a whole real form; the others by its rows that are counted.
REAL_FORMS_EVERY = 10
#: What the states must have had between them; a few states have the first ones.
MET = ("overdue", "on_time", "late", "extended", "waiting", "undated", "due_soon", "in_time", "standing_work")
COLUMNS = {
    "not_started": "cot-not_started",
    "in_progress": "cot-in_progress",
    "reported": "cot-reported",
    "done": "cot-done",
}


def by_name(found: dict[int | None, Standing], names: dict[int | None, str]) -> dict[str, Standing]:
    return {names[unit_id]: each for unit_id, each in found.items()}


# --- how the work stands


def check_boards(client: Any, told: Told, plan_id: int) -> None:
    """Tổng quan, the matrix, the list, the columns and the year of one plan, on the page and as files."""
    works, day = told.works(plan_id), told.state.today
    whole = plain_count.standing_of(works, day)
    units = by_name(plain_count.standing_by_unit(works, day), told.unit_names_with_end(day))
    asked = f"kh={plan_id}"
    if whole.total:
        seen = outlets.overview(client, f"/tong-quan?{asked}")
        assert {name: seen[name] for name in ("overdue", "done", "total", "due_soon")} == {
            "overdue": whole.overdue,
            "done": whole.done,
            "total": whole.total,
            "due_soon": whole.due_soon,
        }
        assert seen["units"] == {name: (each.done, each.total, each.overdue) for name, each in units.items()}
    expected = {name: each.columns for name, each in units.items()} | {TOTAL: whole.columns}
    matrix = "/bang-tien-do/ma-tran"
    found = {
        "page": outlets.matrix_page(client, f"{matrix}?{asked}"),
        "csv": outlets.matrix_file(outlets.csv_rows(client, f"{matrix}.csv?{asked}")),
        "xlsx": outlets.matrix_file(outlets.xlsx_rows(client, f"{matrix}.xlsx?{asked}")),
    }
    for outlet, rows in found.items():
        # Units without work of their own stand in the matrix as well, with noughts.
        kept = {name: columns for name, columns in rows.items() if columns[-1] or name == TOTAL}
        assert kept == expected, outlet
    check_lists(client, told, plan_id, whole)


def check_lists(client: Any, told: Told, plan_id: int, whole: Standing) -> None:
    works, day = told.works(plan_id), told.state.today
    asked, table = f"kh={plan_id}", "/bang-tien-do/bang"
    expected: dict[str, Counter[str]] = defaultdict(Counter)
    names = told.unit_names(day)
    for one in works:
        if column := plain_count.column_of(one, day):
            expected[names[one.unit_id]][column] += 1
    lists = {
        "csv": outlets.csv_rows(client, f"{table}.csv?{asked}"),
        "xlsx": outlets.xlsx_rows(client, f"{table}.xlsx?{asked}"),
    }
    for outlet, rows in lists.items():
        assert outlets.standing_of_rows(rows) == (whole, expected), outlet
    statuses = Counter(one.status for one in works if one.status not in plain_count.REMOVED)
    seen = outlets.column_counts(client, f"/bang-tien-do/cot?{asked}") if whole.total else {}
    # What was returned goes on in a column of its own.
    seen["cot-in_progress"] = seen.get("cot-in_progress", 0) + seen.pop("cot-returned", 0)
    assert {status: seen.get(name, 0) for status, name in COLUMNS.items()} == {
        status: statuses[status] for status in COLUMNS
    }
    assert outlets.year_total(client, f"/bang-tien-do/nam?{asked}") == whole.total


def check_indicator(client: Any, told: Told, plan_id: int) -> None:
    """Chỉ tiêu 1.1 of one plan at the report's cut-off, by the plan's own rule; and the lists that it opens."""
    report = told.state.report.report
    plan = told.state.session.get_one(Plan, plan_id)
    address = f"ke-hoach={plan_id}&den-ngay={report.cut_off.isoformat()}"
    shown, units = outlets.indicator(client, f"/chi-tieu-1-1?{address}")
    counted = told.counted(plan_id, report.cut_off, window_of(plan, report.cut_off))
    assert shown == counted.shown
    rule = told.rule(plan_id)
    own: dict[int | None, list[Part]] = defaultdict(list)
    for part in told.parts(plan_id, report.cut_off):
        own[part.said.unit_id].append(part)
    names = told.unit_names(report.cut_off)
    by_obligation = replace(rule, counted=CountedThing.OBLIGATION)
    expected = {names[each]: plain_count.count(parts, by_obligation, report.cut_off) for each, parts in own.items()}
    assert units == {name: [len(each.total), len(each.done), len(each.overdue)] for name, each in expected.items()}
    lists = {"dat-ra": counted.total, "hoan-thanh": counted.done, "qua-han": counted.overdue}
    for name, keys in lists.items():
        asked = f"/chi-tieu-1-1/danh-sach.{{ending}}?{address}&ds={name}"
        assert len(outlets.csv_rows(client, asked.format(ending="csv"))) == len(keys), name
        assert len(outlets.xlsx_rows(client, asked.format(ending="xlsx"))) == len(keys), name


def window_of(plan: Plan, cut_off: date) -> date | None:
    return next((each.window_starts_on for each in periods_of(plan.year) if each.cut_off == cut_off), None)


# --- mails


def check_mails(told: Told) -> list[Letter]:
    """What went out on the state's day; every digest of those who watch over the agency tells how the plans stand."""
    history, session = told.state.history, told.state.session
    reminders.run_round(session, agency_id=history.agency.id, now=history.now, delivery_hour=7, is_forced=True)
    reminders.send_trial(session, actor=history.who("office"), now=history.now)
    sender = KeepingSender()
    post = Post(render=Renderer(TEMPLATES, "https://cchc.so.test"), send=sender, holder="test")
    outbox.deliver_all(session, post, now=history.now, agency_id=history.agency.id)
    plans = [session.get_one(Plan, each) for each in told.state.plan_ids]
    newest = max(plan.year for plan in plans)
    expected = {plan.number: progress_of(told, plan.id) for plan in plans if plan.year == newest}
    expected = {number: each for number, each in expected.items() if each}
    watching = {history.people["office"].name, history.people["leader"].name}
    for letter in sender.letters:
        told_to = expected if letter.correspondent.name in watching else {}
        if letter.words.subject.startswith(("Nhắc việc", "[Gửi thử]")):
            assert outlets.progress_in_text(letter.words.text) == told_to
            assert outlets.progress_in_html(letter.words.html) == told_to
    assert any(letter.words.subject.startswith("[Gửi thử]") for letter in sender.letters)
    return sender.letters


def progress_of(told: Told, plan_id: int) -> dict[str, outlets.Totals]:
    works, day = told.works(plan_id), told.state.today
    whole = plain_count.standing_of(works, day)
    units = by_name(plain_count.standing_by_unit(works, day), told.unit_names_with_end(day))
    if not whole.total:
        return {}
    return {"": outlets.totals_of(whole)} | {name: outlets.totals_of(each) for name, each in units.items()}


# --- the report


def check_report(client: Any, told: Told, form: Form, files: Mapping[str, bytes], letters: list[Letter] | None) -> None:
    """The report on its page, in its four files, in the explanatory annex, on the pages of its rows, in its mail."""
    report_id = told.state.report.report.id
    expected = {form.by_key[key].code: each for key, each in told.behind(form).items()}
    printed = {code: each.printed for code, each in expected.items()}
    page = outlets.report_page(client, report_id, form)
    assert {code: page[code] for code in printed} == printed
    values = outlets.annex_values(files, form)
    for outlet, told_there in values.items():
        assert told_there == page, outlet
    computed = [code for code in page if code in expected or code == docs_code(form)]
    labels = [form.by_code[code].label for code in computed]
    for outlet, lists in outlets.explained(files, labels).items():
        for code, (words, count) in zip(computed, lists, strict=True):
            assert words == page[code], (outlet, code)
            if code in expected and outlet != "pdf":
                assert count == len(expected[code].members), (outlet, code)
    for code, each in expected.items():
        count = len(each.members)
        assert outlets.row_page(client, report_id, code) == (each.printed, count, count)
    if letters is not None:
        mails = [each for each in letters if each.words.subject.startswith("Đã trình")]
        assert {each.correspondent.name for each in mails} == {"Trần Thị Hạnh", "Phạm Minh Tuấn"}
        for mail in mails:
            assert outlets.submitted_mail(mail) == ({code: page[code] for code in computed},) * 2


def docs_code(form: Form) -> str:
    return form.by_key["steer.docs_issued"].code


def write_sentence(client: Any, report_id: int) -> None:
    """Puts the sentence about the plan into the text, as the office does from the proposals."""
    address = f"/bao-cao/{report_id}/loi-van"
    page = outlets.tree(client, address)
    [button] = page.xpath("//li[contains(.,'đã thực hiện ')]//button[@name='chen']")
    [form] = [each for each in page.forms if each.get("action") == address]
    typed = {name: value for name, value in form.form_values() if value is not None}
    assert client.post(address, data={**typed, "chen": button.get("value")}).status_code == 303


def check_sentence(client: Any, told: Told, form: Form, files: Mapping[str, bytes]) -> None:
    """The numbers of the sentence about the plan are those of the annex, wherever the text is read."""
    report_id = told.state.report.report.id
    page = outlets.report_page(client, report_id, form)
    codes = [form.by_key[key].code for key in ("steer.plan.tasks_done", "steer.plan.tasks_set")]
    expected = tuple(page[code] for code in codes)
    rate = page[form.by_key["steer.plan.rate"].code] if "steer.plan.rate" in form.by_key else ""
    # Of nothing there is no rate, and none is told.
    rate = rate if rate[:1].isdigit() else ""
    said = {
        "page": outlets.text_page(client, report_id),
        "docx": " ".join(outlets.read_docx(files["docx"]).lines),
        "pdf": " ".join(outlets.pdf_of(files["pdf"])[0]),
    }
    for outlet, words in said.items():
        assert outlets.plan_sentence(words) == (*expected, rate), outlet


def submit(told: Told) -> bool:
    """Answers what waits, accepts the warnings and submits; False where a check stops the report."""
    report, now = told.state.report, told.state.history.now
    report.fill()
    report.accept_warnings()
    try:
        report.submit(now=now)
    except Refused:
        told.state.session.rollback()
        return False
    return True


def check_state(client: Any, state: State, form: Form) -> Counter[str]:
    """One state in every outlet; what was met in it, for the test to see that it met enough."""
    told = Told.now(state)
    enter(client, state.history.people["office"])
    for plan_id in state.plan_ids:
        check_boards(client, told, plan_id)
        check_indicator(client, told, plan_id)
    write_sentence(client, state.report.report.id)
    is_submitted = submit(told)
    letters = check_mails(told)
    files = outlets.report_files(client, state.report.report.id)
    check_report(client, told, form, files, letters if is_submitted else None)
    check_sentence(client, told, form, files)
    met = Counter(submitted=is_submitted, plans=len(state.plan_ids), letters=len(letters))
    for plan_id in state.plan_ids:
        met += Counter(plain_count.column_of(one, state.today) for one in told.works(plan_id))
        met["extended"] += sum(one.extensions > 0 for one in told.works(plan_id))
        met["standing_work"] += sum(one.is_standing for one in told.works(plan_id))
    return met


def test_shows_6_the_same_totals_in_every_outlet(app, client, session, monkeypatch, full_size):
    first = int(os.environ.get("CCHC_TEST_SEED", "0"))
    number = int(os.environ.get("CCHC_TEST_STATES", "200")) if full_size else 4
    met: Counter[str] = Counter()
    for seed in range(first, first + number):
        form = shipped_forms()[seed // REAL_FORMS_EVERY % 4] if seed % REAL_FORMS_EVERY == 9 else short_form()
        try:
            state = make_state(session, seed, steps=STEPS, form=form)
            monkeypatch.setattr(clock, "now", lambda now=state.history.now: now)
            met += check_state(client, state, form)
        except BaseException:
            print(f"the state of seed {seed}")
            raise
        session.rollback()
        session.expunge_all()
    print(dict(met))
    assert met["submitted"] > number / 2
    assert all(met[name] for name in MET[: None if full_size else 4])
