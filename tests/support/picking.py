"""Elements of a page by a simple selector: tag, .class, #id, [name=x], [name^=x], and blanks for "somewhere below"."""

import re
from typing import Any

_PART = re.compile(
    r"(?P<tag>^\w+)|\.(?P<cls>[\w-]+)|#(?P<id>[\w.-]+)|\[(?P<name>[\w-]+)(?P<how>\^?=)'?(?P<value>[^\]']+)'?\]"
)


def pick(node: Any, selector: str) -> list[Any]:
    """The elements below `node` that a selector names, in the order of the page."""
    return node.xpath("." + "".join(f"//{_step(step)}" for step in selector.split(" ")))


def _step(step: str) -> str:
    tag, conditions = "*", []
    for part in _PART.finditer(step):
        if part["tag"]:
            tag = part["tag"]
        elif part["cls"]:
            conditions.append(f"contains(concat(' ', normalize-space(@class), ' '), ' {part['cls']} ')")
        elif part["id"]:
            conditions.append(f"@id='{part['id']}'")
        elif part["how"] == "=":
            conditions.append(f"@{part['name']}='{part['value']}'")
        else:
            conditions.append(f"starts-with(@{part['name']}, '{part['value']}')")
    return tag + "".join(f"[{each}]" for each in conditions)
