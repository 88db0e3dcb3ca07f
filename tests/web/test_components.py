"""The frame, the macros and the error pages: what their HTML says to people, tools and the content policy."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from html.parser import HTMLParser

import pytest
from flask import render_template

from tests.web.gallery import ROOT, STANDINGS, STATUSES, Row, SignInForm, gallery_values, make_app, render, render_macro

ERROR_CODES = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)


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


def sign_in_page(**values: object) -> str:
    return render("account/sign_in.html", person=False, form=SignInForm(data={"next": "/ke-hoach"}), **values)


def test_sign_in_page_keeps_where_one_wanted_to_go_and_offers_no_demo() -> None:
    html = sign_in_page()

    assert '<input type="hidden" name="next" value="/ke-hoach">' in html
    assert "Bản minh họa" not in html
    assert Page(html).unlabelled() == []


def test_demo_sign_in_lists_its_people_each_one_button_away() -> None:
    people = [
        {"name": "Nguyễn Thị Lan", "role_label": "Trưởng phòng", "email": "lan@so.example"},
        {"name": "Lê Văn Bình", "role_label": "Chánh Thanh tra", "email": "binh@so.example"},
    ]

    html = sign_in_page(demo_people=people, demo_password="chạy thử 163")

    ids = Page(html).ids
    assert re.findall(r'<button[^>]*name="email" value="([^"]*)"', html) == ["lan@so.example", "binh@so.example"]
    assert html.count('name="csrf_token"') == 2
    assert "chạy thử 163" in html
    assert len(ids) == len(set(ids))
