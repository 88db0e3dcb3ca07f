// Reads a calendar over HTTP with ical.js and prints it as JSON: by UID, the day a program here would show it on.
"use strict";

const ICAL = require(process.argv[2]);

const two = (number) => String(number).padStart(2, "0");
const dayOf = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

function entryOf(component) {
  const name = component.name;
  const first = component.getFirstPropertyValue(name === "vtodo" ? "due" : "dtstart");
  return {
    kind: name,
    day: dayOf(first.toJSDate()),
    isWholeDay: first.isDate,
    days: name === "vtodo" ? null : component.getFirstPropertyValue("dtend").subtractDate(first).toSeconds() / 86400,
    title: component.getFirstPropertyValue("summary"),
    status: component.getFirstPropertyValue("status"),
    alarms: component.getAllSubcomponents("valarm").length,
  };
}

async function main() {
  const answer = await fetch(process.argv[3]);
  const calendar = new ICAL.Component(ICAL.parse(await answer.text()));
  const found = {};
  for (const component of calendar.getAllSubcomponents()) {
    found[component.getFirstPropertyValue("uid")] = entryOf(component);
  }
  const again = await fetch(process.argv[3], { headers: { "If-None-Match": answer.headers.get("etag") } });
  console.log(JSON.stringify({ entries: found, again: again.status }));
}

main();
