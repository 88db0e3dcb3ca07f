"""Every refusal becomes one answer here: its status, and a page or fragment that says what to do next."""

import json
import logging
import re
import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, flash, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateNotFound
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from cchc_tasks import wording
from cchc_tasks.domain.accounts import SignInRefused, SpentLink, TooManyAttempts
from cchc_tasks.domain.errors import (
    DomainError,
    DuplicateRequest,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    StaleEdit,
)
from cchc_tasks.storage.db import db
from cchc_tasks.web import login
from cchc_tasks.web.htmx import go_to, is_fragment
from cchc_tasks.wording import people as words

log = logging.getLogger(__name__)

STATUS: dict[type[DomainError], int] = {
    NotFound: 404,
    SpentLink: 404,
    NotAllowed: 403,
    Refused: 409,
    StaleEdit: 409,
    Invalid: 422,
    SignInRefused: 422,
    TooManyAttempts: 429,
}
#: Fields of a form that are not what a person typed, or must not be shown again: the token, every password.
NOT_KEPT = frozenset({"csrf_token", "password", "again", "current"})
#: Values that were chosen, not typed: an id, a member of an enum, nothing.
CHOSEN = re.compile(r"[a-z_]*|\d+|\s*")
PLUMBING = ("request_key", "version", "next")


def init_app(app: Flask) -> None:
    app.register_error_handler(DuplicateRequest, show_first_result)
    app.register_error_handler(DomainError, refuse)
    app.register_error_handler(CSRFError, keep_what_was_typed)
    app.register_error_handler(401, keep_what_was_typed)
    app.register_error_handler(OperationalError, database_is_away)
    app.register_error_handler(SecurityError, strange_host)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(500, unexpected)


def show_first_result(error: DuplicateRequest) -> Any:
    """The second post of a form is shown what the first one led to."""
    flash(words.SENT_TWICE, "note")
    return go_to(login.local_path(str(error.facts.get("result", ""))) or page_before())


def refuse(error: DomainError) -> Any:
    """The page or fragment for an expected refusal."""
    db.session.rollback()
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    if status == 500:
        return unexpected(error)
    log.info("refused %s %s: %s", request.method, request.endpoint, type(error).__name__)
    wait = error.facts.get("wait_seconds")
    values = {"back_href": page_before(), "wait_text": words.wait(int(str(wait))) if wait is not None else ""}
    return answer(status, explanation=wording.explain(error), **values)


def http_error(error: HTTPException) -> Any:
    """Werkzeug's own errors, with our pages; redirects pass."""
    code = error.code or 500
    if code < 400:
        return error
    if code == 405 and request.method in ("GET", "HEAD") and not is_fragment():
        return redirect(page_above(), code=303)
    view = current_app.view_functions.get(request.endpoint or "")
    megabytes = current_app.config["CCHC_SETTINGS"].upload_limit_mb
    limit_text = words.upload_limit(megabytes) if getattr(view, "accepts_upload", False) else ""
    response = current_app.make_response(answer(code, limit_text=limit_text))
    for name, value in error.get_headers(request.environ):
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def page_above() -> str:
    """The nearest page above an address that only takes forms: a refused form is shown there, and gets reloaded.

    What the address asks beside its path is kept.
    """
    adapter = current_app.create_url_adapter(request)
    parts = request.path.strip("/").split("/")
    asked = f"?{request.query_string.decode()}" if request.query_string else ""
    while parts and adapter is not None:
        parts.pop()
        path = f"/{'/'.join(parts)}"
        if adapter.test(path, "GET"):
            return path + asked
    return url_for("account.home")


def strange_host(error: SecurityError) -> Any:
    """The request names a host that is not ours: no page, as no address can be built for it."""
    response = current_app.make_response((words.STRANGE_HOST, 400))
    response.mimetype = "text/plain"
    return response


def unexpected(error: Exception) -> Any:
    """A fault of ours: a reference for the reader, the trace in the log only."""
    db.session.rollback()
    reference = secrets.token_hex(4).upper()
    original = getattr(error, "original_exception", None) or error
    log.error("fault %s in %s %s", reference, request.method, request.endpoint, exc_info=original)
    return answer(InternalServerError.code or 500, reference=reference)


def database_is_away(error: OperationalError) -> Any:
    """The database is locked, full or away: nothing was written, trying again later is right."""
    db.session.rollback()
    reference = secrets.token_hex(4).upper()
    log.error("database %s in %s %s", reference, request.method, request.endpoint, exc_info=error)
    return answer(503, reference=reference)


def answer(status: int, **values: Any) -> tuple[str, int]:
    """The error page for `status`, or its fragment. After a fault of ours the frame asks the database nothing."""
    if status >= 500:
        g.bare_frame = True
    if is_fragment():
        explanation = values.get("explanation") or words.brief(status)
        return render_template("errors/_fragment.html", explanation=explanation), status
    try:
        return render_template(f"errors/{status}.html", **values), status
    except TemplateNotFound:
        return render_template("errors/400.html", **values), status


def page_before() -> str:
    """The page of this site that the reader came from, or the first page."""
    parts = urlsplit(request.referrer or "")
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    own = parts.netloc == request.host and login.local_path(path)
    return own or url_for("account.home")


# --- an expired session or token in the middle of a form


def keep_what_was_typed(error: HTTPException) -> Any:
    """A form that came without a session: shows what was typed and lets one sign in and send it again."""
    status = error.code or 400
    if request.method != "POST" or not came_from_here():
        return answer(status if status != 401 else 403)
    page = resume_page(request.full_path.rstrip("?"), kept_fields(), _has_files(), needs_person=not is_public())
    response = current_app.make_response(page)
    response.status_code = status
    if is_fragment():
        response.headers["HX-Retarget"] = "body"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def is_public() -> bool:
    """Whether the route of this request is for everybody."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "access", None) == login.PUBLIC


def came_from_here() -> bool:
    """Whether the form stood on a page of ours, as far as the browser says: nobody else's text is offered again."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def kept_fields() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT]


def _has_files() -> bool:
    """Whether a file was chosen; a browser sends an empty part for every chooser left alone."""
    return any(file.filename for file in request.files.values())


def resume_page(
    path: str, fields: list[tuple[str, str]], has_files: bool, *, needs_person: bool = True, form: Any = None
) -> str:
    """What was typed, with a way to send it again; for a visitor, where a person is needed, a way to sign in first."""
    typed = [words.as_typed(value) for name, value in fields if name not in PLUMBING and not CHOSEN.fullmatch(value)]
    return render_template(
        "account/resume.html",
        path=path,
        fields=fields,
        typed=typed,
        has_files=has_files,
        kept=json.dumps({"path": path, "fields": fields, "has_files": has_files}, ensure_ascii=False),
        may_send=not needs_person or login.current_account() is not None,
        form=form,
    )
