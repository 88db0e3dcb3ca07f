"""What all boards share: the ways of seeing the list, the filters, the chips that take one off, the totals."""

from typing import Any

from flask import request

from cchc_tasks.domain.standing import Standing
from cchc_tasks.web.boards.listing import Listing
from cchc_tasks.web.boards.query import (
    ALL,
    BY_AREA,
    PERIODIC,
    STANDINGS,
    UNITS_NOW,
    UNKNOWN,
    BoardQuery,
    Choices,
    parse_day,
)
from cchc_tasks.wording import boards as words
from cchc_tasks.wording import format_date

VIEWS = (
    ("boards.columns", "Cột", "board"),
    ("boards.matrix", "Ma trận", "grid"),
    ("boards.year", "Năm", "line"),
    ("boards.table", "Bảng in", "rows"),
)


def frame_values(listing: Listing) -> dict[str, Any]:
    """Values for the head of every board."""
    query, choices = listing.query, listing.choices
    endpoint = request.endpoint or ""
    return {
        "listing": listing,
        "query": query,
        "facts": f"{plans_in_words(query, choices)} · {as_at(listing)}",
        "views": views(query, endpoint),
        **filter_values(listing, endpoint),
        "chips": chips(query, choices, endpoint),
        "clear_href": BoardQuery(_kept(query), query.plan_ids).address(endpoint),
        "noun": listing.noun,
        "total": len(listing.entries),
        "overdue": listing.count(Standing.OVERDUE),
        "overdue_href": query.address("boards.table", han="qua-han"),
        "total_href": query.address("boards.table"),
        "unread": words.unread_filter([words.FILTER_NAMES[name] for name in query.unread]) if query.unread else "",
        "has_plans": bool(choices.plans),
    }


def _kept(query: BoardQuery) -> dict[str, str]:
    """The dates and the kind of row stay when the filters are cleared."""
    return {name: value for name, value in query.params.items() if name in ("ngay", "biet", "dong", "tat-ca")}


def plans_in_words(query: BoardQuery, choices: Choices) -> str:
    chosen = [plan for plan in choices.plans if plan.id in query.plan_ids]
    if len(chosen) == 1:
        return words.plan_words(chosen[0].number, chosen[0].year)
    years = {plan.year for plan in chosen}
    return words.plans_words(len(chosen), years.pop() if len(years) == 1 else None)


def as_at(listing: Listing) -> str:
    said = words.as_at(listing.as_of, listing.known_on) if listing.is_as_of else words.columns_head(listing.as_of)
    return words.with_units(said, listing.query.units_asked, listing.has_ended_units)


def views(query: BoardQuery, endpoint: str) -> list[dict[str, Any]]:
    return [
        {"words": said, "href": query.address(name), "icon": icon, "is_current": name == endpoint}
        for name, said, icon in VIEWS
    ]


def filter_values(listing: Listing, endpoint: str) -> dict[str, Any]:
    """The fields of the filter form, and hidden ones that keep what it does not ask."""
    is_matrix = endpoint == "boards.matrix"
    fields = plan_fields(listing) if is_matrix else list_fields(listing.query, listing.choices)
    if is_matrix or listing.is_as_of:
        fields += date_fields(listing, is_matrix)
    shown = {field["name"] for field in fields}
    kept = {name: value for name, value in listing.query.params.items() if name not in shown}
    return {"filter_fields": fields, "kept_fields": kept, "filter_words": "Xem" if is_matrix else "Lọc"}


def plan_options(choices: Choices) -> list[tuple[str, str]]:
    """The plans to choose from, by the value of their parameter: those of the newest year first."""
    numbers = [(str(plan.id), f"{plan.number} ({plan.year})") for plan in choices.plans]
    return [("", words.NEWEST_YEAR), *numbers, (ALL, words.ALL_PLANS)]


