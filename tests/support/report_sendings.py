"""What forms of reports send when they are taken: (route, by whom, body), for the tests of ids and of columns."""

import hashlib
from collections.abc import Callable
from typing import Any

from tests.support.two_offices import ASKED_CODE, ASKED_KEY, PROVED_CODE, REPORT_FORM, Side

Body = Callable[[Side], dict[str, Any]]

DAY = "2021-03-10"
COMPUTED_CODE, OWN_CODE = "1.1.2", "1.4.2"
#: The finding that a row is blank, as the page names it.
BLANK = hashlib.sha256(f"blank||{ASKED_KEY}|".encode()).hexdigest()
WINDOW = {"window_starts_on": "2020-12-15", "cut_off": "2021-03-14", "entries_due_on": "2021-03-11"}

#: (endpoint, by, body or None for a reading, further values of the address, name)
READINGS: list[tuple[str, str, dict[str, Any]]] = [
    ("reports.show", "viewer", {}),
    ("reports.unit", "staff", {}),
    ("reports.row", "viewer", {"code": COMPUTED_CODE}),
    ("reports.proof_file", "viewer", {"code": PROVED_CODE, "ordinal": 1}),
    ("reports.checks", "viewer", {}),
    ("reports.text", "viewer", {}),
    ("reports.submission", "viewer", {}),
    ("reports.asks", "office", {}),
    ("reports.set_up", "office", {}),
    ("reports.file", "viewer", {"ending": "csv"}),
]
WRITINGS: list[tuple[str, str, Body, dict[str, Any]]] = [
    ("reports.save", "office", lambda _side: {f"so-{OWN_CODE}": "1", f"thay-{OWN_CODE}": 0}, {}),
    ("reports.answer_unit", "head", lambda _side: {f"so-{ASKED_CODE}": "12", f"thay-{ASKED_CODE}": 0}, {}),
    (
        "reports.answer_row",
        "head",
        lambda _side: {f"so-{ASKED_CODE}": "15", f"thay-{ASKED_CODE}": 0},
        {"code": ASKED_CODE},
    ),
    (
        "reports.print_otherwise",
        "office",
        lambda _side: {"way": "trong", "reason": "Mẫu quý không yêu cầu", "seen": 0},
        {"code": COMPUTED_CODE},
    ),
    ("reports.accept", "office", lambda _side: {"canh-bao": BLANK, "reason": "Quý sau mới có"}, {}),
    ("reports.write_text", "office", lambda _side: {"van-1": "Công tác chỉ đạo được quan tâm.", "thay-1": 0}, {}),
    (
        "reports.assign",
        "office",
        lambda side: {"version": 2, "chon": OWN_CODE, "don-vi": side.other_unit.id},
        {},
    ),
    ("reports.remind", "office", lambda side: {"don-vi": side.unit.id}, {}),
    (
        "reports.save_set_up",
        "office",
        lambda side: {
            **WINDOW,
            "version": 2,
            "title": "Báo cáo quý I năm 2021",
            "send_by": "2021-03-19",
            "plan_ids": [side.plan.id],
            "units_asked": "then",
        },
        {},
    ),
    ("reports.set_frame", "office", lambda _side: {"version": 2, "place": "Pleiku", "symbol": "BC-STTTT"}, {}),
]
#: Forms without an id in their address.
FREE: list[tuple[str, str, Body, dict[str, Any]]] = [
    ("reports.begin", "office", lambda _side: {"form_code": REPORT_FORM, "period_key": "h1", "year": 2021}, {}),
    ("reports.add_entry", "office", lambda _side: {"happened_on": DAY, "text": "12/CV-STTTT", "amount": 1}, {}),
    (
        "reports.set_counted",
        "office",
        lambda side: {"member": f"plan:{side.plan.id}", "counts": "0", "reason": "Không phải chỉ đạo", "seen": 0},
        {"nam": 2021},
    ),
    (
        "reports.bring_form",
        "office",
        lambda _side: {
            "pasted": "STT\tChỉ tiêu thống kê\tĐơn vị tính\n1\tSố hồ sơ tiếp nhận\tHồ sơ",
            "code": "mau-moi",
            "name": "Mẫu mới",
            "annex_title": "THỐNG KÊ",
            "valid_from": DAY,
        },
        {},
    ),
    ("reports.set_regime", "office", lambda side: {"version": side.agency.version, "theo": "581-m9"}, {}),
]
#: As `Sending` takes them: no id of theirs stands elsewhere than in the address.
WITH_IDS: list[tuple[Any, ...]] = [
    *((endpoint, by, None, {}, fixed) for endpoint, by, fixed in READINGS),
    *((endpoint, by, body, {}, fixed) for endpoint, by, body, fixed in WRITINGS),
]
#: Need a submitted report, or one that nothing stops: tried with wrong ids only, taken in test_reports.
STATEFUL: dict[str, tuple[str, Body]] = {
    "reports.submit": ("leader", lambda _side: {"version": 2}),
    "reports.issue": ("office", lambda _side: {"version": 2, "number": "1/BC", "issued_on": DAY}),
    "reports.correct": ("office", lambda _side: {}),
}
#: What each form may change, as `test_z3_columns` lists it.
_SET_UP = (
    "title",
    "window_starts_on",
    "window_reason",
    "cut_off",
    "entries_due_on",
    "send_by",
    "plans",
    "scoped_plans",
)
REPORT_COLUMNS: dict[str, set[str]] = {
    "reports.save": {"+report_entries"},
    "reports.answer_unit": {"+report_entries"},
    "reports.answer_row": {"+report_entries"},
    "reports.print_otherwise": {"+report_overrides"},
    "reports.accept": {"+report_acceptances"},
    "reports.write_text": {"+report_texts"},
    "reports.assign": {"+report_asks", "-report_asks", "reports.version"},
    "reports.remind": {"+outbox_messages"},
    "reports.save_set_up": {"reports.version", *(f"reports.{name}" for name in _SET_UP)},
    "reports.set_frame": {"reports.frame", "reports.version"},
    "reports.begin": {"+reports", "+report_asks"},
    "reports.add_entry": {"+register_entries"},
    "reports.set_counted": {"+register_entries"},
    "reports.bring_form": {"+report_forms"},
    "reports.set_regime": {"agencies.settings", "agencies.version"},
}
#: Fields that the forms have and the sendings leave out.
REPORT_FIELDS: dict[str, set[str]] = {
    "reports.begin": {"is_meant"},
    "reports.save_set_up": {"window_reason"},
    "reports.set_frame": {"place", "symbol", "full_name", "bases", "recipients"}
    | {"signer_authority", "signer_title", "signer_name"},
    "reports.print_otherwise": {"printed"},
    "reports.bring_form": {"source", "valid_to"},
    "reports.set_regime": {"name", "source"},
}
