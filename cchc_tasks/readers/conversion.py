"""Old Word and Excel files (.doc, .xls) made into new ones by LibreOffice, where it is installed."""

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cchc_tasks.domain.errors import ReadTrouble, UnreadableFile
from cchc_tasks.readers import limits, processes

_TARGETS = {"doc": "docx", "xls": "xlsx", "dot": "docx", "xlt": "xlsx"}
_NAMES = ("soffice", "libreoffice")
#: Names of the streams that hold the content, as they stand in the file's directory.
_STREAMS = (("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"))
#: No macro runs, no link is followed, nothing is asked.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"
 oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value>
</prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>1</value>
</prop></item>
</oor:items>
"""


@dataclass(frozen=True, slots=True)
class Converted:
    """A file in its new format."""

    data: bytes
    name: str


def find_converter() -> str | None:
    """The path of LibreOffice; None where it is not installed."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def convert(data: bytes, file_name: str) -> Converted:
    """The same content as .docx or .xlsx; raises UnreadableFile where LibreOffice cannot make it in its time.

    It works in a folder of its own, which is gone afterwards, with a profile of its own, under limits.
    """
    source = _kind(data)
    converter = find_converter()
    if source is None or converter is None:
        raise UnreadableFile(ReadTrouble.OLD_FORMAT, file_name=file_name)
    target = _TARGETS[source]
    with tempfile.TemporaryDirectory(prefix="cchc-convert-") as name:
        folder = Path(name)
        _write_profile(folder / "profile")
        (folder / f"plan.{source}").write_bytes(data)
        done = processes.run(
            [
                *_limited(), converter, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
                "--norestore", "--nolockcheck", "--convert-to", target, "--outdir", str(folder / "out"),
                str(folder / f"plan.{source}"),
            ],
            seconds=limits.CONVERT_SECONDS,
            environment=processes.started_in(folder),
        )  # fmt: skip
        made = folder / "out" / f"plan.{target}"
        if done.code is None:
            raise UnreadableFile(ReadTrouble.TOO_SLOW, file_name=file_name)
        if not made.is_file() or not 0 < made.stat().st_size <= limits.UPLOAD_BYTES:
            raise UnreadableFile(ReadTrouble.NOT_CONVERTED, file_name=file_name)
        return Converted(made.read_bytes(), f"plan.{target}")


def _kind(data: bytes) -> str | None:
    return next((kind for stream, kind in _STREAMS if stream.encode("utf-16-le") in data), None)


def _write_profile(profile: Path) -> None:
    user = profile / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")


def _limited() -> list[str]:
    """What starts the converter under the system's own limits; nothing where the system has none."""
    if os.name != "posix":
        return []
    return [sys.executable, "-P", str(Path(__file__).with_name("limited.py"))]
