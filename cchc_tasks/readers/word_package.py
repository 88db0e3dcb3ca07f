"""The parts of a Word file that reading needs, parsed without entities, network or oversized trees."""

import posixpath
import re
import zipfile
from typing import Any

from lxml import etree

from cchc_tasks.domain.errors import ReadTrouble
from cchc_tasks.readers.trouble import Unreadable

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MAIN = "/officeDocument"
_AWAY = re.compile(r"(?:https?|ftp)://|\\\\|//|file:(?:///?)?(?:\\\\|//[^/])", re.IGNORECASE)


def qualified(name: str) -> str:
    """ "w:p" as lxml spells it."""
    return f"{{{WORD}}}{name.removeprefix('w:')}"


def main_part(archive: zipfile.ZipFile) -> str | None:
    """The name of the document's own part, found as Word finds it; None where this is no Word file."""
    for kind, target, _ in _relations(archive, "_rels/.rels"):
        if kind.endswith(_MAIN):
            name = target.lstrip("/")
            return name if name in archive.namelist() and name.startswith("word/") else None
    return None


def read_part(archive: zipfile.ZipFile, name: str) -> Any:
    """The root element of a part; None where there is no such part."""
    if name not in archive.namelist():
        return None
    return _parsed(archive.read(name))


def refuse_remote_parts(archive: zipfile.ZipFile) -> None:
    """A template or frame fetched from another machine when the file is opened is how such files attack."""
    for name in archive.namelist():
        if not name.endswith(".rels"):
            continue
        for kind, target, mode in _relations(archive, name):
            fetched = kind.endswith(("/attachedTemplate", "/frame", "/oleObject", "/subDocument", "/externalLinkPath"))
            if mode == "External" and fetched and _AWAY.match(target):
                raise Unreadable(ReadTrouble.REMOTE_PARTS)


def neighbour(main: str, name: str) -> str:
    """A part in the folder of the main one."""
    return posixpath.join(posixpath.dirname(main), name)


def _relations(archive: zipfile.ZipFile, name: str) -> list[tuple[str, str, str]]:
    root = read_part(archive, name)
    if root is None:
        return []
    return [(one.get("Type", ""), one.get("Target", ""), one.get("TargetMode", "")) for one in root.iter(_RELATIONS)]


def _parsed(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(content.replace(_STRICT, WORD.encode()), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(ReadTrouble.DAMAGED) from error
