"""The component gallery: the frame and every macro, filled with long titles, empty values and refused forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, render_template
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from cchc_tasks.web.filters import unbroken

ROOT = Path(__file__).resolve().parents[2]
LONG = ("Cổng Dịch vụ công của tỉnh đáp ứng đầy đủ chức năng, tính năng kỹ thuật theo yêu cầu; " * 4)[:300]
STATUSES = [
    ("not_started", "Chưa thực hiện"),
    ("in_progress", "Đang thực hiện"),
    ("reported", "Chờ xác nhận"),
    ("done", "Hoàn thành"),
    ("returned", "Trả lại"),
    ("withdrawn", "Rút khỏi kế hoạch"),
    ("lapsed", "Hết hiệu lực"),
    ("carried_over", "Chuyển sang năm sau"),
]
STANDINGS = [
    ("overdue", "Quá hạn"),
    ("due_soon", "Sắp đến hạn"),
    ("open", "Trong hạn"),
    ("undated", "Không định ngày"),
    ("awaiting_confirmation", "Chờ xác nhận"),
    ("done_on_time", "Hoàn thành đúng hạn"),
    ("done_late", "Hoàn thành quá hạn"),
]


class UpdateForm(Form):
    csrf_token = HiddenField(default="thẻ")
    once = HiddenField(default="một-lần")
    version = HiddenField(default="3")
    to = RadioField(
        "Tình trạng",
        choices=[SelectChoice("in_progress", "Đang thực hiện"), SelectChoice("reported", "Báo cáo hoàn thành")],
        validators=[InputRequired("Chọn tình trạng")],
    )
    number = StringField(
        "Số, ký hiệu văn bản", [InputRequired("Nhập số, ký hiệu văn bản, ví dụ 42/BC-STTTT"), Length(max=50)]
    )
    issued_on = DateField("Ngày ban hành")
    done_on = DateField("Ngày hoàn thành", [InputRequired("Nhập ngày hoàn thành")])
    subject = StringField("Trích yếu")
    file = FileField("Tệp kèm theo")
    unit = SelectField("Đơn vị chủ trì", choices=[SelectChoice("1", "Thanh tra Sở"), SelectChoice("2", "Văn phòng Sở")])
    reason = TextAreaField("Lý do")
    tell = BooleanField("Báo cho đơn vị phối hợp")


class SignInForm(Form):
    email = StringField("Thư điện tử công vụ", [InputRequired("Nhập thư điện tử công vụ")])
    password = PasswordField("Mật khẩu", [InputRequired("Nhập mật khẩu")])
    next = HiddenField()


@dataclass(frozen=True)
class Row:
    """What the lean list macros read of an item: plain strings, made by the page's view."""

    id: int
    code: str = "4.6"
    href: str = "/nhiem-vu/12"
    title: str = LONG
    period: str = "Tháng 3/2021"
    note: str = "chủ trì"
    foot: str = "sản phẩm 1/2"
    is_late: bool = False
    action_href: str = "/viec-cua-toi?mo=345"
    action: str = "Cập nhật"
    unit: str = Markup('<span class="unit unit-lead">Hội đồng TĐKT</span>')
    status: str = Markup('<span class="status status-in_progress">Đang thực hiện</span>')
    due: str = Markup(
        '<span class="due due-due_soon"><b>còn 21 ngày</b><time datetime="2021-03-31">31/3/2021</time></span>'
    )


def make_app() -> Flask:
    app = Flask("gallery", root_path=str(ROOT), static_folder="static", template_folder="templates")
    app.secret_key = "only for the gallery"
    app.jinja_options = {"undefined": StrictUndefined}
    app.jinja_env.loader = ChoiceLoader(
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(ROOT / "tests" / "web")]
    )
    app.jinja_env.globals.update(static_url=lambda path: f"/static/{path}", csrf_token=lambda: "thẻ")
    app.jinja_env.filters["unbroken"] = unbroken
    app.jinja_env.filters["vn_date"] = lambda day: day.strftime("%d/%m/%Y") if day else ""
    return app


