"""Programs that are not ours read the feeds over HTTP: khal behind vdirsyncer, ical.js, libical (GNOME's own).

They stand for the calendars of phones and desks. Each shows every obligation on its right day in three time zones,
and after a date moved, a withdrawal and a completion it shows the change.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy.orm import Session

from cchc_tasks.domain.calendars import FeedKind, FeedScope, FeedStyle, Whose
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import corrections, feeds
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.storage.models import Obligation
from tests.support.work import LETTER, Workplace

pytestmark = pytest.mark.readers

HERE = Path(__file__).parent
SYSTEM_PYTHON = "/usr/bin/python3"
ZONES = ("UTC", "Asia/Ho_Chi_Minh", "America/New_York")
#: First and last days of months and years, a leap day, the days on which New York moves its clocks, days in a row.
DAYS = (
    *(date(2021, 1, 1), date(2021, 2, 28), date(2021, 3, 14), date(2021, 3, 15), date(2021, 3, 31)),
    *(date(2021, 10, 31), date(2021, 11, 7), date(2021, 11, 8), date(2021, 12, 31), date(2020, 12, 31)),
    *(date(2024, 2, 29), date(2022, 1, 1)),
)
TITLES = (
    "Báo cáo; kết quả, rà soát \\ hệ thống “hóa”",
    "Quyết định\ncông bố BEGIN:VEVENT danh mục",
    "Kế hoạch “cải cách hành chính” " + "rất dài " * 40,
)
CUT_OFFS = {date(2021, 3, 14), date(2021, 6, 14), date(2021, 9, 14), date(2021, 12, 14)}


class Shown(NamedTuple):
    """What a program shows of one obligation."""

    day: date
    is_cancelled: bool
    is_done: bool


#: What a reader finds at an address, by the number in the title; in a zone, with a folder of its own.
Reader = Callable[[str, str, Path], dict[str, Shown]]


def run(command: list[str], *, zone: str = "UTC", folder: Path | None = None, **environment: str) -> str:
    given = {"PATH": os.environ["PATH"], "HOME": str(folder or "/nonexistent"), "LANG": "C.UTF-8", "TZ": zone}
    done = subprocess.run(command, env=given | environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def number_of(title: str) -> str:
    """ "3.1" of "✓ [3.1] Báo cáo"; a cut-off has none and goes by its title. (vdirsyncer gives UIDs of its own.)"""
    found = re.search(r"\[([\d.]+)\]", title)
    return found[1] if found else title


def shown_of(found: dict[str, dict[str, Any]]) -> dict[str, Shown]:
    for uid, entry in found.items():
        assert entry["isWholeDay"]
        assert entry["days"] in (None, 1)
        assert uid.endswith("@cchc-tasks")
        assert ("-todo." in uid) == (entry["kind"] == "vtodo")
    return {
        number_of(entry["title"]): Shown(
            date.fromisoformat(entry["day"]),
            entry["status"] == "CANCELLED",
            entry["title"].startswith("✓") or entry["status"] == "COMPLETED",
        )
        for entry in found.values()
    }


def by_ical_js(url: str, zone: str, folder: Path) -> dict[str, Shown]:
    [script] = (HERE.parent / "vendor").glob("ical.js-*/ical.es5.min.cjs")
    printed = json.loads(run(["node", str(HERE / "readers" / "ical_js.cjs"), str(script), url], zone=zone))
    assert printed["again"] == 304
    return shown_of(printed["entries"])


def by_libical(url: str, zone: str, folder: Path) -> dict[str, Shown]:
    printed = json.loads(run([SYSTEM_PYTHON, str(HERE / "readers" / "libical.py"), url], zone=zone))
    return shown_of(printed["entries"])


def by_khal(url: str, zone: str, folder: Path) -> dict[str, Shown]:
    """vdirsyncer brings the feed into a folder, as it does for many programs of Linux; khal shows the folder."""
    folder.mkdir(exist_ok=True)
    store, sync, khal = folder / "store", folder / "vdirsyncer.conf", folder / "khal.conf"
    store.mkdir(exist_ok=True)
    sync.write_text(
        f"""[general]
status_path = "{folder}/status"
[pair cchc]
a = "here"
b = "there"
collections = null
conflict_resolution = "b wins"
[storage here]
type = "filesystem"
path = "{store}"
fileext = ".ics"
[storage there]
type = "http"
url = "{url}"
""",
        encoding="utf-8",
    )
    khal.write_text(
        f"""[calendars]
