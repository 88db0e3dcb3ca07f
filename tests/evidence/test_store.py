"""The store keeps a file whole or not at all, under its hash, and loses nothing that a row names."""

import hashlib
import io
import os
from datetime import UTC, datetime, timedelta

import pytest

from cchc_tasks.domain.evidence import FileKind, FileTrouble, MissingFile, UnfitFile
from cchc_tasks.evidence import LocalStore
from tests.evidence.files import DOCX, PDF, PNG

NOW = datetime.now(UTC)


@pytest.fixture
def store(tmp_path):
    return LocalStore(tmp_path / "evidence")


def files_in(store):
    return [path for path in store.folder.rglob("*") if path.is_file()]


def no_row(_hashes):
    return []


class BrokenStream(io.BytesIO):
    """A connection that breaks off after the first read."""

    def read(self, size=-1):
        if self.tell():
            raise ConnectionResetError
        return super().read(10)


def test_a_kept_file_comes_back_byte_for_byte(store):
    kept = store.keep(io.BytesIO(PDF), "07-QĐ.pdf")

    assert (kept.sha256, kept.size, kept.kind) == (hashlib.sha256(PDF).hexdigest(), len(PDF), FileKind.PDF)
    assert kept.name == "07-QĐ.pdf"
    with store.open(kept.sha256) as file:
        assert file.read() == PDF


def test_the_same_content_is_kept_once_under_both_names(store):
    first = store.keep(io.BytesIO(PDF), "một.pdf")
    second = store.keep(io.BytesIO(PDF), "hai.pdf")

    assert first.sha256 == second.sha256 and second.name == "hai.pdf"
    assert len(files_in(store)) == 1


def test_a_file_of_the_largest_size_is_kept_and_one_byte_more_is_refused(store):
    limit = len(PNG)

    store.keep(io.BytesIO(PNG), "ảnh.png", limit=limit)
    with pytest.raises(UnfitFile) as caught:
        store.keep(io.BytesIO(PNG), "ảnh.png", limit=limit - 1)

    assert caught.value.reason is FileTrouble.TOO_BIG


@pytest.mark.parametrize("stream", [io.BytesIO(b"MZ"), BrokenStream(PDF)])
def test_a_refused_or_broken_upload_leaves_nothing(store, stream):
    with pytest.raises((UnfitFile, ConnectionResetError)):
        store.keep(stream, "báo cáo.pdf")

    assert files_in(store) == []


@pytest.mark.parametrize("sha256", ["../../config.toml", "", "A" * 64, "0" * 64, "0" * 63 + "/"])
def test_a_hash_that_is_none_or_unknown_leads_to_no_file(store, sha256):
    store.keep(io.BytesIO(PDF), "x.pdf")

    with pytest.raises(MissingFile):
        store.open(sha256)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_nobody_else_on_the_machine_can_read_the_files(store):
    store.keep(io.BytesIO(PDF), "x.pdf")

    assert [oct(path.stat().st_mode & 0o077) for path in files_in(store)] == ["0o0"]
    assert store.folder.joinpath(files_in(store)[0].parent).stat().st_mode & 0o077 == 0


def test_the_sweep_removes_old_orphans_and_broken_uploads_only(store):
    known = store.keep(io.BytesIO(PDF), "có dòng.pdf")
    orphan = store.keep(io.BytesIO(PNG), "mồ côi.png")
    broken = store.incoming / "tmpabc"
    broken.write_bytes(b"%PDF")
    later = NOW + timedelta(hours=30)

    assert store.sweep(no_row, now=NOW) == 0
    assert store.sweep(lambda hashes: [known.sha256], now=later) == 2

    assert list(store.hashes()) == [known.sha256]
    with pytest.raises(MissingFile):
        store.open(orphan.sha256)


def test_a_file_sent_again_is_young_again(store):
    kept = store.keep(io.BytesIO(DOCX), "báo cáo.docx")
    old = (NOW - timedelta(days=3)).timestamp()
    os.utime(store.path(kept.sha256), (old, old))

    store.keep(io.BytesIO(DOCX), "báo cáo.docx")

    assert store.sweep(no_row, now=NOW) == 0
