"""Words of the commands about reports."""

from datetime import date

from cchc_tasks.wording.core import format_date
from cchc_tasks.wording.report_members import period_in_words


def no_period(key: str, known: list[str]) -> str:
    return f"Không có kỳ báo cáo “{key}”. Dùng một trong: {', '.join(known)}."


def no_report(form_code: str, key: str, year: int) -> str:
    return (
        f"Chưa có báo cáo {period_in_words(key, year)} theo biểu mẫu {form_code}. Chạy “cchc-tasks report build” trước."
    )


def head(title: str, cut_off: date, state: str) -> str:
    return f"{title} (số liệu đến hết ngày {format_date(cut_off)}; {state})"


DRAFT = "bản đang lập"
SUBMITTED = "đã trình"
NO_DRIFT = "Số liệu đã trình vẫn đúng như hiện nay."
NO_FINDINGS = "Kiểm tra số liệu: không còn gì phải xử lý."


def entries_missing(count: int) -> str:
    return f"Còn {count} dòng chưa có số liệu."


def submitted(sha256: str) -> str:
    return f"Đã trình. Mã băm: {sha256}"


def drifted(number: str, then: str, now: str) -> str:
    return f"{number}: đã trình {then or 'để trống'}, nay {now or 'để trống'}"


def moved(text: str, *, is_in: bool) -> str:
    return f"  {'thêm' if is_in else 'bớt'} {text}"


def cause(sentence: str) -> str:
    return f"    {sentence}"


def unknown_ending(name: str, known: list[str]) -> str:
    return f"Không xuất được tệp “{name}”. Đặt tên tệp có đuôi {', '.join(known)}."
