"""The frame, the macros and the error pages, rendered with long titles, empty values and refused forms."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
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
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

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
ERROR_CODES = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)


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


class Page(HTMLParser):
    """What a reader's tools see of a page: ids, labels, controls, styles and scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.label_for: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.described: list[str] = []
        self.inline: list[str] = []
        self.inside_label = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(values["id"] or "")
        for name in ("aria-describedby", "aria-labelledby"):
            self.described += (values.get(name) or "").split()
        self.inline += [f"{tag} {name}" for name in values if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not values.get("src")):
            self.inline.append(tag)
        if tag == "label":
            self.label_for.add(values.get("for") or "")
            self.inside_label += 1
        if tag in ("input", "select", "textarea") and values.get("type") not in ("hidden", "submit"):
            self.controls.append({**values, "wrapped": "yes" if self.inside_label else None})

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.inside_label -= 1

    def unlabelled(self) -> list[str | None]:
        return [
            c.get("name")
            for c in self.controls
            if not (c["wrapped"] or c.get("id") in self.label_for or c.get("aria-labelledby"))
        ]


def render(template: str, person: bool = True, **values: object) -> str:
    app = make_app()
    with app.test_request_context("/"):
        return render_template(template, **{**frame_values(person), **values})


def render_macro(module: str, call: str, **values: object) -> str:
    app = make_app()
    with app.test_request_context("/"):
        source = f'{{% import "components/{module}.html" as ui %}}{{{{ ui.{call} }}}}'
        return app.jinja_env.from_string(source).render(**values)


@pytest.fixture(scope="module")
def gallery() -> str:
    return render("component_gallery.html", **gallery_values())


def test_gallery_has_unique_ids_and_every_reference_leads_somewhere(gallery: str) -> None:
    page = Page(gallery)

    assert [i for i, n in Counter(page.ids).items() if n > 1] == []
    assert set(page.described) <= set(page.ids)


def test_every_control_of_the_gallery_has_a_label(gallery: str) -> None:
    assert Page(gallery).unlabelled() == []


def test_pages_hold_no_inline_style_or_script(gallery: str) -> None:
    assert Page(gallery).inline == []
    assert "<style" not in gallery


