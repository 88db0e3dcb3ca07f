"""The border to the reading process: bytes go in, a document or a named trouble comes out."""

import hashlib
import json
import signal
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import cchc_tasks
from cchc_tasks.domain.errors import ReadTrouble, UnreadableFile
from cchc_tasks.domain.grid import Remark, RemarkKind, SourceDocument, document_from_dict
from cchc_tasks.domain.reading_progress import ReadingProgress, Step
from cchc_tasks.readers import conversion, limits, processes
from cchc_tasks.readers.progress import ASKED, Hear, heard

_ROOT = Path(cchc_tasks.__file__).parent.parent
#: Signals by which the system ends a process at its limit of time; any other end is for want of memory.
_TIME_SIGNALS = frozenset(getattr(signal, name) for name in ("SIGXCPU", "SIGKILL") if hasattr(signal, name))
_LONGEST_NAME = 255


def read_document(
    data: bytes, file_name: str, *, hear: Hear | None = None, keep_letters: bool = False
) -> SourceDocument:
    """Read a file under limits of time and memory; nothing of it is kept anywhere. `hear` is told how far it is;
    `keep_letters` leaves text that seems typed for an old font as it stands.

    A .doc or .xls is converted first where LibreOffice is installed. Raises UnreadableFile with the reason and, where
    it has one, the place in the file. Costs one process start.
    """
    name = unicodedata.normalize("NFC", file_name.replace("\x00", ""))[-_LONGEST_NAME:]
    _check_size(data, name)
    sha256 = hashlib.sha256(data).hexdigest()
    kind = "letters" if keep_letters else "file"
    answer = _ask(data, name, kind, name, hear=hear)
    if answer.get("trouble") == ReadTrouble.OLD_FORMAT and conversion.find_converter():
        return _converted(data, name, sha256, kind, hear)
    return _document(answer, name, sha256)


def read_pasted(content: str) -> SourceDocument:
    """Read a table from the clipboard, HTML or text with tabs, under the same limits; it has no file name."""
    data = content.encode("utf-8", errors="replace")
    _check_size(data, "")
    return _document(_ask(data, "", "pasted"), "", hashlib.sha256(data).hexdigest())


def _check_size(data: bytes, name: str) -> None:
    if not data:
        raise UnreadableFile(ReadTrouble.EMPTY, file_name=name)
    if len(data) > limits.UPLOAD_BYTES:
        raise UnreadableFile(ReadTrouble.TOO_BIG, file_name=name, limit=limits.UPLOAD_BYTES)


def _converted(data: bytes, name: str, sha256: str, kind: str, hear: Hear | None) -> SourceDocument:
    if hear is not None:
        hear(ReadingProgress(Step.CONVERTING))
    converted = conversion.convert(data, name)
    document = _document(_ask(converted.data, name, kind, converted.name, hear=hear), name, sha256)
    remark = Remark(RemarkKind.CONVERTED_FILE, name, converted.name)
    return replace(document, remarks=(*document.remarks, remark))


def _document(answer: dict[str, Any], name: str, sha256: str) -> SourceDocument:
    if "trouble" in answer:
        raise UnreadableFile(ReadTrouble(answer["trouble"]), file_name=name, **answer["facts"])
    return document_from_dict(answer["document"], file_name=name, sha256=sha256)


def _ask(data: bytes, name: str, *arguments: str, hear: Hear | None = None) -> dict[str, Any]:
    done = processes.run(
        [sys.executable, "-P", "-m", "cchc_tasks.readers.child", *arguments],
        given=data,
        seconds=limits.WALL_SECONDS,
        environment={**_environment(), **({} if hear is None else {ASKED: "1"})},
        hear=None if hear is None else lambda line: _pass_on(line, hear),
    )
    if done.code == 0:
        answer: dict[str, Any] = json.loads(done.output)
        return answer
    if done.code is None or -done.code in _TIME_SIGNALS:
        raise UnreadableFile(ReadTrouble.TOO_SLOW, file_name=name)
    raise UnreadableFile(ReadTrouble.TOO_MUCH_MEMORY if done.code < 0 else ReadTrouble.DAMAGED, file_name=name)


def _pass_on(line: bytes, hear: Hear) -> None:
    told = heard(line)
    if told is not None:
        hear(told)


def _environment() -> dict[str, str]:
    python = {"PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**processes.kept_environment(), **python}