[[cchc]]
path = {store}
readonly = True
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {folder}/khal.db
""",
        encoding="utf-8",
    )
    if not (folder / "status").exists():
        run(["vdirsyncer", "-c", str(sync), "discover", "cchc"], zone=zone, folder=folder)
    run(["vdirsyncer", "-c", str(sync), "sync", "--force-delete"], zone=zone, folder=folder)
    line = "{start-date}|{end-date}|{cancelled}|{title}"
    printed = run(
        ["khal", "-c", str(khal), "list", "--day-format", "", "--format", line, "2020-12-01", "1500d"],
        zone=zone,
        folder=folder,
    )
    found = {}
    for text in filter(None, printed.splitlines()):
        first, last, cancelled, title = text.split("|", 3)
        number = number_of(title)
        assert first == last, "an event lasts one day"
        assert number not in found, "an event is shown once"
        found[number] = Shown(date.fromisoformat(first), bool(cancelled), "✓" in title)
    return found


def have_khal() -> bool:
    return bool(shutil.which("khal") and shutil.which("vdirsyncer"))


def have_libical() -> bool:
    probe = "import gi; gi.require_version('ICalGLib', '3.0'); from gi.repository import ICalGLib"
    return (
        Path(SYSTEM_PYTHON).exists()
        and not subprocess.run([SYSTEM_PYTHON, "-c", probe], capture_output=True, check=False).returncode
    )


READERS: dict[str, tuple[Reader, Callable[[], bool]]] = {
    "khal": (by_khal, have_khal),
    "ical.js": (by_ical_js, lambda: bool(shutil.which("node"))),
    "libical": (by_libical, have_libical),
}


@pytest.fixture(params=READERS)
def reader(request: Any) -> Reader:
    read, is_here = READERS[request.param]
    if not is_here():
        pytest.skip(f"no {request.param} on this machine")
    return read


@dataclass
class Feed:
    """A subscribed calendar with work of every kind of day in it."""

    work: Workplace
    #: By the printed number of their tasks.
    made: dict[str, Obligation]
    url: str

    @property
    def expected(self) -> dict[str, Shown]:
        return {
            number: Shown(each.due_on or date.min, each.status is Status.WITHDRAWN, each.status is Status.DONE)
            for number, each in self.made.items()
        }


@pytest.fixture
def feed(session: Session, live_url: str) -> Feed:
    return make_feed(session, live_url, FeedStyle())


def make_feed(session: Session, live_url: str, style: FeedStyle) -> Feed:
    work = Workplace(session)
    made = {".".join(work.made.task.numbers): work.made.obligation}
    for number, day in enumerate(DAYS):
        title = TITLES[number % len(TITLES)]
        printed = f"{number + 20}.1"
        made[printed] = work.task(due_on=day, deliverable_texts=[title], number=printed).obligation
    new = feeds.create_feed(
        session, whose=Whose(FeedScope.PLAN, work.plan.id), style=style, actor=work.who("head"), now=datetime.now(UTC)
    )
    return Feed(work, made, f"{live_url}/lich/{new.token}.ics")


def work_in(found: dict[str, Shown]) -> dict[str, Shown]:
    """Without the cut-offs, which stand on days of their own; a list of tasks has none."""
    cut_offs = {title: shown for title, shown in found.items() if title.startswith("Chốt số liệu")}
    assert {shown.day for shown in cut_offs.values()} in (CUT_OFFS, set())
    return {number: shown for number, shown in found.items() if number not in cut_offs}


@pytest.mark.parametrize("zone", ZONES)
def test_every_obligation_stands_on_its_day_and_changes_are_shown(feed, reader, zone, tmp_path, session):
    assert work_in(reader(feed.url, zone, tmp_path / "reader")) == feed.expected

    done, moved, withdrawn, *_ = feed.made
    move(feed, feed.made[moved], date(2021, 6, 30))
    withdraw(feed, feed.made[withdrawn])
    complete(feed, feed.made[done])

    found = work_in(reader(feed.url, zone, tmp_path / "reader"))
    assert found == feed.expected
    assert found[moved].day == date(2021, 6, 30)
    assert found[withdrawn].is_cancelled
    assert found[done].is_done


def move(feed: Feed, obligation: Obligation, day: date) -> None:
    session = feed.work.session
    session.refresh(obligation)
    corrections.correct_deadline(
        session,
        obligation.id,
        version=obligation.version,
        values=DeadlineValues(kind=DeadlineKind.DATE, starts_on=None, due_on=day, is_ongoing=False),
        reason="Đọc nhầm ngày.",
        actor=feed.work.who("office"),
        now=datetime.now(UTC),
    )
    session.refresh(obligation)


def withdraw(feed: Feed, obligation: Obligation) -> None:
    """As an amendment leaves it."""
    feed.work.session.refresh(obligation)
    obligation.status, obligation.changed_at = Status.WITHDRAWN, datetime.now(UTC)
    obligation.calendar_sequence += 1
    feed.work.session.commit()


def complete(feed: Feed, obligation: Obligation) -> None:
    feed.work.report(feed.work.made, effective_on=LETTER.issued_on)
    feed.work.confirm()
    feed.work.session.refresh(obligation)
    assert obligation.status is Status.DONE


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("read", [by_ical_js, by_libical])
def test_the_list_of_tasks_and_its_alarms_are_read_too(session, live_url, read, zone, tmp_path, request):
    name = next(name for name, (each, _) in READERS.items() if each is read)
    if not READERS[name][1]():
        pytest.skip(f"no {name} on this machine")
    feed = make_feed(session, live_url, FeedStyle(FeedKind.TODO, alarm_days=3))

    assert work_in(read(feed.url, zone, tmp_path)) == feed.expected
