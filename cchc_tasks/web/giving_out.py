"""Kept files as responses: whole, as attachments, never shown inside a page."""

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.evidence import display_name, kind_of_media
from cchc_tasks.domain.text import fold
from cchc_tasks.evidence import EvidenceStore
from cchc_tasks.web import uploads

CHUNK = 256 * 1024
#: Whatever a file holds, a browser that shows it after all gives it nothing to work with.
FILE_POLICY = "sandbox; default-src 'none'"


def kept_file(sha256: str | None, name: str | None, size: int | None, media_type: str | None) -> Response:
    """A kept file as an attachment; raises `NotFound` where there is none, or of a kind that is taken no more."""
    kind = kind_of_media(media_type or "")
    if sha256 is None or kind is None:
        raise NotFound(what="file", id=0)
    store = uploads.store()
    store.open(sha256).close()  # A missing file is a page that says so, not a broken download.
    response = Response(_chunks(store, sha256), mimetype=media_type)
    response.headers["Content-Length"] = str(size)
    response.headers.set("Content-Disposition", "attachment", **_file_names(display_name(name or "", kind)))
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