def test_every_icon_used_stands_in_the_sprite(gallery: str) -> None:
    sprite = (ROOT / "static" / "icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    files = [p.read_text() for p in (ROOT / "templates").rglob("*.html")]
    named = set(re.findall(r"icon\('([a-z-]+)'\)", "".join(files)))

    assert set(re.findall(r"icons\.svg#([a-z-]+)", gallery)) <= known
    assert {f"i-{name}" for name in named} <= known


@pytest.mark.parametrize("kind", [kind for kind, _ in STATUSES])
def test_each_status_has_a_glyph_of_its_own(kind: str) -> None:
    css = (ROOT / "static" / "css" / "app.css").read_text()

    assert re.search(rf"\.status-{kind}\b[^{{]*{{ --glyph", css)


@pytest.mark.parametrize("kind", [kind for kind, _ in STANDINGS])
def test_each_standing_has_a_glyph_and_a_colour(kind: str) -> None:
    css = (ROOT / "static" / "css" / "app.css").read_text()

    assert re.search(rf"\.tag-{kind}\b[^{{]*{{ --glyph", css)
    assert re.search(rf"\.tag-{kind}\b[^{{]*{{ (background|border-color)", css)


def test_title_of_a_page_is_its_heading(gallery: str) -> None:
    assert "<title>Thành phần giao diện – Theo dõi cải cách hành chính</title>" in gallery


def test_current_place_is_marked_in_side_and_bottom_navigation(gallery: str) -> None:
    marked = re.findall(r'<a href="([^"]+)" aria-current="page">', gallery)

    assert marked.count("/viec-cua-toi") == 2


def test_signed_out_page_offers_no_navigation_and_no_sign_out() -> None:
    html = render("errors/404.html", person=False)

    assert "Đăng xuất" not in html
    assert 'class="side"' not in html
    assert 'class="tabbar"' not in html


def test_sign_out_is_a_form_with_a_token(gallery: str) -> None:
    forms = re.findall(r'<form[^>]*action="/dang-xuat">(.*?)</form>', gallery, re.S)

    assert len(forms) == 2
    assert all('name="csrf_token"' in form for form in forms)


@pytest.mark.parametrize("code", ERROR_CODES)
def test_error_page_says_what_to_do_even_without_any_context(code: int) -> None:
    app = make_app()
    with app.test_request_context("/"):
        html = render_template(f"errors/{code}.html")

    assert html.count("<h1>") == 1
    assert 'href="/"' in html
    assert "Vui lòng" not in html and "!" not in re.sub(r"<!doctype[^>]*>", "", html)


def test_error_page_shows_reference_and_explanation_escaped() -> None:
    html = render("errors/500.html", reference="K7-2Q", explanation="<b>x</b>")

    assert "K7-2Q" in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html


def test_refused_field_carries_its_message_its_value_and_its_state() -> None:
    bad = gallery_values()["bad"]

    html = render_macro("forms", "field(f, hint='Ghi đủ số và ký hiệu.')", f=bad.number)  # type: ignore[attr-defined]

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="number-loi number-goi-y"' in html
    assert "Nhập số, ký hiệu văn bản, ví dụ 42/BC-STTTT" in html
    assert "(bắt buộc)" in html


def test_refused_date_keeps_the_impossible_day_that_was_typed(gallery: str) -> None:
    control = re.search(r'<input[^>]*value="2021-02-30"[^>]*>', gallery)
    assert control and 'type="text"' in control[0]
    assert "Giữ &lt;nguyên&gt;</textarea>" in gallery


def test_error_summary_links_to_each_field_and_takes_the_focus() -> None:
    html = render_macro("forms", "error_summary(form)", form=gallery_values()["bad"])

    assert 'role="alert"' in html and 'tabindex="-1"' in html
    assert re.findall(r'href="#([^"]+)"', html) == ["to-0", "number", "done_on"]
    assert "cần sửa 3 chỗ" in html


def test_error_summary_of_a_fine_form_prints_nothing() -> None:
    assert render_macro("forms", "error_summary(form)", form=gallery_values()["form"]).strip() == ""


def test_form_keys_print_token_once_key_and_version_without_ids() -> None:
    html = render_macro("forms", "form_keys(form)", form=gallery_values()["form"])

    assert re.findall(r'name="(\w+)"', html) == ["csrf_token", "once", "version"]
    assert "id=" not in html


def test_form_keys_without_a_form_still_print_the_token() -> None:
    assert render_macro("forms", "form_keys()") == '<input type="hidden" name="csrf_token" value="thẻ">'


def own_text_size(html: str) -> int:
    return len(re.sub(r"<[^>]*>", "", html).encode())


@pytest.mark.parametrize("macro", ["cards(items, 'chuyen')", "data_rows(items)", "work_rows(items)"])
def test_lean_row_stays_under_600_bytes_beyond_its_own_text(macro: str) -> None:
    rows = [Row(id=100_000 + n, href=f"/nhiem-vu/{100_000 + n}") for n in range(100)]

    html = render_macro("lists", macro, items=rows)

    assert (len(html.encode()) - own_text_size(html)) / 100 < 600
    assert "<svg" not in html and "<form" not in html


@pytest.mark.parametrize("macro", ["cards(items, 'chuyen')", "data_rows(items)", "work_rows(items)"])
def test_titles_from_a_plan_are_escaped_in_lean_rows(macro: str) -> None:
    html = render_macro("lists", macro, items=[Row(id=1, title="<script>x</script> & “Quý”")])

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_undated_work_prints_its_phrase_and_no_date() -> None:
    html = render_macro("marks", "due('undated', 'Theo quy định')")

    assert "Theo quy định" in html
    assert "<time" not in html


def test_deadline_prints_words_first_and_the_date_for_machines() -> None:
    html = render_macro("marks", "due('overdue', 'quá hạn 5 ngày', day)", day=date(2021, 3, 5))

    assert html == (
        '<span class="due due-overdue"><b>quá hạn 5 ngày</b><time datetime="2021-03-05">05/03/2021</time></span>'
    )


def test_words_of_marks_are_escaped() -> None:
    assert "<i>" not in render_macro("marks", "unit('<i>x</i>', 'lead')")


def test_zero_in_the_matrix_is_no_link() -> None:
    values = gallery_values()

    html = render_macro(
        "lists",
        "matrix('Bảng', 'Đơn vị', sets, columns, rows)",
        sets=values["matrix_sets"],
        columns=values["matrix_columns"],
        rows=values["matrix_rows"],
    )

    assert html.count('class="zero"') == 2
    assert html.count("<a href") == 12


def test_parts_of_a_stacked_bar_fill_its_width() -> None:
    html = render_macro("charts", "stacked_bar([('done', 1), ('late', 0), ('ok', 3)], 4)")

    boxes = [(float(x), float(w)) for x, w in re.findall(r'x="([\d.]+)" y="0" width="([\d.]+)"', html)]
    assert boxes == [(0.0, 49.4), (50.0, 149.4)]


def test_empty_lists_print_no_heading_without_items() -> None:
    assert render_macro("lists", "chips([])").strip() == ""
    assert "<li" not in render_macro("lists", "cards([])")
