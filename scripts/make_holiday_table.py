"""Writes the table of public holidays from the installed library; run after the library was brought up to date."""

import json

from cchc_tasks.storage.holiday_table import FIRST_YEAR, LAST_YEAR, TABLE, read_library


def table_text() -> str:
    """The table as it stands in the repository."""
    found = read_library(range(FIRST_YEAR, LAST_YEAR + 1))
    table = {
        "names": {day.isoformat(): name for day, name in sorted(found.names.items())},
        "worked_weekends": [day.isoformat() for day in sorted(found.worked_weekends)],
    }
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table_text(), encoding="utf-8")
