"""The years behind the four real reports, told by transitions: plans, given tasks, documents, answers of units.

Cells that no rule gives as the report printed them are printed otherwise by the office, each with its reason here.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from cchc_tasks.domain.counting import CountingRule
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.domain.reports.forms import Source
from cchc_tasks.domain.reports.sheet import Frame, frame_values
from cchc_tasks.services import obligations, registers, report_answers, reports
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.services.report_answers import Answer
from cchc_tasks.services.report_figures import figures_of
from cchc_tasks.services.reports import Period
from cchc_tasks.storage.models import Plan, PlanKind, Report
from cchc_tasks.wording.report_members import member_words
from tests.domain.reports.real_reports import FORM_OF, form_of, rows_of
from tests.factories import at, make_agency, make_person, make_plan, make_task, make_unit, principal_of


@dataclass(frozen=True)
class PlanStory:
    """A plan with `total` tasks, some done in time, some late; the rest open. `feeds`: the one row it feeds alone."""

    kind: PlanKind
    number: str
    issued_on: date
    total: int
    on_time: int = 0
    late: int = 0
    feeds: str = ""
    noun: str = "nhiệm vụ"


@dataclass(frozen=True)
class RealYear:
    """What led to one report. `documents`: how many documents were issued in the window; `added`: register lines by
    key; `otherwise`: what the office printed instead of the computed value, and why."""

    slug: str
    agency: str
    period: Period
    plans: tuple[PlanStory, ...]
    documents: int
    added: dict[str, int] = field(default_factory=dict)
    otherwise: dict[str, tuple[str, str]] = field(default_factory=dict)
    frame: Frame = field(default_factory=Frame)


def _period(key: str, year: int, starts: date, cut_off: date, reason: str = "") -> Period:
    return Period(key, year, starts, cut_off, cut_off, cut_off + timedelta(days=6), reason)


TUYEN_QUANG = RealYear(
    "tuyen-quang-stttt-2021-q1",
    "SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
    _period("q1", 2021, date(2020, 12, 16), date(2021, 3, 15), "Báo cáo lấy số liệu từ ngày 16/12/2020."),
    (
        PlanStory(PlanKind.CCHC, "01/KH-STTTT", date(2020, 12, 10), 9, 7),
        PlanStory(PlanKind.ASSIGNED_BY_PROVINCE, "02/UBND-NC", date(2020, 12, 11), 7, 6),
        PlanStory(PlanKind.INSPECTION, "03/KH-STTTT", date(2020, 12, 12), 1, 1),
    ),
    documents=3,
    frame=Frame("Tuyên Quang", "BC-STTTT", signer_authority="KT. GIÁM ĐỐC", signer_title="PHÓ GIÁM ĐỐC"),
)
QUANG_BINH = RealYear(
    "quang-binh-sxd-2021-q1",
    "SỞ XÂY DỰNG",
    _period("q1", 2021, date(2020, 12, 15), date(2021, 3, 14)),
    (PlanStory(PlanKind.CCHC, "10/KH-SXD", date(2020, 12, 10), 26, 6),),
    documents=6,
    added={"steer.docs_issued": 1},
    frame=Frame("Quảng Bình", "BC-SXD", signer_title="GIÁM ĐỐC"),
)
SOC_TRANG = RealYear(
    "soc-trang-stttt-2023-nam",
    "SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
    _period("year", 2023, date(2022, 12, 15), date(2023, 12, 14)),
    (
        PlanStory(PlanKind.CCHC, "01/KH.CCHC-STTTT", date(2022, 12, 12), 47, 41, noun="phần việc"),
        PlanStory(PlanKind.ASSIGNED_BY_PROVINCE, "05/UBND-NC", date(2022, 12, 12), 5, 5),
        PlanStory(PlanKind.COMMUNICATION, "04/KH.CCHC-STTTT", date(2022, 12, 12), 6, 6),
        PlanStory(PlanKind.INSPECTION, "06/KH.CCHC-STTTT", date(2022, 12, 12), 4, 4, feeds="steer.inspect.divisions"),
        PlanStory(PlanKind.INSPECTION, "07/KH.CCHC-STTTT", date(2022, 12, 12), 1, 1, feeds="steer.inspect.units_under"),
    ),
    documents=12,
    added={"steer.comms.articles_portal": 9, "steer.comms.articles_own": 12, "law.issued": 2},
    otherwise={
        "steer.plan.rate": ("", "Biểu của tỉnh để trống dòng tỷ lệ."),
        "steer.comms.plan_rate": ("100%", "Ghi kèm dấu %."),
        "steer.assigned_province.late": ("", "Không có nhiệm vụ quá hạn, biểu để trống."),
        "egov.docs.out_total_own": ("3036", "Ghi không có dấu chấm."),
    },
    frame=Frame("Sóc Trăng", "BC-STTTT", signer_title="GIÁM ĐỐC"),
)
QUANG_NGAI = RealYear(
    "quang-ngai-skhcn-2021-6t",
    "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
    _period("h1", 2021, date(2020, 12, 15), date(2021, 6, 14)),
    (
        PlanStory(PlanKind.CCHC, "15/KH-SKHCN", date(2020, 12, 10), 35, 21),
        PlanStory(PlanKind.ASSIGNED_BY_GOVERNMENT, "20/KH-SKHCN", date(2020, 12, 11), 0),
    ),
    documents=9,
    otherwise={
        "steer.docs_issued": ("09", "Ghi hai chữ số."),
        "steer.assigned_government.on_time": ("", "Không có nhiệm vụ được giao, biểu để trống."),
        "steer.assigned_government.late": ("", "Không có nhiệm vụ được giao, biểu để trống."),
    },
    frame=Frame("Quảng Ngãi", "BC-SKHCN", signer_title="GIÁM ĐỐC"),
)
REAL_YEARS = (TUYEN_QUANG, QUANG_BINH, SOC_TRANG, QUANG_NGAI)


class Told:
    """One real year as the product holds it, and the people who told it."""

    def __init__(self, session: Session, story: RealYear) -> None:
        self.session, self.story = session, story
        agency = make_agency(session, name=story.agency)
        self.agency = agency
        self.units = [make_unit(session, agency, f"Phòng {name}") for name in ("Nghiệp vụ", "Tổng hợp", "Quản lý")]
        self.heads = [make_person(session, agency, role=Role.HEAD, unit=unit) for unit in self.units]
        self.clerk = make_person(session, agency, role=Role.OFFICE)
        self.now = at(story.period.cut_off, 15)
        self.clock = at(story.period.window_starts_on)
        session.commit()

    @property
    def office(self):
        return principal_of(self.session, self.clerk, self.story.period.cut_off)

    def head(self, place: int):
        return principal_of(self.session, self.heads[place % len(self.heads)], self.story.period.cut_off)

    def live(self) -> Report:
        """Plans are issued, work is done, documents registered; the report is begun and every row answered."""
        plans = [(plan, self._plan(plan)) for plan in self.story.plans]
        self._register()
        report = self._begin(plans)
        self._answer(report)
        for key, (printed, reason) in self.story.otherwise.items():
            report_answers.print_otherwise(
                self.session,
                report.id,
                key,
                printed=printed,
                reason=reason,
                seen=0,
                describe=member_words,
                **self._by(),
            )
        return report

    def _by(self):
        return {"actor": self.office, "now": self.now}

    def _plan(self, story: PlanStory) -> Plan:
        session, starts = self.session, self.story.period.window_starts_on
        plan = make_plan(
            session,
            self.agency,
            number=story.number,
            issued_on=story.issued_on,
            year=self.story.period.year,
            rule=CountingRule(noun=story.noun),
            entered_at=at(story.issued_on),
        )
        plan.kind = story.kind
        day = starts + timedelta(days=20)
        works = []
        for place in range(story.total):
            is_late = story.on_time <= place < story.on_time + story.late
            due = day - timedelta(days=10) if is_late else self.story.period.cut_off
            made = make_task(
                session,
                plan,
                lead=self.units[place % len(self.units)],
                due_on=due,
                text=f"Nhiệm vụ thứ {place + 1} của kế hoạch {story.number}",
                number=f"1.{place + 1}",
                entered_at=at(story.issued_on),
            )
            works.append(made.obligation)
        session.commit()
        for place, one in enumerate(works[: story.on_time + story.late]):
            self._finish(story, place, one, day)
        return plan

    def _finish(self, story: PlanStory, place: int, one, day: date) -> None:
        """Reported by the unit's head with one of the year's documents (work of other plans: with a paper of
        its own, which the register of the reform does not hold), confirmed by the office."""
        number = place % self.story.documents + 1 if story.kind is PlanKind.CCHC else 500 + place
        issued_on = day - timedelta(days=number % 10)
        document = DocumentInput(f"{number}/{story.number.split('/')[1]}", issued_on, f"Văn bản thứ {number}")
        reported = obligations.report(
            self.session,
            one.id,
            version=one.version,
            effective_on=day,
            document=document,
            actor=self.head(place),
            now=self._tick(day),
        )
        obligations.confirm(self.session, one.id, version=reported.version, actor=self.office, now=self._tick(day))

    def _tick(self, day: date):
        """A minute later than the last time, on the day or after it."""
        self.clock = max(self.clock + timedelta(minutes=1), at(day, 8))
        return self.clock

    def _register(self) -> None:
        day = self.story.period.window_starts_on + timedelta(days=30)
        for key, count in self.story.added.items():
            for place in range(count):
                registers.add_entry(
                    self.session, key, happened_on=day, text=f"Mục thứ {place + 1}", amount=1, **self._by()
                )

    def _begin(self, plans) -> Report:
        story = self.story
        report = reports.begin(
            self.session, FORM_OF[story.slug], story.period, title="Công tác cải cách hành chính", **self._by()
        )
        shared, scoped = {}, {}
        for told, plan in plans:
            target, name = (scoped, told.feeds) if told.feeds else (shared, told.kind.value)
            target.setdefault(name, []).append(plan.id)
        report = reports.set_up(
            self.session,
            report.id,
            version=report.version,
            period=story.period,
            title=report.title,
            plans=shared,
            scoped_plans=scoped,
            units_asked=UnitsAsked.THEN,
            **self._by(),
        )
        return reports.set_frame(
            self.session, report.id, version=report.version, frame=frame_values(story.frame), **self._by()
        )

    def _answer(self, report: Report) -> None:
        """Each head answers a third of the rows that nothing computes, letter for letter; the office the headings that
        carry something, and notes on computed rows."""
        told = figures_of(self.session, report.id, describe=member_words, **self._by())
        form = form_of(self.story.slug)
        values = {row["indicator"]: row for row in rows_of(self.story.slug)}
        formulas = {row.key for row in form.rows if row.source is Source.FORMULA or row.ratio_of}
        asked = [
            row.key for row in form.value_rows if not told.figures[row.key].is_computed and row.key not in formulas
        ]
        units = {key: self.units[place % len(self.units)].id for place, key in enumerate(asked)}
        reports.assign_rows(self.session, report.id, units, version=report.version, **self._by())
        for place in range(len(self.heads)):
            own = [key for key in asked if units[key] == self.units[place].id]
            answers = [Answer(key, values[key]["value_raw"], values[key]["note"] or "") for key in own]
            self._say(report, answers, self.head(place))
        told = figures_of(self.session, report.id, describe=member_words, **self._by())
        rest = [row for key, row in values.items() if key not in units]
        computed = {key for key, figure in told.figures.items() if figure.is_computed}
        self._say(
            report,
            [
                Answer(row["indicator"], "" if row["indicator"] in computed else row["value_raw"], row["note"] or "")
                for row in rest
            ],
            self.office,
        )

    def _say(self, report: Report, answers, actor) -> None:
        report_answers.answer(self.session, report.id, answers, actor=actor, now=self.now)
