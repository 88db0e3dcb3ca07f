"""Evidence files, given out through the right to read their obligation and never shown inside a page."""

from typing import Any

from flask import Blueprint

from cchc_tasks.domain.permissions import Action
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.web.giving_out import kept_file
from cchc_tasks.web.login import current_principal, requires

bp = Blueprint("evidence", __name__, url_prefix="/tep")


@bp.get("/<int:evidence_id>")
@requires(Action.READ_AGENCY)
def download(evidence_id: int) -> Any:
    """The file as an attachment; 404 for one of another agency, and where evidence is a document without a file."""
    row = task_queries.get_evidence(db.session, current_principal().agency_id, evidence_id)
    return kept_file(row.sha256, row.file_name, row.size, row.media_type)
