"""The pages in a real browser: accessible, no wider than the screen, and what the small script adds to them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, render_template, request

from tests.web.gallery import UpdateForm, frame_values, gallery_values, make_app

pytestmark = pytest.mark.browser

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def posts() -> list[dict[str, str]]:
    return []


@pytest.fixture
def app(posts: list[dict[str, str]]) -> Flask:
    """The gallery and one page of work in place of the application."""
    app = make_app()

    @app.get("/thu-vien")
    def gallery() -> str:
        return render_template("component_gallery.html", **{**frame_values(), **gallery_values()})

    @app.get("/")
    def work() -> str:
        opened = request.args.get("mo", 0, int)
        return render_template("updating.html", form=UpdateForm(), opened=opened, **frame_values())

    @app.post("/gui")
    def refuse() -> tuple[str, int]:
        time.sleep(0.3)
        posts.append(request.form.to_dict())
        form = UpdateForm(request.form)
        form.validate()
        return render_template("updating.html", form=form, opened=1, **frame_values()), 422

    @app.after_request
    def police(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app


@pytest.mark.parametrize("width", [360, 1024, 1440])
def test_the_gallery_has_no_accessibility_fault(new_page: Callable[..., Any], axe_script: str, width: int) -> None:
    page = new_page(width=width, bypass_csp=True)
    page.goto("/thu-vien")
    page.add_script_tag(content=axe_script)

    result = page.evaluate("tags => axe.run(document, {runOnly: tags})", AXE_TAGS)

    assert len(result["passes"]) > 30
    assert [(fault["id"], fault["nodes"][0]["target"]) for fault in result["violations"]] == []


@pytest.mark.parametrize("width", [320, 360, 768, 1440, 1920])
def test_no_page_is_wider_than_the_screen(new_page: Callable[..., Any], width: int) -> None:
    page = new_page(width=width)

    page.goto("/thu-vien")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_row_opens_in_place_and_the_first_field_has_the_focus(new_page: Callable[..., Any]) -> None:
    page = new_page(width=360)
    page.goto("/")

    page.click("#muc-1 .work-end")
    page.wait_for_selector("#muc-1 form.quick")

    assert page.url.endswith("/")
    assert page.locator("form.quick").count() == 1
    assert page.evaluate("document.activeElement.name") == "to"


def test_without_a_script_the_same_link_opens_the_row(new_page: Callable[..., Any]) -> None:
    page = new_page(width=360, java_script_enabled=False)
    page.goto("/")

    page.click("#muc-2 .work-end")

    assert page.url.endswith("/?mo=2#muc-2")
    assert page.locator("#muc-2 form.quick").count() == 1


def test_day_of_completion_follows_day_of_issue_until_it_differs(new_page: Callable[..., Any]) -> None:
    page = new_page()
    page.goto("/?mo=1")

    page.fill("#issued_on", "2021-03-05")
    followed = page.input_value("#done_on")
    page.fill("#done_on", "2021-03-06")
    page.fill("#issued_on", "2021-02-28")

    assert followed == "2021-03-05"
    assert page.input_value("#done_on") == "2021-03-06"
    assert page.inner_text("[data-echo=done_on]") == "06/3/2021"
    assert page.inner_text("[data-echo=issued_on]") == "28/02/2021"


def test_a_double_click_sends_once_and_the_refusal_takes_the_focus(
    new_page: Callable[..., Any], posts: list[dict[str, str]]
) -> None:
    page = new_page()
    page.goto("/?mo=1")
    page.fill("#number", "42/BC-STTTT")

    page.dblclick("form.quick button[type=submit]", no_wait_after=True)
    page.wait_for_selector(".errors")

    assert [post["number"] for post in posts] == ["42/BC-STTTT"]
    assert page.evaluate("document.activeElement.id") == "loi"
    assert page.input_value("#number") == "42/BC-STTTT"


def test_a_link_of_the_error_list_leads_to_its_field(new_page: Callable[..., Any]) -> None:
    page = new_page()
    page.goto("/thu-vien")

    page.click(".errors a[href='#number']")
    number = page.evaluate("document.activeElement.id")
    page.click(".errors a[href='#to-0']")

    assert number == "number"
    assert page.evaluate("document.activeElement.id") == "to-0"


def test_the_bulk_button_counts_what_is_chosen(new_page: Callable[..., Any]) -> None:
    page = new_page()
    page.goto("/")
    button = page.locator(".bulk button")
    empty = (button.inner_text(), button.is_disabled())

    page.check("input[value='1']")
    page.check("input[value='3']")
    chosen = button.inner_text()
    page.click("[data-bulk-clear]")

    assert empty == ("Xác nhận 0 sản phẩm", True)
    assert chosen == "Xác nhận 2 sản phẩm"
    assert button.inner_text() == "Xác nhận 0 sản phẩm"


def test_the_menu_of_a_phone_opens_without_a_script(new_page: Callable[..., Any]) -> None:
    page = new_page(width=360, java_script_enabled=False)
    page.goto("/")
    hidden = page.locator("#menu").is_visible()

    page.click(".tabbar a[href='#menu']")

    assert not hidden
    assert page.locator("#menu").get_by_text("Kế hoạch").is_visible()
    assert page.locator("#menu").get_by_text("Đăng xuất").is_visible()
