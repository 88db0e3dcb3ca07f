"""What holds for every page and fragment: checked on each answer that a test's client receives."""

from collections import Counter
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

LABELLED = "input[not(@type='hidden' or @type='submit' or @type='button')] | //select | //textarea"


class CheckedClient(FlaskClient):
    """A test client that refuses a page no browser or screen reader should get."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        # The body of a redirect is for machines; no browser shows it.
        is_shown = not 300 <= response.status_code < 400
        if is_shown and response.mimetype == "text/html" and response.get_data():
            problems = page_problems(response.get_data(as_text=True))
            assert problems == [], f"{response.request.path}: {problems}"
        return response


def page_problems(text: str) -> list[str]:
    """English notes on what is wrong with an HTML page or fragment; empty when all is well."""
    tree = html.document_fromstring(text)
    is_page = "<html" in text[:500].lower()
    return [*(whole_page_problems(tree) if is_page else []), *id_problems(tree), *label_problems(tree)]


def whole_page_problems(tree: Any) -> list[str]:
    problems = []
    if not (tree.findtext(".//title") or "").strip():
        problems.append("no title")
    if tree.get("lang") != "vi":
        problems.append("not marked as Vietnamese")
    if len(tree.xpath("//h1")) != 1:
        problems.append("needs one h1")
    return problems


def id_problems(tree: Any) -> list[str]:
    counts = Counter(tree.xpath("//@id"))
    problems = [f"id used twice: {name}" for name, count in counts.items() if count > 1]
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
        for value in tree.xpath(f"//@{attribute}"):
            problems += [f"{attribute} names no element: {name}" for name in value.split() if name not in counts]
    return problems


def label_problems(tree: Any) -> list[str]:
    labelled = set(tree.xpath("//label/@for"))
    return [
        f"no label: {field.tag} {field.get('name') or field.get('id')}"
        for field in tree.xpath(f"//{LABELLED}")
        if not (field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby"))
        and not field.xpath("ancestor::label")
    ]