def frame_values(person: bool = True) -> dict[str, object]:
    item = {"badge": "", "badge_kind": "", "badge_words": "", "group": 1, "is_current": False, "on_phone": True}
    navigation = [
        {**item, "key": "overview", "label": "Tổng quan", "href": "/tong-quan", "icon": "over"},
        item
        | {"key": "mine", "label": "Việc của tôi", "href": "/viec-cua-toi", "icon": "inbox"}
        | {"badge": 3, "badge_kind": "late", "badge_words": "việc quá hạn", "is_current": True},
        {**item, "key": "board", "label": "Bảng tiến độ", "href": "/bang", "icon": "board"},
        {**item, "key": "confirm", "label": "Xác nhận", "href": "/xac-nhan", "icon": "confirm", "badge": 5},
        {**item, "key": "plans", "label": "Kế hoạch", "href": "/ke-hoach", "icon": "plan", "group": 2},
    ]
    links = {"home": "/", "search": "/tim", "sign_out": "/dang-xuat", "clock": "/ngay", "account": "/tai-khoan"}
    return {
        "current_person": SimpleNamespace(name="Trần Thị Hạnh", role_label="Văn phòng Sở", unit_label="")
        if person
        else None,
        "agency": SimpleNamespace(name="SỞ THÔNG TIN VÀ TRUYỀN THÔNG", parent_name="UBND TỈNH GIA LAI"),
        "navigation": navigation,
        "page_links": links,
        "today_text": "Gia Lai, ngày 10 tháng 3 năm 2021",
        "demo_clock": SimpleNamespace(text="thứ Tư, 10/3/2021", can_change=True),
        "banners": [{"kind": "soon", "text": "Thư chưa gửi được từ 07:30.", "href": "/n", "link": "Xem"}],
    }


def gallery_values() -> dict[str, object]:
    bad = UpdateForm(MultiDict({"subject": "Đã nhập", "done_on": "2021-02-30", "reason": "Giữ <nguyên>", "unit": "2"}))
    bad.validate()
    good = UpdateForm(data={"number": "42/BC-STTTT", "to": "reported", "done_on": date(2021, 3, 10)})
    cells = [{"value": n, "href": f"/o?{n}"} for n in (3, 3, 33, 0, 3, 2, 44)]
    columns = [
        ("Quá hạn", "t-late", "late", False),
        ("Sắp đến hạn", "t-soon", "soon", False),
        ("Trong hạn", "t-ok", "", False),
        ("Không ngày", "t-none", "", False),
        ("Đúng hạn", "t-done", "", True),
        ("Quá hạn", "t-donelate", "", False),
        ("Tổng", "", "", True),
    ]
    parts = [("done_on_time", 3), ("done_late", 2), ("overdue", 3), ("due_soon", 3), ("open", 33), ("undated", 6)]
    bar = Markup('<svg viewBox="0 0 200 14" aria-hidden="true"></svg>')
    return {
        "statuses": STATUSES,
        "standings": STANDINGS,
        "day": date(2021, 3, 31),
        "long": LONG,
        "form": good,
        "bad": bad,
        "items": [Row(id=n, is_late=n == 10) for n in range(10, 20)],
        "total": Markup("<strong>83</strong> sản phẩm"),
        "parts": parts,
        "matrix_sets": [
            {"words": "Chưa hoàn thành", "span": 4, "split": False},
            {"words": "Hoàn thành", "span": 2, "split": True},
            {"words": "", "span": 1, "split": True},
        ],
        "matrix_columns": [
            {"words": w, "short": "", "spoken": "", "icon": i, "kind": k, "split": s} for w, i, k, s in columns
        ],
        "matrix_rows": [{"name": name, "href": "", "cells": cells, "bar": bar} for name in ("Văn phòng Sở", "Ban ISO")],
        "matrix_total": {"name": "Cả cơ quan", "cells": cells, "bar": bar},
        "curve_series": [
            {"kind": "plan", "points": [(0, 0), (0.5, 40), (1, 76)], "step": False},
            {"kind": "due", "points": [(0, 0), (0.1, 9), (0.25, 13), (1, 76)], "step": True},
            {"kind": "done", "points": [(0, 0), (0.05, 4), (0.19, 9)], "step": True},
        ],
        "months": [(m / 12 + 0.04, "1/2021" if m == 0 else str(m + 1)) for m in range(12)],
        "entries": [
            {"recorded_on": "20/01/2021", "recorded_time": "08:05", "sentence": "Văn phòng Sở xác nhận sản phẩm 1."}
            | {"quote": "", "known": "Diễn ra cùng ngày · Trần Thị Hạnh", "kind": "done", "id": ""},
            {"recorded_on": "18/01/2021", "recorded_time": "14:30", "sentence": "Văn phòng Sở trả lại sản phẩm 1."}
            | {"quote": "Bản quét thiếu Phụ lục.", "known": "Diễn ra cùng ngày", "kind": "bad", "id": ""},
        ],
        "printed": Markup("<mark>Thường xuyên trong năm trước 15/8/2021</mark>"),
    }


def render(template: str, person: bool = True, **values: object) -> str:
    app = make_app()
    with app.test_request_context("/"):
        return render_template(template, **{**frame_values(person), **values})


def render_macro(module: str, call: str, **values: object) -> str:
    app = make_app()
    with app.test_request_context("/"):
        source = f'{{% import "components/{module}.html" as ui %}}{{{{ ui.{call} }}}}'
        return app.jinja_env.from_string(source).render(**values)
