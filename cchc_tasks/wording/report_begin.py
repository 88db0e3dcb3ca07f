"""Words of the page that begins a report: which forms are in force, what is still owed of last year."""

from collections.abc import Sequence
from datetime import date

from cchc_tasks.domain.periods import ReportingPeriod
from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.wording.core import format_date
from cchc_tasks.wording.report_members import period_in_words


def form_choice(form: Form, today: date) -> str:
    """A form in a list: one that is not in force says so."""
    if form.is_valid_on(today):
        return form.name
    if form.valid_from > today:
        return f"{form.name} (dùng từ {format_date(form.valid_from)})"
    return f"{form.name} (hết hiệu lực {format_date(form.valid_to)})"


def validity(form: Form) -> str:
    """ "từ 01/01/2021 đến hết 30/6/2025"."""
    until = f" đến hết {format_date(form.valid_to)}" if form.valid_to else ""
    return f"từ {format_date(form.valid_from)}{until}"


def not_in_force(form: Form, period: ReportingPeriod, others: Sequence[str]) -> str:
    """Why the form is not taken for the period, and the three ways on."""
    said = f"Biểu này dùng {validity(form)}, báo cáo {period_in_words(period.key, period.year)}"
    said += f" chốt ngày {format_date(period.cut_off)}. "
    if others:
        said += f"Chọn biểu đang hiệu lực: {'; '.join(others)}. "
    else:
        said += "Không có biểu nào đang hiệu lực: vào Biểu mẫu, chép biểu này, sửa theo mẫu mới và ngày hiệu lực. "
    return said + "Nếu cấp trên vẫn yêu cầu biểu này thì đánh dấu ô bên dưới rồi lập lại."


def meant(name: str) -> str:
    return f"Vẫn lập bằng “{name}” theo yêu cầu của cấp trên"


def owed(period: ReportingPeriod) -> str:
    """ "Báo cáo năm 2020 chưa trình, hạn gửi 20/12/2020"."""
    named = f"Báo cáo {period_in_words(period.key, period.year)}"
    return f"{named} chưa trình, hạn gửi {format_date(period.send_by)}."


def none_in_force(today: date) -> str:
    """What to do on a day for which no form was made."""
    said = f"Ngày {format_date(today)} không có biểu mẫu nào đang hiệu lực. Mở biểu gần với mẫu mới nhất"
    return f"{said}, bấm “Chép và sửa”, tải bảng Excel của biểu, sửa theo mẫu mới và ghi ngày hiệu lực."
