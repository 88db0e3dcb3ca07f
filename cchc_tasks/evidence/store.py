"""Keeps evidence files under their SHA-256 in a local folder; whole or not at all."""

import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from cchc_tasks.domain.evidence import (
    LARGEST_FILE_BYTES,
    FileKind,
    FileTrouble,
    KeptFile,
    MissingFile,
    UnfitFile,
    display_name,
)
from cchc_tasks.evidence.kinds import find_kind

log = logging.getLogger(__name__)

CHUNK = 256 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")
#: A file that no row names yet may belong to a form that is still being filled in.
GRACE = timedelta(hours=24)


class EvidenceStore(Protocol):
    """Where evidence files are kept; the local folder is one, an object store may be another."""

    def keep(self, stream: BinaryIO, name: str, *, limit: int = LARGEST_FILE_BYTES) -> KeptFile:
        """Keeps the whole stream and returns what it is; raises `UnfitFile`. On return the bytes are on the disk."""

    def open(self, sha256: str) -> BinaryIO:
        """The bytes of a kept file; raises `MissingFile`."""

    def restore(self, stream: IO[bytes], sha256: str) -> None:
        """Puts a file of a back-up in its place; raises `MissingFile` unless the bytes have that hash."""

    def sweep(self, is_known: Callable[[Collection[str]], Collection[str]], *, now: datetime) -> int:
        """Removes what no row names and what was broken off, older than `GRACE`; returns how many files went."""


class LocalStore:
    """Files in `folder`: <first two of the hash>/<hash>. A temporary file becomes the final one by renaming.

    The caller writes its database row after `keep` has returned: a row never names a file that is not there.
    A file without a row, left by a crash between the two, is an orphan that `sweep` removes later.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.incoming = self.folder / "incoming"

    def keep(self, stream: BinaryIO, name: str, *, limit: int = LARGEST_FILE_BYTES) -> KeptFile:
        self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=self.incoming)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                sha256, size = _copy(stream, file, name, limit)
                kind = find_kind(file, name)
                file.flush()
                os.fsync(file.fileno())
            self._put(Path(temporary), sha256)
        finally:
            Path(temporary).unlink(missing_ok=True)
        return KeptFile(sha256, display_name(name, kind), size, kind)

    def restore(self, stream: IO[bytes], sha256: str) -> None:
        self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=self.incoming)
        try:
            digest = hashlib.sha256()
            with os.fdopen(descriptor, "wb") as file:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            if digest.hexdigest() != sha256:
                raise MissingFile(sha256=sha256)
            self._put(Path(temporary), sha256)
        finally:
            Path(temporary).unlink(missing_ok=True)

    def _put(self, temporary: Path, sha256: str) -> None:
        final = self.path(sha256)
        if not final.parent.exists():
            final.parent.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(self.folder)
        os.replace(temporary, final)
        _sync_folder(final.parent)

    def path(self, sha256: str) -> Path:
        """Where the file of this hash lies; anything but a hash is refused, so no name can lead elsewhere."""
        if not _HASH.fullmatch(sha256):
            raise MissingFile(sha256=sha256)
        return self.folder / sha256[:2] / sha256

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self.path(sha256).open("rb")
        except OSError as error:
            raise MissingFile(sha256=sha256) from error

    def hashes(self) -> Iterator[str]:
        """The hashes of all kept files."""
        for file in self.folder.glob("??/*"):
            if _HASH.fullmatch(file.name):
                yield file.name

    def sweep(self, is_known: Callable[[Collection[str]], Collection[str]], *, now: datetime) -> int:
        oldest = (now - GRACE).timestamp()
        broken = [file for file in self.incoming.glob("*") if _is_older(file, oldest)]
        old = {sha256 for sha256 in self.hashes() if _is_older(self.path(sha256), oldest)}
        orphans = old - set(is_known(old))
        for file in (*broken, *map(self.path, orphans)):
            file.unlink(missing_ok=True)
        if broken or orphans:
            log.info("evidence sweep: %s broken off, %s without a row", len(broken), len(orphans))
        return len(broken) + len(orphans)


def _copy(stream: BinaryIO, file: BinaryIO, name: str, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise UnfitFile(FileTrouble.TOO_BIG, name=name, limit=limit)
        digest.update(chunk)
        file.write(chunk)
    return digest.hexdigest(), size


def _is_older(file: Path, instant: float) -> bool:
    try:
        return file.stat().st_mtime < instant
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    """Makes a new name in `folder` last; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


__all__ = ["EvidenceStore", "FileKind", "LocalStore"]
