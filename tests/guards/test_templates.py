"""Pages hold no script, style or unescaped data of their own: the content policy would refuse them anyway."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAIL = ROOT / "templates" / "mail"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted(p for p in (ROOT / "static").rglob("*.js") if "vendor" not in p.parts)
STYLES = sorted(p for p in (ROOT / "static").rglob("*.css") if "vendor" not in p.parts)

FORBIDDEN_IN_PAGES = {
    "a script in the page": r"<script(?![^>]*\bsrc=)",
    "a style in the page": r"<style\b",
    "a style attribute": r"""\sstyle\s*=\s*["'{]""",
    "an event attribute": r"""\son[a-z]+\s*=\s*["'{]""",
    "htmx code in an attribute": r"hx-on\b|hx-on:|\bjs:|\bjavascript:",
    "a trigger filter, which htmx evaluates": r"hx-trigger\s*=\s*[\"'][^\"']*\[",
    "unescaped data": r"\|\s*safe\b|autoescape\s+false|Markup\(",
    "another host": r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""",
}
# No content policy reaches a mail program, and many know no style but the one on the element.
ALLOWED_IN_MAIL = {"a style in the page", "a style attribute"}
FORBIDDEN_IN_SCRIPTS = {
    "HTML made of text": r"\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write",
    "code made of text": r"\beval\(|new Function\(|setTimeout\(\s*[\"']",
    "a style set by script": r"setAttribute\(\s*[\"']style|\.cssText",
    "another host": r"https?://(?!www\.w3\.org/)",
}
FORBIDDEN_IN_STYLES = {"another host": r"url\(\s*[\"']?(?:https?:)?//|@import"}


def findings(text: str, patterns: dict[str, str]) -> list[str]:
    """What stands in the text that must not, with its line. Jinja comments do not count."""
    text = re.sub(r"\{#.*?#\}", lambda match: "\n" * match[0].count("\n"), text, flags=re.DOTALL)
    return [
        f"line {text[: match.start()].count(chr(10)) + 1}: {name}"
        for name, pattern in patterns.items()
        for match in re.finditer(pattern, text, re.IGNORECASE)
    ]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_holds_no_script_no_style_and_no_unescaped_data(path):
    allowed = ALLOWED_IN_MAIL if MAIL in path.parents else set()
    patterns = {name: pattern for name, pattern in FORBIDDEN_IN_PAGES.items() if name not in allowed}

    assert findings(path.read_text(encoding="utf-8"), patterns) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_names_only_icons_that_are_drawn(path):
    drawn = set(re.findall(r'id="i-([\w-]+)"', (ROOT / "static" / "icons.svg").read_text(encoding="utf-8")))
    named = re.findall(r"(?:\bicon\(|\bicon_name=)'([\w-]+)'", path.read_text(encoding="utf-8"))

    assert [each for each in named if each not in drawn] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_a_script_makes_no_html_and_no_code_of_text(path):
    assert findings(path.read_text(encoding="utf-8"), FORBIDDEN_IN_SCRIPTS) == []


@pytest.mark.parametrize("path", STYLES, ids=name_of)
def test_a_style_sheet_loads_nothing_from_another_host(path):
    assert findings(path.read_text(encoding="utf-8"), FORBIDDEN_IN_STYLES) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<p style="width:42%">',
        "<style>p{}</style>",
        "<a onclick='x()'>",
        '<b hx-on:click="x">',
        "{{ task.text|safe }}",
        '<img src="//cdn.example/x.png">',
        '<p hx-trigger="click[ctrlKey]">',
    ],
)
def test_the_guard_sees_what_it_forbids(text):
    assert findings(text, FORBIDDEN_IN_PAGES)


def test_the_guard_lets_a_plain_page_pass():
    text = '<script src="{{ static_url(\'app.js\') }}" defer></script><p class="only once">{# style="" #}</p>'

    assert findings(text, FORBIDDEN_IN_PAGES) == []
