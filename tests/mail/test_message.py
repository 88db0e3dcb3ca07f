"""A letter on the wire: headers, parts, and hostile words; whole mails against files beside this test."""

import email
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.mailing import Correspondent, Digest, DigestItem, Letter, MailContent, Words
from cchc_tasks.domain.reminder_rules import Rule
from cchc_tasks.domain.workflow import Status
from cchc_tasks.mail.message import build_message
from cchc_tasks.mail.rendering import Renderer
from cchc_tasks.paths import TEMPLATES

HERE = Path(__file__).parent
AN = Correspondent("Nguyễn Văn An", "an@so.test", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "STTTT")
LETTER = Letter(
    message_id="digest.0123abcd",
    dated_at=datetime(2021, 3, 10, 0, 0, tzinfo=UTC),
    correspondent=AN,
    words=Words("Nhắc việc 10/3/2021: 2 việc quá hạn", "Kính gửi Nguyễn Văn An,\n", "<p>Kính gửi Nguyễn Văn An,</p>\n"),
)
RENDER = Renderer(TEMPLATES, "https://cchc.so.test/")


def item(rule, **values):
    known = {
        "rule": rule,
        "step": "+8",
        "obligation_id": 1,
        "task_id": 4,
        "numbers": ("1.1",),
        "task_text": "Rà soát văn bản quy phạm pháp luật",
        "product_text": "Báo cáo kết quả rà soát",
        "period_label": "",
        "unit_names": ("Phòng Công nghệ thông tin",),
        "status": Status.IN_PROGRESS,
        "due_on": date(2021, 3, 1),
        "deadline_text": "Trong năm",
        "scheduled_on": date(2021, 3, 9),
    }
    return DigestItem(**(known | values))


DIGEST = Digest(
    day=date(2021, 3, 10),
    items=(
        item(Rule.OVERDUE, is_late=True),
        item(Rule.ESCALATED, step="office", numbers=("1.2",), task_id=7, due_on=date(2021, 2, 8)),
        item(
            Rule.ON_DUE,
            numbers=("4.6",),
            product_text="Họp cuối tháng",
            period_label="Tháng 3/2021",
            due_on=date(2021, 3, 10),
            task_id=5,
        ),
        item(Rule.CUT_OFF, step="2021-03-14/-1", cut_off=date(2021, 3, 14)),
        item(Rule.CUT_OFF, step="2021-12-14/-10", cut_off=date(2021, 12, 14), due_on=date(2021, 12, 31)),
        item(
            Rule.RETURNED,
            reason="Thiếu phụ lục số liệu dịch vụ công trực tuyến.",
            actor_name="Trần Thị Hạnh",
            due_on=date(2021, 3, 31),
        ),
        item(Rule.BEFORE_DUE, due_on=date(2021, 3, 17), numbers=("6.3", "6.4"), task_id=6),
        item(Rule.PROGRESS_NOTE, step="2021-03-14", cut_off=date(2021, 3, 14), due_on=date(2021, 12, 31)),
        item(Rule.PROGRESS_NOTE, step="2021-12-14", cut_off=date(2021, 12, 14), due_on=date(2021, 12, 31)),
        item(Rule.AWAITING_CONFIRMATION, actor_name="Lê Thị Mai", due_on=date(2021, 3, 31), unit_names=()),
        item(
            Rule.REPORT_ENTRY,
            step="11/-2",
            numbers=(),
            task_text="",
            product_text="Báo cáo kết quả thực hiện công tác cải cách hành chính Quý I năm 2021",
            due_on=date(2021, 3, 12),
            report_id=3,
            missing=5,
        ),
        item(Rule.CONFIRM_BY_CUT_OFF, actor_name="Lê Thị Mai", cut_off=date(2021, 3, 14), due_on=date(2021, 3, 31)),
        item(Rule.EXTENSION_ASKED, actor_name="Nguyễn Văn An", new_due_on=date(2021, 4, 30)),
        item(Rule.HANDED_OVER, due_on=None, deadline_text="Theo quy định"),
        item(Rule.EXTENSION_ANSWERED, actor_name="Trần Thị Hạnh", new_due_on=date(2021, 4, 30)),
        item(Rule.EXTENSION_ANSWERED, actor_name="Trần Thị Hạnh"),
        item(Rule.CONFIRMED, actor_name="Trần Thị Hạnh"),
    ),
    dropped={},
)


