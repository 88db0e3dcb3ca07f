"""Files that come with a form: kept at once, so that a form refused for another reason does not lose them."""

from collections.abc import Iterable
from typing import Any, cast

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from cchc_tasks.domain.evidence import FileKind, KeptFile
from cchc_tasks.evidence import EvidenceStore, LocalStore
from cchc_tasks.services.obligations import FileInput
from cchc_tasks.web.login import current_principal


def store() -> EvidenceStore:
    """The store of this installation."""
    return LocalStore(current_app.config["CCHC_SETTINGS"].evidence_dir)


def limit_bytes() -> int:
    return int(current_app.config["CCHC_SETTINGS"].upload_limit_mb) * 1024 * 1024


def keep_all(files: Iterable[FileStorage]) -> list[KeptFile]:
    """Keeps each file that was chosen; raises `UnfitFile` for the first that cannot serve as evidence."""
    chosen = [file for file in files if isinstance(file, FileStorage) and file.filename]
    return [store().keep(cast(Any, file.stream), file.filename or "", limit=limit_bytes()) for file in chosen]


def as_input(file: KeptFile) -> FileInput:
    """The file as the services take it."""
    return FileInput(file.sha256, file.name, file.size, file.media_type)


def sign(files: Iterable[KeptFile]) -> str:
    """What a redisplayed form carries of files that are already here; only this person can send it back."""
    values = [[file.sha256, file.name, file.size, file.kind.value] for file in files]
    return _signer().dumps(values) if values else ""


def unsign(token: str | None) -> list[KeptFile]:
    """The files behind `sign`; none for a token that is not of this person or was changed."""
    try:
        values = _signer().loads(token) if token else []
    except BadSignature:
        return []
    return [KeptFile(sha256, name, size, FileKind(kind)) for sha256, name, size, kind in values]


def _signer() -> URLSafeSerializer:
    secret = str(current_app.config["SECRET_KEY"])
    return URLSafeSerializer(secret, salt=f"kept-file-{current_principal().person_id}")
