"""The agency's reporting periods as data: which there are, their window, the day by which they are sent."""

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from cchc_tasks import wording
from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reports.regimes import REGIMES, InvalidRegime, Regime, regime_from_dict, regime_to_dict
from cchc_tasks.services import regimes
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Agency
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.core import PERIOD_LABELS
from cchc_tasks.wording.report_regime import day_and_month

USED, STARTS, ENDS, SEND, BEFORE, ADOPT = "dung", "tu", "den", "gui", "nam-truoc", "theo"
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})")


class RegimeForm(BaseForm):
    """Name and source of the regime; each period's days are fields named by its key."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    name = StringField("Tên chế độ báo cáo", [DataRequired(), Length(max=200)])
    source = StringField("Văn bản quy định", [DataRequired(), Length(max=300)])


@bp.get("/che-do")
@requires(Action.PREPARE_REPORT)
def regime() -> Any:
    return page(empty_form(), held())


@bp.post("/che-do")
@requires(Action.PREPARE_REPORT)
def set_regime() -> Any:
    """Sets the periods; reports begun keep theirs."""
    form = RegimeForm()
    asked = request.form.get(ADOPT, "")
    usual = next((each for each in REGIMES if each.code == asked), None)
    if usual is None and not form.validate():
        return page(form, held(), typed=request.form), 422
    try:
        wanted = usual or regime_from_dict(
            {"code": "own", "name": form.name.data, "source": form.source.data, "rules": rules()}
        )
        regimes.set_regime(
            db.session, wanted, version=form.version.data or 0, request_key=form.request_key.data, **who_and_when()
        )
    except InvalidRegime as error:
        form.refuse("", wording.explain(error))
        return page(form, held(), typed=request.form), 422
    except StaleEdit as error:
        db.session.expire_all()
        form.refuse("", wording.explain(error))
        form.version.raw_data = None
        form.version.data = error.facts["current"]
        return page(form, held(), typed=request.form), 409
    flash(words.REGIME_SAVED, "done")
    return redirect(url_for("reports.regime"), code=303)


def held() -> Regime:
    return regimes.regime_of(db.session, current_principal().agency_id)


def empty_form() -> RegimeForm:
    now = held()
    agency = db.session.get_one(Agency, current_principal().agency_id)
    return RegimeForm(formdata=None, data={"version": agency.version, "name": now.name, "source": now.source})


def rules() -> list[dict[str, Any]]:
    """The periods that were typed, in the form that `regime_from_dict` checks."""
    return [
        {
            "key": key,
            "starts_year": -1 if f"{BEFORE}-{key}" in request.form else 0,
            "starts": _pair(request.form.get(f"{STARTS}-{key}", "")),
            "ends": _pair(request.form.get(f"{ENDS}-{key}", "")),
            "send_by_day": request.form.get(f"{SEND}-{key}", 0, type=int),
        }
        for key in PERIOD_LABELS
        if f"{USED}-{key}" in request.form
    ]


def _pair(text: str) -> tuple[int, int]:
    """Month and day of "15/12"; what is no day at all is one that no year has."""
    found = _DAY.fullmatch(text.strip())
    return (int(found[2]), int(found[1])) if found else (0, 0)


def page(form: RegimeForm, now: Regime, typed: Any = None) -> str:
    stored = {rule["key"]: rule for rule in regime_to_dict(now)["rules"]}
    rows = []
    for key, name in PERIOD_LABELS.items():
        rule = stored.get(key)
        row = {
            "key": key,
            "name": name,
            "is_used": rule is not None,
            "starts": day_and_month(rule["starts"]) if rule else "",
            "ends": day_and_month(rule["ends"]) if rule else "",
            "send_by": str(rule["send_by_day"]) if rule else "",
            "is_before": rule is not None and rule["starts_year"] == -1,
        }
        if typed is not None:
            row |= {
                "is_used": f"{USED}-{key}" in typed,
                "starts": typed.get(f"{STARTS}-{key}", ""),
                "ends": typed.get(f"{ENDS}-{key}", ""),
                "send_by": typed.get(f"{SEND}-{key}", ""),
                "is_before": f"{BEFORE}-{key}" in typed,
            }
        rows.append(row)
    return render_template("reports/regime.html", regime_form=form, rows=rows, now=now, usual=REGIMES)
