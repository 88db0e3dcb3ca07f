"""A plan as a file: Word in the shape of the issued annex, Excel, CSV."""

from urllib.parse import quote

from flask import Response

from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.text import fold
from cchc_tasks.exports import plan_files
from cchc_tasks.services.held_plans import held_plan
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Agency
from cchc_tasks.web import clock
from cchc_tasks.web.login import current_principal, requires
from cchc_tasks.web.plans.blueprint import bp


@bp.get("/<int:plan_id>/tep.<any(docx, xlsx, csv):ending>")
@requires(Action.READ_AGENCY)
def file(plan_id: int, ending: str) -> Response:
    """The plan as it stands today; what was withdrawn is left out."""
    agency = db.session.get_one(Agency, current_principal().agency_id)
    plan = held_plan(db.session, agency, plan_id, today=clock.today())
    response = Response(plan_files.plan_file(plan, ending), content_type=plan_files.FORMATS[ending][1])
    name = f"{plan_files.file_stem(plan)}.{ending}"
    # In ASCII for old programs and as it is for all others.
    plain = fold(name).encode("ascii", "ignore").decode().replace(" ", "-")
    names = {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    return response
