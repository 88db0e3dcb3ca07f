"""Settings are read once, checked whole, and every mistake is named with what to do."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cchc_tasks.config import (
    ConfigError,
    Settings,
    load_settings,
    make_secret_key,
    normalise_database_url,
    prepare_instance,
    read_secret_key,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path.resolve()


def settings_of(folder: Path, text: str = "", **environ: str) -> Settings:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load_settings(environ, folder)


def test_without_a_file_everything_lies_under_the_instance_folder(folder):
    settings = load_settings({}, folder)

    assert settings.instance_dir == folder / "instance"
    assert settings.database_url == f"sqlite:///{folder}/instance/cchc-tasks.sqlite3"
    assert settings.evidence_dir == str(folder / "instance" / "evidence")
    assert settings.public_base_url == "http://127.0.0.1:8000"


def test_the_named_file_wins_over_the_one_in_the_working_folder(folder):
    (folder / "config.toml").write_text("port = 1", encoding="utf-8")
    elsewhere = folder / "etc"
    elsewhere.mkdir()
    (elsewhere / "cchc.toml").write_text('port = 2\ninstance_dir = "data"', encoding="utf-8")

    settings = load_settings({"CCHC_CONFIG": str(elsewhere / "cchc.toml")}, folder)

    assert settings.port == 2
    assert settings.instance_dir == elsewhere / "data"


def test_the_environment_wins_over_the_file(folder):
    settings = settings_of(
        folder,
        'port = 8001\ntrusted_hosts = ["a"]\ndemo = false',
        CCHC_PORT="8080",
        CCHC_TRUSTED_HOSTS="cchc.so.vn, localhost",
        CCHC_DEMO="true",
    )

    assert (settings.port, settings.trusted_hosts, settings.demo) == (8080, ("cchc.so.vn", "localhost"), True)


@pytest.mark.parametrize(
    "text, named, advice",
    [
        ("prot = 8000", "“prot”", "Sửa thành “port”"),
        ("zzzz = 1", "“zzzz”", "Bỏ đi"),
        ('port = "8000"', "“port”", "số nguyên"),
        ("port = true", "“port”", "số nguyên"),
        ("port = 70000", "“port”", "từ 1 đến 65535"),
        ("demo = 1", "“demo”", "true hoặc false"),
        ("mail_host = 5", "“mail_host”", "chuỗi ký tự"),
        ("instance_dir = 5", "“instance_dir”", "đường dẫn"),
        ('trusted_hosts = "a"', "“trusted_hosts”", "danh sách"),
        ('mail_tls = "ssl"', "“mail_tls”", "none, starttls, tls"),
        ('mail_username = "cchc"', "“mail_username”", "mail_password_file"),
        ('mail_sender = "cchc"', "“mail_sender”", "địa chỉ thư"),
        ('public_base_url = "cchc.vn"', "“public_base_url”", "https://"),
        ('database_url = "mysql://x/y"', "“database_url”", "postgresql://"),
        ('database_url = "sqlite://"', "“database_url”", "tệp SQLite"),
        ("[server]\nport = 1", "“server”", "config.example.toml"),
        ("port = ", "config.toml", "config.example.toml"),
        ('mail_password_file = "none.txt"', "“mail_password_file”", "quyền"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_what_to_do(folder, text, named, advice):
    with pytest.raises(ConfigError) as caught:
        settings_of(folder, text)

    assert named in str(caught.value)
    assert advice in str(caught.value)


@pytest.mark.parametrize(
    "variable, text", [("CCHC_PRT", "1"), ("CCHC_PORT", "80a"), ("CCHC_PORT", "-1"), ("CCHC_DEMO", "yes")]
)
def test_a_mistake_in_the_environment_is_named_by_its_variable(folder, variable, text):
    with pytest.raises(ConfigError, match=rf"\${variable}"):
        load_settings({variable: text}, folder)


def test_variables_of_the_test_run_are_not_taken_for_settings(folder):
    environ = {"CCHC_TEST_PG_URL": "x", "CCHC_REQUIRE_ALL": "1", "CCHC_FAULTS": "full"}

    assert load_settings(environ, folder) == load_settings({}, folder)


def test_a_named_file_that_does_not_exist_stops_the_program(folder):
    with pytest.raises(ConfigError, match="CCHC_CONFIG"):
        load_settings({"CCHC_CONFIG": str(folder / "none.toml")}, folder)


def test_a_secret_may_stand_in_a_file_but_not_twice(folder):
    (folder / "mail.secret").write_text("bí mật\n", encoding="utf-8")
    text = 'mail_username = "cchc"\nmail_password_file = "mail.secret"\n'

    assert settings_of(folder, text).mail_password == "bí mật"
    with pytest.raises(ConfigError, match="Giữ một trong hai"):
        settings_of(folder, text + 'mail_password = "x"')


def test_secrets_do_not_show_when_settings_are_printed(folder):
    text = 'mail_username = "u"\nmail_password = "canary-1"\ndatabase_url = "postgresql://u:canary-2@h/d"'

    assert "canary" not in repr(settings_of(folder, text))


@pytest.mark.parametrize(
    "written, used",
    [
        ("", "sqlite:////srv/cchc/cchc-tasks.sqlite3"),
        ("sqlite:///other.db", "sqlite:////srv/cchc/other.db"),
        ("sqlite:////var/lib/cchc.db", "sqlite:////var/lib/cchc.db"),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        (
            "postgresql://u:p%40@h:5432/d?sslmode=require",
            "postgresql+psycopg://u:p%40@h:5432/d?sslmode=require",
        ),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
    ],
)
def test_a_database_address_gets_its_driver_and_an_absolute_path(written, used):
    assert normalise_database_url(written, Path("/srv/cchc")) == used


def test_the_instance_folder_and_the_key_are_private_and_the_key_stays(folder):
    settings = load_settings({}, folder)

    prepare_instance(settings)
    key = read_secret_key(settings)
    prepare_instance(settings)

    assert stat.S_IMODE(settings.instance_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(settings.secret_key_file).stat().st_mode) == 0o600
    assert len(key) >= 32
    assert read_secret_key(settings) == key


def test_processes_starting_together_agree_on_one_key(folder):
    file = folder / "secret.key"

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: make_secret_key(file), range(32)))

    assert [path.name for path in folder.iterdir()] == ["secret.key"]
    assert len(file.read_text(encoding="ascii")) >= 32


def test_a_cut_key_is_refused(folder):
    settings = load_settings({}, folder)
    prepare_instance(settings)
    Path(settings.secret_key_file).write_text("short", encoding="ascii")

    with pytest.raises(ConfigError, match="32 ký tự"):
        read_secret_key(settings)
