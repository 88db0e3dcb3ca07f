"""A small office with work in it, at 10/3/2021, and readers of the pages about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from lxml import html
from sqlalchemy import event
from sqlalchemy.orm import Session

from cchc_tasks.domain.permissions import Principal
from cchc_tasks.services import obligations
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.storage.models import Obligation
from tests.factories import MadeTask, Office, at, enter, make_office, make_plan, make_task, principal_of

TODAY = date(2021, 3, 10)
LETTER = DocumentInput("42/BC-STTTT", date(2021, 3, 5), "Chuyên đề ứng dụng công nghệ thông tin")


class Workplace:
    """An agency with plan 163; `made` is a task of Phòng CNTT, due 31/3/2021, that Thanh tra coordinates."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.office: Office = make_office(session)
        self.plan = make_plan(session, self.office.agency)
        self.made = self.task(due_on=date(2021, 3, 31))
        session.commit()

    def task(self, **values: Any) -> MadeTask:
        given = {"lead": self.office.unit, "coordinating": [self.office.other_unit], "due_on": date(2021, 3, 31)}
        made = make_task(self.session, self.plan, **(given | values))
        self.session.commit()
        return made

    def who(self, name: str) -> Principal:
        return principal_of(self.session, self.office.people[name])

    def report(self, made: MadeTask | None = None, *, by: str = "head", day: date = TODAY, **values: Any) -> Obligation:
        obligation = (made or self.made).obligation
        self.session.refresh(obligation)
        given = {"effective_on": LETTER.issued_on, "document": LETTER, "actor": self.who(by), "now": at(day)}
        reported = obligations.report(self.session, obligation.id, version=obligation.version, **(given | values))
        self.session.refresh(reported)
        return reported

    def give_back(self, reason: str = "Thiếu phụ lục số liệu.") -> Obligation:
        obligation = self.fresh()
        return obligations.return_report(
            self.session,
            obligation.id,
            version=obligation.version,
            reason=reason,
            actor=self.who("office"),
            now=at(TODAY),
        )

    def confirm(self) -> Obligation:
        obligation = self.fresh()
        return obligations.confirm(
            self.session, obligation.id, version=obligation.version, actor=self.who("office"), now=at(TODAY)
        )

    def fresh(self, made: MadeTask | None = None) -> Obligation:
        """The obligation as the database has it now."""
        obligation = (made or self.made).obligation
        self.session.rollback()
        self.session.refresh(obligation)
        return obligation

    def enter(self, client: Any, name: str) -> Any:
        return enter(client, self.office.people[name])


def tree(response: Any) -> Any:
    return html.document_fromstring(response.get_data(as_text=True))


def text_of(response: Any) -> str:
    """What a reader sees, blanks made single."""
    page = tree(response)
    for hidden in page.xpath("//script | //style"):
        hidden.drop_tree()
    return " ".join(" ".join(page.itertext()).split())


def form_values(response: Any, action: str) -> dict[str, Any]:
    """What a browser would send of the form whose address contains `action`, buttons and files left out."""
    [form] = [each for each in tree(response).xpath("//form") if action in each.get("action", "")]
    return {name: value for name, value in form.form_values() if not hasattr(value, "read")}


@contextmanager
def counted_queries(app: Any) -> Iterator[list[str]]:
    """The statements the application sends while it is open."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    from cchc_tasks.storage.db import db

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
