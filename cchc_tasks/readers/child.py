"""The reading process: reads one file from its input under hard limits and answers with one line of JSON.

Started as `python -m cchc_tasks.readers.child file NAME`, `... child letters NAME` (old fonts are left as they are) or
`... child pasted`; never imported by the application.
"""

import json
import sys
from typing import Any

if sys.platform != "win32":  # Windows has no such limits; there the parent's clock is the only one
    import resource

from cchc_tasks.domain.errors import ReadTrouble
from cchc_tasks.domain.grid import SourceDocument, document_to_dict
from cchc_tasks.readers import formats, limits, pasted
from cchc_tasks.readers.guessed_encoding import converted_by_statistics
from cchc_tasks.readers.old_fonts import FontConverter
from cchc_tasks.readers.trouble import Unreadable

KEEPING_LETTERS = "letters"


def main() -> None:
    """Read standard input, write the document or the trouble."""
    _limit()
    data = sys.stdin.buffer.read(limits.UPLOAD_BYTES + 1)
    sys.stdout.write(json.dumps(_answer(data, *sys.argv[1:3])))


def _answer(data: bytes, kind: str = "file", file_name: str = "") -> dict[str, Any]:
    FontConverter.is_off = kind == KEEPING_LETTERS
    try:
        return {"document": document_to_dict(_document(data, kind, file_name))}
    except Unreadable as trouble:
        return {"trouble": trouble.reason, "facts": trouble.facts}
    except MemoryError:
        return {"trouble": ReadTrouble.TOO_MUCH_MEMORY, "facts": {}}
    except RecursionError:
        return {"trouble": ReadTrouble.DAMAGED, "facts": {}}


def _document(data: bytes, kind: str, file_name: str) -> SourceDocument:
    document = pasted.read_pasted(data) if kind == "pasted" else formats.read(data, file_name)
    return converted_by_statistics(document)


def _limit() -> None:
    if sys.platform == "win32":
        return
    for kind, amount in (
        (resource.RLIMIT_CPU, limits.CPU_SECONDS),
        (resource.RLIMIT_AS, limits.MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        bound = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (bound, bound))


if __name__ == "__main__":
    main()
