"""Who may use which route of reports, by the people of `tests.factories.make_office`; read by the table of access."""

EVERYBODY = frozenset({"admin", "office", "leader", "head", "staff", "other_head", "viewer"})
OFFICE = frozenset({"office"})
#: Who may be asked for rows of a report.
ANSWERERS = frozenset({"office", "head", "staff", "other_head"})

_READ = (
    "index",
    "show",
    "row",
    "checks",
    "text",
    "submission",
    "file",
    "register",
    "forms",
    "form",
    "form_file",
    "proof_file",
)
_ANSWER = ("unit", "answer_unit")
_PREPARE = (
    "begin", "save", "print_otherwise", "accept", "write_text", "issue", "correct", "asks", "assign", "remind",
    "set_up", "save_set_up", "set_frame", "add_entry", "set_counted", "new_form", "bring_form", "regime", "set_regime",
)  # fmt: skip

REPORT_ROUTES: dict[str, frozenset[str]] = {
    **{f"reports.{name}": EVERYBODY for name in _READ},
    **{f"reports.{name}": ANSWERERS for name in _ANSWER},
    **{f"reports.{name}": OFFICE for name in _PREPARE},
    # The row that the world's report asks of its unit.
    "reports.answer_row": frozenset({"office", "head", "staff"}),
    "reports.submit": frozenset({"leader"}),
}
