"""Forms of reports: those there are, each as a table, out to Excel and back in as a new version."""

from datetime import UTC, datetime
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_wtf.file import FileField
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from cchc_tasks import wording
from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Refused, UnreadableFile
from cchc_tasks.domain.grid import Table
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reports.form_tables import form_from_table, form_to_rows
from cchc_tasks.domain.reports.forms import Form, InvalidForm
from cchc_tasks.exports.tables import Column, TableExport, xlsx_bytes
from cchc_tasks.readers import read_document, read_pasted
from cchc_tasks.services import report_forms
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.web import clock
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.files import TYPES, attachment
from cchc_tasks.web.security import accepts_upload
from cchc_tasks.web.updating import DATE_FORMATS
from cchc_tasks.wording import report_begin as begin_words
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.reports import SOURCES, VALUE_TYPES, form_fault_sentence

#: The workbook of one form is the same file each time: nothing in it says when it was asked for.
_NO_DATE = datetime(2021, 1, 1, tzinfo=UTC)
CODE = Regexp(r"^[a-z0-9][a-z0-9-]*$", message=words.CODE_SHAPE)


class BringForm(BaseForm):
    """A form as an Excel table or as a pasted one, with what its head says."""

    file = FileField("Tệp Excel của biểu")
    pasted = TextAreaField("Hoặc dán bảng chép từ Excel, Word", [Optional(), Length(max=400_000)], filters=[])
    code = StringField("Mã biểu mẫu", [DataRequired(), Length(max=80), CODE])
    name = StringField("Tên biểu mẫu", [DataRequired(), Length(max=300)])
    annex_title = StringField("Tên phụ lục khi in", [DataRequired(), Length(max=500)])
    source = StringField("Văn bản quy định", [Optional(), Length(max=500)])
    valid_from = DateField("Dùng từ ngày", [InputRequired()], format=DATE_FORMATS)
    valid_to = DateField("Dùng đến hết ngày", [Optional()], format=DATE_FORMATS)
    based_on = SelectField("Lấy đề cương, cột, phép kiểm tra của", [Optional()])


@bp.get("/bieu-mau")
@requires(Action.READ_AGENCY)
def forms() -> Any:
    principal = current_principal()
    own = {(row.code, row.form_version) for row in queries.list_forms(db.session, principal.agency_id)}
    known, today = report_forms.known_forms(db.session, principal.agency_id), clock.today()
    in_force = [form for form in known if form.is_valid_on(today)]
    return render_template(
        "reports/forms.html",
        forms=[(form, (form.code, form.version) in own, form in in_force) for form in known],
        none_in_force="" if in_force else begin_words.none_in_force(today),
        may_prepare=permissions.may_anywhere(principal, Action.PREPARE_REPORT),
    )


@bp.get("/bieu-mau/xem/<form_code>")
@requires(Action.READ_AGENCY)
def form(form_code: str) -> Any:
    """One form as a table, with its validity, its relations and its outline."""
    principal = current_principal()
    found = report_forms.find_known(db.session, principal.agency_id, form_code)
    versions = [row for row in queries.list_forms(db.session, principal.agency_id) if row.code == form_code]
    return render_template(
        "reports/form.html",
        form=found,
        versions=versions,
        types=VALUE_TYPES,
        sources=SOURCES,
        may_prepare=permissions.may_anywhere(principal, Action.PREPARE_REPORT),
    )


@bp.get("/bieu-mau/xem/<form_code>/bieu-mau.xlsx")
@requires(Action.READ_AGENCY)
def form_file(form_code: str) -> Any:
    """The form as a workbook to copy, change and bring back."""
    found = report_forms.find_known(db.session, current_principal().agency_id, form_code)
    head, *rows = form_to_rows(found)
    columns = tuple(Column(said, width=40 if place == 1 else 16) for place, said in enumerate(head))
    table = TableExport(found.name, (), columns, tuple(rows), _NO_DATE, sheet_name=words.FORM_SHEET)
    return attachment(xlsx_bytes(table), f"{found.code}.xlsx", TYPES["xlsx"])


@bp.get("/bieu-mau/moi")
@requires(Action.PREPARE_REPORT)
def new_form() -> Any:
    asked = BringForm(formdata=None)
    based_on = request.args.get("theo", "")
    known = offer_forms(asked)
    found = next((each for each in known if each.code == based_on), None)
    if found is not None:
        asked.process(
            formdata=None,
            data={
                "code": found.code,
                "name": found.name,
                "annex_title": found.annex_title,
                "source": found.source,
                "valid_from": found.valid_from,
                "valid_to": found.valid_to,
                "based_on": found.code,
            },
        )
        offer_forms(asked)
    return page(asked)


@bp.post("/bieu-mau/moi")
@accepts_upload
@requires(Action.PREPARE_REPORT)
def bring_form() -> Any:
    """Reads the table and keeps it as the next version of its code; faults are told row by row."""
    asked = BringForm()
    known = offer_forms(asked)
    if not asked.validate():
        return page(asked), 422
    try:
        table = read_table(asked)
        found = form_from_table(
            table, head_of(asked), based_on=next((f for f in known if f.code == asked.based_on.data), None)
        )
        row = report_forms.bring_form(db.session, found, request_key=asked.request_key.data, **who_and_when())
    except InvalidForm as error:
        return page(asked, [form_fault_sentence(fault) for fault in error.faults]), 422
    except UnreadableFile as error:
        asked.refuse("file", wording.explain(error))
        return page(asked), 422
    except Refused as error:
        asked.refuse("", wording.explain(error))
        return page(asked), 409
    flash(words.form_kept(row.name, row.form_version), "done")
    return redirect(url_for("reports.form", form_code=row.code), code=303)


def offer_forms(asked: BringForm) -> tuple[Form, ...]:
    known = report_forms.known_forms(db.session, current_principal().agency_id)
    asked.based_on.choices = [SelectChoice("", words.NO_FORM), *(SelectChoice(each.code, each.name) for each in known)]
    return known


def read_table(asked: BringForm) -> Table:
    """The longest table of what was sent; raises `UnreadableFile`, `InvalidForm` where there is none."""
    file = asked.file.data
    if file:
        limit = int(current_app.config["CCHC_SETTINGS"].upload_limit_mb) * 1024 * 1024
        document = read_document(file.stream.read(limit + 1), file.filename or "")
    else:
        # As it was sent: the field's own text has lost its tabs.
        document = read_pasted(request.form.get("pasted", ""))
    return max(document.tables, key=lambda table: len(table.rows), default=Table((), ""))


def head_of(asked: BringForm) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: getattr(asked, name).data or "" for name in ("code", "name", "annex_title", "source")
    }
    values |= {"version": 1, "valid_from": asked.valid_from.data.isoformat()}
    return values | ({"valid_to": asked.valid_to.data.isoformat()} if asked.valid_to.data else {})


def page(asked: BringForm, faults: list[str] | None = None) -> str:
    return render_template("reports/new_form.html", bring_form=asked, faults=faults or [])
