"""How tests bring plan 163 in through the pages, as the office does."""

import io
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from cchc_tasks.config import Settings
from tests.factories import Office, enter, make_office
from tests.support import plan_163
from tests.support.prepared import prepared


def upload(client: Any, path: Path = plan_163.XLSX, *, name: str = "", data: bytes | None = None, **fields: Any) -> Any:
    content = (io.BytesIO(path.read_bytes() if data is None else data), name or path.name)
    return client.post("/ke-hoach/nhap", data={"file": content, **fields}, content_type="multipart/form-data")


def review_page(client: Any) -> str:
    answer = upload(client)
    assert answer.status_code == 303
    return str(answer.location)


def accept_all(client: Any, address: str) -> Any:
    client.post(f"{address}/tra-loi", data={"nhan-het": "1"})
    return client.post(f"{address}/nhap", follow_redirects=True)


def imported(session: Session, client: Any, settings: Settings) -> Office:
    """The office of which plan 163 has come in through these pages; `client` is entered as its person."""

    def through_the_pages() -> Office:
        made = make_office(session)
        session.commit()
        accept_all(client, review_page(enter(client, made.people["office"])))
        return made

    made = prepared(session, "plan 163 through its pages", through_the_pages, folder=settings.evidence_dir)
    enter(client, made.people["office"])
    return made
