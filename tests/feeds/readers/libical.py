"""Reads a calendar over HTTP with libical, run by the system's Python, and prints it as JSON like ical_js.cjs."""

import json
import sys
import time
from urllib.request import urlopen

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402


def day_of(when):
    """The day that a program in this machine's zone shows: the instant of its midnight, written in local time."""
    if not when.is_date():
        return time.strftime("%Y-%m-%d", time.localtime(when.as_timet()))
    return f"{when.get_year():04}-{when.get_month():02}-{when.get_day():02}"


def entry_of(component):
    is_todo = component.isa() == ICalGLib.ComponentKind.VTODO_COMPONENT
    first = component.get_due() if is_todo else component.get_dtstart()
    last = None if is_todo else component.get_dtend()
    return {
        "kind": "vtodo" if is_todo else "vevent",
        "day": day_of(first),
        "isWholeDay": first.is_date(),
        "days": None if is_todo else (last.as_timet() - first.as_timet()) / 86400,
        "title": component.get_summary(),
        "status": component.get_status().value_name.removeprefix("I_CAL_STATUS_"),
        "alarms": component.count_components(ICalGLib.ComponentKind.VALARM_COMPONENT),
    }


def main():
    with urlopen(sys.argv[1]) as answer:
        calendar = ICalGLib.Component.new_from_string(answer.read().decode("utf-8"))
    assert calendar.count_errors() == 0
    kind = ICalGLib.ComponentKind.ANY_COMPONENT
    found = {}
    component = calendar.get_first_component(kind)
    while component is not None:
        found[component.get_uid()] = entry_of(component)
        component = calendar.get_next_component(kind)
    print(json.dumps({"entries": found}))


main()
