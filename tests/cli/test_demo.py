"""`demo`: one command from an empty folder to a loaded year, and nothing on the second try."""

import json


def test_the_demo_is_loaded_once_and_can_be_counted(run):
    first, second = run("demo"), run("demo")
    count = run("count", "163/KH-STTTT", "--cut-off", "2021-03-10", "--known-at", "2021-03-10", "--json")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.startswith("Đã nạp bản minh họa: kế hoạch 163/KH-STTTT, sổ theo dõi đến ngày 10/3/2021.\n")
    assert second.stdout.startswith("Bản minh họa đã có sẵn, giữ nguyên.\n")
    assert "  hanh.tt@stttt.demo   Trần Thị Hạnh, Chuyên viên Văn phòng, đầu mối CCHC\n" in first.stdout
    value = json.loads(count.stdout)
    assert {name: value[name] for name in ("total", "done", "on_time", "late", "overdue", "reported", "due")} == {
        "total": 83,
        "done": 9,
        "on_time": 7,
        "late": 2,
        "overdue": 5,
        "reported": 5,
        "due": 12,
    }
    assert run("ledger", "verify").exit_code == 0
