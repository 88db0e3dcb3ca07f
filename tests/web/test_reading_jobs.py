"""A long file is read beside its request: its page tells how far it is, and a closed browser loses nothing."""

import json
import os
import threading
import time

import pytest
from sqlalchemy import select

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.reading_progress import ReadingProgress, Step
from cchc_tasks.storage.models import StagedImport
from cchc_tasks.web.plans import reading_jobs, uploading
from tests.factories import make_office, make_person, principal_of, sign_in
from tests.web.test_plans import text_of, upload


@pytest.fixture
def office(session):
    made = make_office(session)
    session.commit()
    return made


@pytest.fixture
def impatient(app, client, office):
    """The office's person at an application that never waits for a file."""
    app.config["READING_PATIENCE_SECONDS"] = 0.0
    sign_in(client, office.people["office"])
    return client


@pytest.fixture
def gate(monkeypatch):
    """Holds every reading, after it told its third page, until it is set."""
    opened, real = threading.Event(), uploading.read_document

    def read(data, name, *, hear):
        hear(ReadingProgress(Step.PAGES, 3, 40))
        assert opened.wait(60)
        return real(data, name, hear=hear)

    monkeypatch.setattr(uploading, "read_document", read)
    yield opened
    opened.set()


def ended(client, address):
    """The page once the reading is over."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        page = client.get(address)
        if "Refresh" not in page.headers:
            return page
        time.sleep(0.05)
    raise AssertionError("the reading does not end")


def step_of(client, address, words):
    """The page as soon as it says so."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        page = client.get(address)
        if words in text_of(page):
            return page
        time.sleep(0.05)
    raise AssertionError(words)


def test_the_upload_answers_at_once_and_its_page_tells_how_far_it_is(session, impatient, gate):
    answer = upload(impatient)

    assert answer.status_code == 303
    assert "/ke-hoach/nhap/dang-doc/" in answer.location
    page = step_of(impatient, answer.location, "Đang đọc trang 3/40")
    assert page.headers["Refresh"] == "2"
    assert session.scalars(select(StagedImport)).all() == []
    session.rollback()
    gate.set()
    after = ended(impatient, answer.location)
    assert after.status_code == 303
    staged = session.scalars(select(StagedImport)).one()
    assert after.location.endswith(f"/ke-hoach/nhap/{staged.id}")


def test_a_closed_browser_finds_its_reading_among_the_plans(impatient, gate):
    address = upload(impatient).location
    gate.set()
    ended(impatient, address)

    assert "1 bản đang chờ duyệt" in text_of(impatient.get("/ke-hoach/"))


def test_a_file_that_cannot_be_read_is_told_on_the_page_and_nothing_is_kept(app, session, impatient):
    answer = upload(impatient, name="ke-hoach.docx", data=b"no document")

    page = ended(impatient, answer.location)

    assert page.status_code == 422
    assert "ke-hoach.docx" in text_of(page)
    assert session.scalars(select(StagedImport)).all() == []
    kept = os.listdir(app.config["CCHC_SETTINGS"].instance_dir / "readings")
    assert all(name.endswith(".json") for name in kept)


def test_nobody_else_sees_a_reading(session, client, app, impatient, office, gate):
    address = upload(impatient).location
    other = make_person(session, office.agency, name="Người khác", role="office")
    session.commit()

    token = address.rsplit("/", 1)[1]
    instance = app.config["CCHC_SETTINGS"].instance_dir
    with pytest.raises(NotFound):
        reading_jobs.find(instance, token, principal_of(session, other))


@pytest.mark.parametrize("token", ["x", "../../../etc/passwd", "A" * 24, "%2e%2e"])
def test_a_token_that_names_no_reading_is_not_found(impatient, token):
    assert impatient.get(f"/ke-hoach/nhap/dang-doc/{token}").status_code == 404


def test_a_reading_that_its_server_left_is_told(app, session, impatient, gate):
    address = upload(impatient).location
    token = address.rsplit("/", 1)[1]
    step_of(impatient, address, "Đang đọc trang 3/40")
    state = app.config["CCHC_SETTINGS"].instance_dir / "readings" / f"{token}.json"
    long_ago = time.time() - reading_jobs.LOST_AFTER - 5
    os.utime(state, (long_ago, long_ago))

    page = impatient.get(address)

    assert page.status_code == 422
    assert "Máy chủ đã dừng khi đang đọc tệp" in text_of(page)


def test_a_failure_is_logged_and_told_without_its_insides(app, impatient, monkeypatch, caplog):
    def fail(*_given, **_named):
        raise RuntimeError("insides")

    monkeypatch.setattr(uploading, "read_plan", fail)

    page = ended(impatient, upload(impatient).location)

    assert page.status_code == 500
    assert "insides" not in text_of(page)
    assert "insides" in caplog.text


def test_old_states_are_swept_at_the_next_reading(app, session, office, tmp_path):
    folder = tmp_path / "readings"
    folder.mkdir()
    (folder / "old.json").write_text(json.dumps({}))
    os.utime(folder / "old.json", (0, 0))

    job = reading_jobs.begin(
        tmp_path, principal_of(session, office.people["office"]), "a.csv", lambda _hear: {"staged": 1}
    )

    assert job.wait(30)
    assert [path.name for path in folder.iterdir()] == [f"{job.token}.json"]