def plan_fields(listing: Listing) -> list[dict[str, Any]]:
    """The choice of a plan, where there is more than one."""
    if len(listing.choices.plans) < 2:
        return []
    return [_field("kh", listing.query.get("kh"), plan_options(listing.choices))]


def list_fields(query: BoardQuery, choices: Choices) -> list[dict[str, Any]]:
    """Arguments of the macro filter_field, in order."""
    offered: dict[str, list[tuple[str, str]] | None] = {"q": None}
    if len(choices.plans) > 1:
        offered["kh"] = plan_options(choices)
    offered["dv"] = [("", "Tất cả"), *unit_options(choices), (UNKNOWN, words.UNKNOWN_LEAD)]
    offered["lv"] = [("", "Tất cả"), *((str(area.id), words.area(area)) for area in choices.areas)]
    offered["han"] = [("", "Tất cả"), *((key, words.STANDING_FILTERS[key]) for key in STANDINGS)]
    offered["dinh-ky"] = [("", "Gồm cả"), *((key, words.PERIODIC_FILTERS[key]) for key in PERIODIC)]
    return [_field(name, query.get(name), options) for name, options in offered.items()]


def _field(name: str, value: str, options: list[tuple[str, str]] | None, kind: str = "search") -> dict[str, Any]:
    return {
        "name": name,
        "label": words.FILTER_NAMES[name],
        "value": value,
        "options": options,
        "type": kind,
        "wide": name == "q",
        "placeholder": "Không cần gõ dấu" if name == "q" else "",
    }


def date_fields(listing: Listing, is_matrix: bool) -> list[dict[str, Any]]:
    """By which day, as known on which day, and what a row of the matrix is."""
    query = listing.query
    fields = [_field("ngay", listing.as_of.isoformat(), None, "date"), _field("biet", query.get("biet"), None, "date")]
    rows = [("", "Đơn vị chủ trì"), (BY_AREA, "Lĩnh vực")]
    fields.append(_field("theo", query.get("theo"), [("", words.UNITS_THEN), (UNITS_NOW, words.UNITS_NOW)]))
    return [*fields, _field("dong", query.get("dong"), rows)] if is_matrix else fields


def unit_options(choices: Choices) -> list[tuple[str, str]]:
    return [(str(unit.id), words.unit_name(unit.name, unit.valid_to)) for unit in choices.units]


def chips(query: BoardQuery, choices: Choices, endpoint: str) -> list[tuple[str, str]]:
    """The filters in use, each with the address without it."""
    said = {name: chip_words(name, value, choices) for name, value in query.params.items()}
    return [(text, query.address(endpoint, **{name.replace("-", "_"): ""})) for name, text in said.items() if text]


def chip_words(name: str, value: str, choices: Choices) -> str:
    """What a chip says; '' for parameters that are not filters of the list."""
    plans = {str(plan.id): plan.number for plan in choices.plans}
    units = dict(unit_options(choices))
    areas = {str(area.id): words.area(area) for area in choices.areas}
    match name:
        case "q":
            return f"“{value}”"
        case "kh":
            return words.ALL_PLANS if value == ALL else f"Kế hoạch {plans[value]}"
        case "dv":
            return words.UNKNOWN_LEAD if value == UNKNOWN else units[value]
        case "lv":
            return areas[value]
        case "han":
            return words.STANDING_FILTERS[value]
        case "cot":
            return words.COLUMN_NAMES[value]
        case "theo":
            return words.UNITS_NOW
        case "dinh-ky":
            return words.PERIODIC_CHIPS[value]
        case "tu":
            return f"Hạn từ {format_date(parse_day(value))}"
        case "den":
            return f"Hạn đến {format_date(parse_day(value))}"
        case "moc":
            return words.NO_DUE_DATE
        case _:
            return ""


def file_stem(listing: Listing, name: str) -> str:
    """A file name without accents or blanks: what, as at when."""
    return f"{name}-{listing.as_of.isoformat()}"
