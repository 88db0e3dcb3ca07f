"""What every answer carries and every request is held to: headers, caching, sizes, addresses of static files."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, Response, current_app, request

View = TypeVar("View", bound=Callable[..., Any])

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
PRIVATE = "private, no-store"
FOR_EVER = "public, max-age=31536000, immutable"
#: What a form adds around the largest file.
ENVELOPE_BYTES = 1024 * 1024


def close_uploads(_error: BaseException | None) -> None:
    """Closes the temporary files of an upload with its request, not when the collector comes by."""
    request.close()


def init_app(app: Flask) -> None:
    app.teardown_request(close_uploads)
    app.before_request(_allow_upload)
    app.after_request(_add_headers)
    # Both are made anew whenever they are asked for, and a page has dozens of addresses.
    base, folder = str(app.static_url_path), str(app.static_folder)

    def static_url(path: str) -> str:
        """The address of a file in static/, with its hash, so that a browser may keep it for ever."""
        return request.script_root + _static_path(base, folder, path)

    app.add_template_global(static_url)


def accepts_upload(view: View) -> View:
    """Marks a view whose form carries a file: its requests may be as large as the largest file allowed."""
    view.accepts_upload = True  # type: ignore[attr-defined]
    return view


def _allow_upload() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "accepts_upload", False):
        request.max_content_length = current_app.config["CCHC_SETTINGS"].upload_limit_mb * 1024 * 1024 + ENVELOPE_BYTES


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["CCHC_SETTINGS"].cookie_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    is_lasting = request.endpoint == "static" and "v" in request.args and response.status_code < 400
    response.headers["Cache-Control"] = FOR_EVER if is_lasting else PRIVATE
    return response


@lru_cache(maxsize=256)
def _static_path(base: str, folder: str, path: str) -> str:
    """The path on this site; a page asks for some twenty of them."""
    digest = hashlib.sha256((Path(folder) / path).read_bytes()).hexdigest()[:12]
    return f"{base}/{quote(path)}?v={digest}"
