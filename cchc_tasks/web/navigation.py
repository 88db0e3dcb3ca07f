"""The entries of the menu: one table, in the order shown."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, request, url_for

from cchc_tasks.domain import permissions
from cchc_tasks.domain.permissions import Action, Principal, Role
from cchc_tasks.web import badges
from cchc_tasks.web.badges import Badge


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: shown to those who may do `action` and, where `roles` are named, hold one of them.

    `group` parts the menu by lines. `badge` counts what waits for the reader; None for nothing.
    """

    key: str
    label: str
    endpoint: str
    icon: str
    group: int
    action: Action = Action.READ_AGENCY
    roles: frozenset[Role] = frozenset(Role)
    badge: Callable[[Principal], Badge | None] | None = None
    #: Further endpoints of the same noun.
    also: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as base.html draws it."""

    key: str
    label: str
    href: str
    icon: str
    group: int
    is_current: bool
    on_phone: bool
    badge: int | None = None
    badge_kind: str = ""
    badge_words: str = ""


PEOPLE_PAGES = frozenset(
    {"admin.person", "admin.person_new", "admin.people_import", "admin.people_look_at", "admin.person_away"}
)
UNIT_PAGES = frozenset({"admin.unit", "admin.unit_new", "admin.reorganise", "admin.unit_timeline"})
FILTER_PAGES = frozenset({"saved_filters.show", "saved_filters.save", "saved_filters.rename"})
#: Who gives powers for a time, or gets them given by others.
GIVERS = frozenset({Role.HEAD, Role.LEADER, Role.ADMIN})
WORKERS = frozenset({Role.HEAD, Role.STAFF, Role.OFFICE, Role.LEADER})

ENTRIES: tuple[Entry, ...] = (
    Entry("overview", "Tổng quan", "overview.show", "line", 1),
    Entry("my_work", "Việc của tôi", "my_work.show", "inbox", 1, roles=WORKERS, badge=badges.overdue),
    Entry("boards", "Bảng tiến độ", "boards.columns", "board", 1, also=FILTER_PAGES),
    Entry("confirmation", "Xác nhận", "confirmation.show", "confirm", 1, Action.CONFIRM, badge=badges.waiting),
    Entry("plans", "Kế hoạch", "plans.index", "plan", 1),
    Entry("reports", "Báo cáo", "reports.index", "report", 1),
    Entry("indicators", "Chỉ tiêu 1.1", "indicators.show", "over", 1),
    Entry("calendar", "Lịch", "calendar.show", "cal", 1),
    Entry("reminders", "Nhắc việc", "reminders.show", "bell", 2, Action.READ_REMINDERS),
    Entry("people", "Người dùng", "admin.people", "key", 3, Action.MANAGE_PEOPLE, also=PEOPLE_PAGES),
    Entry("holidays", "Ngày nghỉ", "admin.holidays", "cal", 3, Action.MANAGE_HOLIDAYS),
    Entry("units", "Đơn vị", "admin.units", "unit", 3, Action.MANAGE_UNITS, also=UNIT_PAGES),
    Entry("orphans", "Việc chưa có người", "admin.orphans", "warn", 3, Action.EDIT_PLAN, badge=badges.orphans),
    Entry("mandates", "Ủy quyền", "admin.mandates", "confirm", 3, roles=GIVERS),
)
#: Which three stand at the foot of a phone's screen, by the first role that fits.
ON_PHONE: tuple[tuple[Role, tuple[str, ...]], ...] = (
    (Role.OFFICE, ("my_work", "boards", "confirmation")),
    (Role.LEADER, ("overview", "boards", "confirmation")),
    (Role.HEAD, ("my_work", "boards", "calendar")),
    (Role.STAFF, ("my_work", "boards", "calendar")),
    (Role.ADMIN, ("people", "units", "reminders")),
    (Role.VIEWER, ("boards", "plans", "indicators")),
)


def items_for(principal: Principal) -> list[Item]:
    """The menu of this request."""
    on_phone = next((keys for role, keys in ON_PHONE if role in principal.roles), ())
    return [_item(entry, principal, entry.key in on_phone) for entry in visible_entries(principal)]


def visible_entries(principal: Principal) -> list[Entry]:
    return [
        entry
        for entry in ENTRIES
        if entry.endpoint in current_app.view_functions
        and permissions.may_anywhere(principal, entry.action)
        and not entry.roles.isdisjoint(principal.roles)
    ]


def home_of(principal: Principal) -> str:
    """The address a person starts at: the first entry of their phone's bar, else of the menu."""
    entries = {entry.key: entry for entry in visible_entries(principal)}
    wanted = next((keys for role, keys in ON_PHONE if role in principal.roles), ())
    first = next((entries[key] for key in wanted if key in entries), None) or next(iter(entries.values()), None)
    return url_for(first.endpoint if first else "account.show")


def _item(entry: Entry, principal: Principal, on_phone: bool) -> Item:
    badge = entry.badge(principal) if entry.badge else None
    return Item(
        key=entry.key,
        label=entry.label,
        href=url_for(entry.endpoint),
        icon=entry.icon,
        group=entry.group,
        is_current=is_current(entry),
        on_phone=on_phone,
        badge=badge.number if badge else None,
        badge_kind=badge.kind if badge else "",
        badge_words=badge.words if badge else "",
    )


def is_current(entry: Entry) -> bool:
    """Whether the page of this request belongs to `entry`: to its feature, or within the administration to its noun."""
    asked = request.endpoint or ""
    blueprint = entry.endpoint.partition(".")[0]
    if blueprint != "admin":
        return asked.partition(".")[0] == blueprint or asked in entry.also
    return asked == entry.endpoint or asked in entry.also
