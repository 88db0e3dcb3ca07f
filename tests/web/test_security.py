"""Headers, sizes, hosts and proxies (RELIABILITY T2, W1, A3)."""

import os
import stat
import time

import pytest
from flask import request

from cchc_tasks.config import load_settings, prepare_instance
from cchc_tasks.factory import create_app
from cchc_tasks.web.login import public
from cchc_tasks.web.security import accepts_upload
from tests.factories import make_agency, make_office, make_person

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'"
)


def make_app(tmp_path, database_url, **settings):
    environ = {"CCHC_INSTANCE_DIR": str(tmp_path), "CCHC_DATABASE_URL": database_url}
    environ |= {f"CCHC_{name.upper()}": value for name, value in settings.items()}
    return create_app(load_settings(environ, tmp_path))


@pytest.mark.parametrize("path", ["/", "/dang-nhap", "/khong-co", "/healthz", "/static/css/app.css"])
def test_every_answer_carries_the_strict_policy(client, path):
    with client.get(path) as response:
        headers = response.headers

    assert headers["Content-Security-Policy"] == STRICT
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_pages_are_kept_by_no_cache_and_files_with_their_hash_for_ever(app, client):
    with app.test_request_context():
        address = app.jinja_env.globals["static_url"]("css/app.css")

    def kept(path):
        with client.get(path) as response:
            return response.headers["Cache-Control"]

    assert kept("/dang-nhap") == "private, no-store"
    assert kept(address) == "public, max-age=31536000, immutable"
    assert kept("/static/css/app.css") == "private, no-store"
    assert kept("/static/khong-co.css?v=1") == "private, no-store"


def test_a_page_and_its_fragment_are_never_mixed_up(client):
    assert {"HX-Request", "Cookie"} <= set(client.get("/dang-nhap").vary)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client, session):
    person = make_person(session, make_agency(session))
    session.commit()

    cookie = client.post("/dang-nhap", data={"email": person.email, "password": "mua xuan o Pleiku"}).headers[
        "Set-Cookie"
    ]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_and_the_browser_stay_there(tmp_path, database_url):
    app = make_app(tmp_path, database_url, cookie_secure="true")

    response = app.test_client().get("/dang-nhap", base_url="https://localhost")

    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert response.headers["Set-Cookie"].startswith("__Host-session=")
    assert "Secure" in response.headers["Set-Cookie"]


def test_an_unknown_host_name_is_refused(tmp_path, database_url):
    client = make_app(tmp_path, database_url, trusted_hosts="cchc.so.test").test_client()

    assert client.get("/dang-nhap", base_url="http://cchc.so.test").status_code == 200
    refused = client.get("/dang-nhap", base_url="http://evil.test")
    assert refused.status_code == 400
    assert "evil.test" not in refused.get_data(as_text=True)


def test_addresses_of_proxies_count_only_where_proxies_are_configured(tmp_path, database_url):
    seen = []
    for count in ("0", "1"):
        app = make_app(tmp_path, database_url, proxy_count=count)
        app.before_request(lambda: seen.append(request.remote_addr))
        app.test_client().get("/healthz", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})

    assert seen == ["127.0.0.1", "203.0.113.9"]


def test_what_the_program_makes_is_readable_by_its_user_only(tmp_path):
    settings = load_settings({"CCHC_INSTANCE_DIR": str(tmp_path / "instance")}, tmp_path)
    old = os.umask(0o022)
    try:
        prepare_instance(settings)
        made = tmp_path / "instance" / "later.txt"
        made.write_text("x")
    finally:
        os.umask(old)

    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "instance").stat().st_mode) == 0o700


# --- W1: sizes


def test_w1_a_form_of_more_than_a_megabyte_is_refused(client):
    response = client.post("/dang-nhap", data={"email": "x" * 1_100_000})

    assert response.status_code == 413


def test_w1_a_part_of_a_form_that_is_too_large_is_refused(client):
    start = time.perf_counter()

    response = client.post("/dang-nhap", data={"email": "x" * 700_000}, content_type="multipart/form-data")

    assert response.status_code == 413
    assert time.perf_counter() - start < 2


def test_w1_twenty_thousand_parts_are_refused_quickly(client):
    start = time.perf_counter()
    parts = "".join(f'--b\r\nContent-Disposition: form-data; name="n{n}"\r\n\r\n1\r\n' for n in range(20_000))

    response = client.post(
        "/dang-nhap", data=f"{parts}--b--\r\n".encode(), content_type="multipart/form-data; boundary=b"
    )

    assert response.status_code == 413
    assert time.perf_counter() - start < 2


def test_w1_a_part_of_nothing_but_line_ends_is_read_quickly(client):
    start = time.perf_counter()
    data = b"--b\r\nContent-Disposition: form-data; name=email\r\n\r\n" + b"\r\n" * 240_000 + b"\r\n--b--\r\n"

    response = client.post("/dang-nhap", data=data, content_type="multipart/form-data; boundary=b")

    assert response.status_code in (413, 422)
    assert time.perf_counter() - start < 2


# The parser leaves its spool file to the garbage collector where a request is refused half-way.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_only_routes_for_files_take_large_requests(tmp_path, database_url):
    app = make_app(tmp_path, database_url)
    app.config["WTF_CSRF_ENABLED"] = False

    def read():
        with request.files["file"].stream as file:
            return str(len(file.read()))

    app.add_url_rule("/large", "large", accepts_upload(public(read)), methods=["POST"])
    app.add_url_rule("/small", "small", public(lambda: read()), methods=["POST"])

    def send(path, size):
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        data = head + b"x" * size + b"\r\n--b--\r\n"
        return app.test_client().post(path, data=data, content_type="multipart/form-data; boundary=b")

    assert send("/large", 25 * 1024 * 1024).status_code == 200
    assert send("/large", 27 * 1024 * 1024).status_code == 413
    assert send("/small", 2 * 1024 * 1024).status_code == 413


def test_healthz_tells_ages_and_counts_and_nothing_of_the_work(client):
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.get_json()["status"] == "ok"
    assert all(value is None or isinstance(value, (int, bool, str)) for value in response.get_json().values())


@pytest.mark.usefixtures("client")
def test_pages_run_under_the_policy_in_a_browser(new_page, app, session):
    office = make_office(session)
    session.commit()
    page = new_page(width=360)

    page.goto("/dang-nhap")
    page.get_by_label("Thư điện tử công vụ").fill(office.people["admin"].email)
    page.get_by_label("Mật khẩu").fill("mua xuan o Pleiku")
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/quan-tri/**")
    for path in ("/quan-tri/nguoi-dung", "/quan-tri/nguoi-dung/moi", "/quan-tri/don-vi", "/tai-khoan"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
