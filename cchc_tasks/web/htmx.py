"""Fragments: the same view answers a browser with a page and htmx with the part that changed."""

from typing import Any

from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse


def init_app(app: Flask) -> None:
    app.after_request(_vary)


def _vary(response: Response) -> Response:
    """A page and its fragment share an address: no cache may mix them, nor two people."""
    if request.endpoint != "static":
        response.vary.update(["HX-Request", "Cookie"])
    return response


def is_fragment() -> bool:
    """Whether htmx asked, wanting a part of a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type") != "full"


def render_fragment(template: str, **values: Any) -> str:
    """Renders a fragment; a name of its own, so that views say what they send."""
    return render_template(template, **values)


def go_to(address: str) -> BaseResponse:
    """After a write: sends the browser to `address` (303); htmx is told to load it as a page."""
    if not is_fragment():
        return redirect(address, code=303)
    response = make_response("", 204)
    response.headers["HX-Redirect"] = address
    return response


def fragment_or_redirect(template: str, endpoint: str, *, address_of: dict[str, Any], **values: Any) -> Any:
    """The changed part for htmx; for a plain form a redirect (303) to `endpoint` with `address_of`."""
    if is_fragment():
        return render_fragment(template, **values)
    return redirect(url_for(endpoint, **address_of), code=303)
