"""The border to the reading process: bytes go in, a document or a named trouble comes out."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path

import cchc_tasks
from cchc_tasks.domain.errors import ReadTrouble, UnreadableFile
from cchc_tasks.domain.grid import SourceDocument, document_from_dict
from cchc_tasks.readers import limits

_ROOT = Path(cchc_tasks.__file__).parent.parent
#: Signals by which the system ends a process at its limit of time; any other end is for want of memory.
_TIME_SIGNALS = frozenset(getattr(signal, name) for name in ("SIGXCPU", "SIGKILL") if hasattr(signal, name))
_LONGEST_NAME = 255


def read_document(data: bytes, file_name: str) -> SourceDocument:
    """Read a file under limits of time and memory; nothing of it is written anywhere.

    Raises UnreadableFile with the reason and, where it has one, the place in the file. Costs one process start.
    """
    name = unicodedata.normalize("NFC", file_name.replace("\x00", ""))[-_LONGEST_NAME:]
    if not data:
        raise UnreadableFile(ReadTrouble.EMPTY, file_name=name)
    if len(data) > limits.UPLOAD_BYTES:
        raise UnreadableFile(ReadTrouble.TOO_BIG, file_name=name, limit=limits.UPLOAD_BYTES)
    answer = _ask(data, name)
    if "trouble" in answer:
        raise UnreadableFile(ReadTrouble(answer["trouble"]), file_name=name, **answer["facts"])
    return document_from_dict(answer["document"], file_name=name, sha256=hashlib.sha256(data).hexdigest())


def _ask(data: bytes, name: str) -> dict:  # type: ignore[type-arg]
    command = [sys.executable, "-P", "-m", "cchc_tasks.readers.child", name]
    try:
        done = subprocess.run(  # noqa: S603 - an argument list, never a shell; the name is data to the child
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            timeout=limits.WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(ReadTrouble.TOO_SLOW, file_name=name) from error
    if done.returncode == 0:
        answer: dict = json.loads(done.stdout)  # type: ignore[type-arg]
        return answer
    if -done.returncode in _TIME_SIGNALS:
        raise UnreadableFile(ReadTrouble.TOO_SLOW, file_name=name)
    if done.returncode < 0:
        raise UnreadableFile(ReadTrouble.TOO_MUCH_MEMORY, file_name=name)
    raise UnreadableFile(ReadTrouble.DAMAGED, file_name=name)


def _environment() -> dict[str, str]:
    """Only what Python needs to start: the child gets no secret of the server's environment."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