def parsed(letter: Letter) -> EmailMessage:
    message = email.message_from_bytes(build_message(letter, "cchc@so.test").as_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_vietnamese_headers_and_both_parts_come_back_whole():
    message = parsed(LETTER)

    assert message["Subject"] == "Nhắc việc 10/3/2021: 2 việc quá hạn"
    assert message["To"].addresses[0].display_name == "Nguyễn Văn An"
    assert message["From"].addresses[0].display_name == "SỞ THÔNG TIN VÀ TRUYỀN THÔNG"
    assert message["Message-ID"] == "<digest.0123abcd@so.test>"
    assert message["Date"] == "Wed, 10 Mar 2021 07:00:00 +0700"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<stttt.nhac-viec.so.test>"
    text, html = message.iter_parts()
    # Mail ends its lines with CR LF.
    assert text.get_content().replace("\r\n", "\n") == LETTER.words.text
    assert html.get_content().replace("\r\n", "\n") == LETTER.words.html
    assert {part["Content-Transfer-Encoding"] for part in (text, html)} == {"base64"}


def test_the_bytes_are_ascii_in_short_lines_and_the_same_on_every_try():
    data = build_message(LETTER, "cchc@so.test").as_bytes()

    assert data == build_message(LETTER, "cchc@so.test").as_bytes()
    assert data.isascii()
    assert max(len(line) for line in data.splitlines()) <= 78


HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Id",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
}
HOSTILE = [
    "Báo cáo\r\nBcc: all@so.test",
    "Báo cáo\nBcc: all@so.test",
    "Báo cáo\r\n\r\n<script>alert(1)</script>",
    "a\x00b\x1fc",
    "Báo cáo\u2028Bcc: all@so.test",
    "Báo cáo\x85Bcc: all@so.test",
    "=?utf-8?q?Bcc:_all=40so.test?=\r\n Bcc: x@so.test",
    '"An" <evil@so.test>, x',
    "Nguyễn, An; <a@b>",
    "x" * 998 + "\r\nBcc: all@so.test",
    "ế" * 400 + "\nBcc: all@so.test",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_x4_no_title_or_name_becomes_a_header(text):
    letter = replace(
        LETTER,
        correspondent=replace(AN, name=text, agency_name=text, agency_code=text),
        words=replace(LETTER.words, subject=text),
    )

    message = parsed(letter)

    assert message["Bcc"] is None
    assert len(message.get_all("Subject")) == 1
    assert [each.addr_spec for each in message["To"].addresses] == ["an@so.test"]


nasty = st.text(alphabet=st.sampled_from('ab ếĐ"\\\\<>@,;:()[]\r\n\t\x00\u2028=?_-.'), max_size=220)


@given(nasty, nasty)
def test_x4_whatever_the_name_the_mail_goes_to_one_address(name, subject):
    letter = replace(LETTER, correspondent=replace(AN, name=name, agency_name=name), words=Words(subject, "", ""))

    message = parsed(letter)

    assert [each.addr_spec for each in message["To"].addresses] == ["an@so.test"]
    assert [each.addr_spec for each in message["From"].addresses] == ["cchc@so.test"]
    assert set(message.keys()) == HEADERS


@pytest.mark.parametrize("text", HOSTILE)
def test_x4_hostile_titles_stay_text_in_the_body(text):
    digest = replace(DIGEST, items=(item(Rule.OVERDUE, product_text=text),))

    words = RENDER(MailContent("digest", AN, {}, digest))

    assert "<script" not in words.html
    assert "\n" not in words.subject
    assert not [line for line in words.text.splitlines() if line.startswith("Bcc:")]


@pytest.mark.parametrize("part", ["text", "html"])
def test_a_digest_reads_as_in_its_file(part):
    words = RENDER(MailContent("digest", AN, {}, DIGEST))
    file = HERE / f"digest.{'txt' if part == 'text' else 'html'}"
    found = f"{words.subject}\n\n{words.text}" if part == "text" else words.html

    assert found == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("items", [DIGEST.items[:2], ()])
def test_a_trial_says_what_it_is_and_reads_as_in_its_file(items):
    words = RENDER(MailContent("trial", AN, {}, replace(DIGEST, items=items)))
    file = HERE / f"trial_{'some' if items else 'none'}.txt"

    assert f"{words.subject}\n\n{words.text}" == file.read_text(encoding="utf-8")
    assert "Thư gửi thử." in words.html


@pytest.mark.parametrize("kind", ["invitation", "password_reset"])
def test_a_mail_with_a_link_reads_as_in_its_file_and_its_link_is_resolved(kind):
    payload = {"link": "token:x:1", "valid_until": "2021-03-17T00:30:00+00:00"}
    render = Renderer(TEMPLATES, "https://cchc.so.test", {"token:x:1": "https://cchc.so.test/kich-hoat/abc"}.get)

    words = render(MailContent(kind, AN, payload))

    assert f"{words.subject}\n\n{words.text}" == (HERE / f"{kind}.txt").read_text(encoding="utf-8")
    assert 'href="https://cchc.so.test/kich-hoat/abc"' in words.html


def test_a_link_that_is_gone_is_named_as_such():
    words = Renderer(TEMPLATES, "https://cchc.so.test")(
        MailContent("invitation", AN, {"link": "", "valid_until": "2021-03-17T00:30:00+00:00"})
    )

    assert "(đường dẫn riêng, chỉ có trong thư)" in words.text
    assert "href" not in words.html.partition("<body")[2]
