"""Each kind of mail, subject, text and HTML, compared whole with its files; and how it stands in a browser.

After a change that is meant: `python -m tests.mail.test_whole_mails` writes the files anew, to be read before commit.
"""

import os
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cchc_tasks.domain import links
from cchc_tasks.domain.mail_links import link_key, reference
from cchc_tasks.domain.mailing import Correspondent, Digest, MailContent, PlanProgress, UnitProgress, Words
from cchc_tasks.domain.reminder_rules import URGENT_RULES, Rule
from cchc_tasks.domain.standing import Standing, summarise
from cchc_tasks.domain.workflow import Status
from cchc_tasks.mail.rendering import Renderer
from cchc_tasks.paths import TEMPLATES
from tests.mail.test_message import AN, DIGEST, item

FOLDER = Path(__file__).parent / "whole"
RENDER = Renderer(
    TEMPLATES,
    "https://cchc.so.test",
    partial(links.resolve, base_url="https://cchc.so.test", secret_key="a key of tests"),
)
UNTIL = date(2021, 3, 17)


def with_links(digest: Digest) -> Digest:
    """As it leaves: each line that its reader may answer has a link."""
    items = tuple(
        replace(each, link=reference(link_key("digest.0123", 7, place, 1))) if each.takes_link else each
        for place, each in enumerate(digest.items)
    )
    return replace(digest, items=items, links_until=UNTIL)


EXPLAINED = Digest(
    date(2021, 3, 10),
    (
        item(
            Rule.EXPLANATION_ASKED,
            step="31",
            actor_name="Trần Thị Hạnh",
            told_on=date(2021, 3, 9),
            answer_by=date(2021, 3, 16),
            reason="Nêu rõ nguyên nhân, thời gian hoàn thành.",
        ),
        item(
            Rule.EXPLANATION_GIVEN,
            step="32",
            actor_name="Nguyễn Văn An",
            told_on=date(2021, 3, 9),
            reason="Chờ số liệu của các huyện.",
            status=Status.REPORTED,
        ),
    ),
    {},
)
URGENT = replace(DIGEST, items=tuple(each for each in DIGEST.items if each.rule in URGENT_RULES))
WEEKLY = replace(DIGEST, items=tuple(replace(each, is_late=False) for each in DIGEST.items))
ON_TIME, LATE, OVERDUE, SOON = Standing.DONE_ON_TIME, Standing.DONE_LATE, Standing.OVERDUE, Standing.DUE_SOON
WATCHED = replace(
    DIGEST,
    items=DIGEST.items[1:2],
    progress=(
        PlanProgress(
            1,
            "163/KH-STTTT",
            2021,
            summarise([ON_TIME] * 18 + [LATE] * 2 + [OVERDUE] * 5 + [SOON] * 58),
            (
                UnitProgress("Văn phòng Sở", None, summarise([ON_TIME] * 18 + [SOON] * 58)),
                UnitProgress("Phòng Bưu chính – Viễn thông", date(2021, 2, 28), summarise([LATE] * 2)),
                UnitProgress("", None, summarise([OVERDUE] * 5)),
            ),
            "sản phẩm",
        ),
    ),
)
REPORT_SUBMITTED = {
    "report_id": 3,
    "period_key": "q1",
    "year": 2021,
    "edition": 2,
    "submitted_by": "Phạm Minh Tuấn",
    "submitted_at": "2021-03-17T02:00:00+00:00",
    "cut_off": "2021-03-14",
    "figures": [
        ["1.1.1", "Số nhiệm vụ đề ra trong kế hoạch", "9"],
        ["1.1.2", "Số nhiệm vụ đã hoàn thành", "7"],
        ["1.1.3", "Số văn bản chỉ đạo CCHC đã ban hành", ""],
    ],
    "sha256": "0123456789abcdef" * 4,
}
ONE_TIME = {"link": "https://cchc.so.test/kich-hoat/abc", "valid_until": "2021-03-17T02:00:00+00:00"}
REPORT_REQUEST = {
    "period": "Quý I năm 2021",
    "due_on": "2021-03-12",
    "report_id": 3,
    "rows": ["1.2. Số cuộc kiểm tra cải cách hành chính", "3.1. Số hồ sơ giải quyết đúng hạn"],
}
MAILS: dict[str, MailContent] = {
    "digest": MailContent("digest", AN, {}, with_links(DIGEST)),
    "digest_weekly": MailContent("digest", AN, {}, with_links(WEEKLY)),
    "digest_urgent": MailContent("digest", AN, {}, with_links(URGENT)),
    "digest_explanations": MailContent("digest", AN, {}, with_links(EXPLAINED)),
    "digest_progress": MailContent("digest", AN, {}, WATCHED),
    "trial": MailContent("trial", AN, {}, DIGEST),
    "trial_empty": MailContent("trial", AN, {}, replace(DIGEST, items=())),
    "report_request": MailContent("report_request", AN, REPORT_REQUEST),
    "report_submitted": MailContent("report_submitted", AN, REPORT_SUBMITTED),
    "invitation": MailContent("invitation", AN, ONE_TIME),
    "password_reset": MailContent("password_reset", AN, ONE_TIME),
}


def files_of(name: str, words: Words) -> dict[Path, str]:
    return {
        FOLDER / f"{name}.txt": f"{words.subject}\n\n{words.text}",
        FOLDER / f"{name}.html": words.html,
    }


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_as_its_files_say(name):
    for file, text in files_of(name, RENDER(MAILS[name])).items():
        assert text == file.read_text(encoding="utf-8"), file.name


def test_every_template_of_a_mail_is_among_them():
    kinds = {each.name for each in (TEMPLATES / "mail").iterdir() if each.is_dir()}

    assert kinds == {content.kind for content in MAILS.values()}


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 800])
def test_a_mail_fits_its_window(new_page: Any, width: int) -> None:
    page = new_page(width=width)
    long_name = Correspondent("Nguyễn Thị Minh Khai Hoàng Phủ Ngọc Tường", "x@so.test", AN.agency_name, "STTTT")
    for name, content in MAILS.items():
        page.set_content(RENDER(replace(content, correspondent=long_name)).html)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if folder := os.environ.get("PICTURES_OF_TESTS"):
            page.screenshot(path=f"{folder}/mail-{name}-{width}.png", full_page=True)


def write_files() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, content in MAILS.items():
        for file, text in files_of(name, RENDER(content)).items():
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_files()
