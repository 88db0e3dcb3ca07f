"""Whoever waits for a long document hears how far its reading has come, and hears nothing else."""

import io
import sys

import openpyxl
import pytest

from cchc_tasks.domain.reading_progress import ReadingProgress, Step
from cchc_tasks.readers import processes, read_document
from cchc_tasks.readers.progress import heard


def long_workbook(rows):
    book = openpyxl.Workbook()
    for number in range(rows):
        book.active.append([number, f"Nhiệm vụ {number}", "Báo cáo"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("dai.xlsx", long_workbook(450)),
        ("dai.csv", "\n".join(f"{number};Nhiệm vụ {number};Báo cáo" for number in range(450)).encode()),
    ],
)
def test_rows_are_told_while_they_are_read(name, data):
    told = []

    document = read_document(data, name, hear=told.append)

    assert len(document.tables[0].rows) == 450
    assert [each.step for each in told] == [Step.ROWS] * len(told)
    assert [each.done for each in told][-1] == 400


def test_a_reading_that_nobody_hears_is_the_same():
    data = long_workbook(250)

    assert read_document(data, "a.xlsx", hear=lambda _told: None) == read_document(data, "a.xlsx")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"pages 3 40\n", ReadingProgress(Step.PAGES, 3, 40)),
        (b"rows 100 0\n", ReadingProgress(Step.ROWS, 100)),
        (b"sorting 1 1\n", None),
        (b"pages 3\n", None),
        (b"pages 3 99999999999\n", None),
        (b"<script>alert(1)</script>\n", None),
        (b"\xff\xfe\n", None),
        (b"", None),
    ],
)
def test_only_known_words_and_small_numbers_are_taken(line, told):
    assert heard(line) == told


def test_a_process_that_hangs_while_it_speaks_is_ended_with_its_group():
    command = "import sys, time\nsys.stderr.write('rows 100 0\\n'); sys.stderr.flush(); time.sleep(600)"
    told = []

    done = processes.run(
        [sys.executable, "-c", command],
        seconds=2,
        environment=processes.kept_environment(),
        hear=told.append,
    )

    assert done.code is None
    assert told == [b"rows 100 0\n"]


def test_a_process_that_floods_its_error_stream_is_heard_in_short_lines():
    command = "import sys\nsys.stderr.write('x' * 100000); print('ok')"
    told = []

    done = processes.run(
        [sys.executable, "-c", command], seconds=20, environment=processes.kept_environment(), hear=told.append
    )

    assert (done.code, done.output) == (0, b"ok\n")
    assert max(map(len, told)) <= 80
