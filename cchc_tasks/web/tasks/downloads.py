"""Evidence files, given out through the right to read their obligation and never shown inside a page."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.evidence import display_name, kind_of_media
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.text import fold
from cchc_tasks.evidence import EvidenceStore
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.web import uploads
from cchc_tasks.web.login import current_principal, requires

bp = Blueprint("evidence", __name__, url_prefix="/tep")

CHUNK = 256 * 1024
#: Whatever a file holds, a browser that shows it after all gives it nothing to work with.
FILE_POLICY = "sandbox; default-src 'none'"


@bp.get("/<int:evidence_id>")
@requires(Action.READ_AGENCY)
def download(evidence_id: int) -> Any:
    """The file as an attachment; 404 for one of another agency, and where evidence is a document without a file."""
    row = task_queries.get_evidence(db.session, current_principal().agency_id, evidence_id)
    kind = kind_of_media(row.media_type or "")
    if row.sha256 is None or kind is None:
        raise NotFound(what="file", id=evidence_id)
    store = uploads.store()
    store.open(row.sha256).close()  # A missing file is a page that says so, not a broken download.
    response = Response(_chunks(store, row.sha256), mimetype=row.media_type)
    response.headers["Content-Length"] = str(row.size)
    name = display_name(row.file_name or "", kind)
    response.headers.set("Content-Disposition", "attachment", **_file_names(name))
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _chunks(store: EvidenceStore, sha256: str) -> Iterator[bytes]:
    """Opens the file when it is asked for and closes it whatever happens to the connection."""
    with store.open(sha256) as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _file_names(name: str) -> dict[str, str]:
    """The name in ASCII for old programs and as it is for all others."""
    plain = fold(name).encode("ascii", "ignore").decode().replace('"', "")
    return {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
