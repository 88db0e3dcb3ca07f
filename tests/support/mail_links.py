"""A head whose overdue work goes into a digest, sent with links as the program sends it."""

import re
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from cchc_tasks.domain import links
from cchc_tasks.domain.permissions import Role
from cchc_tasks.mail.rendering import Renderer
from cchc_tasks.paths import TEMPLATES
from cchc_tasks.services import outbox, reminders
from cchc_tasks.services.outbox import Post
from cchc_tasks.storage.models import Agency, Obligation, Person, Unit
from tests.factories import at, make_agency, make_person, make_plan, make_task, make_unit
from tests.support.mail import KeepingSender, set_rules

BASE_URL = "https://cchc.test"
DAY = date(2021, 3, 10)
#: Wednesday, an hour after digests go out.
SENT_AT = at(DAY, 8)
LINK = re.compile(r"https://cchc\.test(/thu/[\w-]{43})(?![\w-])")


@dataclass
class Mailed:
    """Two late works of one head, each with its link in today's digest."""

    session: Session
    agency: Agency
    unit: Unit
    head: Person
    office: Person
    works: list[Obligation]
    sender: KeepingSender
    secret_key: str

    @property
    def links(self) -> list[str]:
        """The paths in the last letter, in the order of its lines."""
        return LINK.findall(self.sender.letters[-1].words.text)

    def post(self, sender: Any = None) -> Post:
        resolve = partial(links.resolve, base_url=BASE_URL, secret_key=self.secret_key)
        renderer = Renderer(TEMPLATES, BASE_URL, resolve)
        return Post(renderer, sender or self.sender, "test", secret_key=self.secret_key)

    def send(self, now: Any = SENT_AT, sender: Any = None) -> None:
        reminders.run_round(self.session, agency_id=self.agency.id, now=now, delivery_hour=7)
        outbox.deliver_all(self.session, self.post(sender), now=now)


def mail_work(session: Session, secret_key: str, *, send: bool = True) -> Mailed:
    agency = make_agency(session)
    unit = make_unit(session, agency, "Phòng Công nghệ thông tin")
    head = make_person(session, agency, "Trần Thị Bình", role=Role.HEAD, unit=unit)
    office = make_person(session, agency, "Lê Văn Phòng", role=Role.OFFICE)
    plan = make_plan(session, agency)
    days = (date(2021, 3, 8), date(2021, 3, 9))
    works = [make_task(session, plan, lead=unit, due_on=day, number=f"2.{day.day}").obligation for day in days]
    set_rules(session, agency)
    session.commit()
    mailed = Mailed(session, agency, unit, head, office, works, KeepingSender(), secret_key)
    if send:
        mailed.send()
    return mailed
