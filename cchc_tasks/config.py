"""Settings: config.toml and CCHC_* variables become one frozen value, checked before anything starts."""

import dataclasses
import difflib
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cchc_tasks.wording import configuration as wording

ENVIRONMENT_PREFIX = "CCHC_"
# Variables of ours that are not settings: where the file is, and what the test run understands.
RESERVED_VARIABLES = frozenset({"CCHC_CONFIG", "CCHC_REQUIRE_ALL", "CCHC_FAULTS"})
RESERVED_PREFIX = "CCHC_TEST_"
# Settings whose value may stand in a file of its own, so that no secret stands in config.toml.
FROM_FILE = {"database_url": "database_url_file", "mail_password": "mail_password_file"}
DATABASE_DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


class ConfigError(Exception):
    """The configuration can't be used; the text is a Vietnamese sentence for whoever starts the program."""


def setting(
    default: Any,
    *,
    at_least: int | None = None,
    at_most: int | None = None,
    choices: tuple[str, ...] = (),
    is_secret: bool = False,
) -> Any:
    """A field of Settings with the limits that its value is checked against."""
    limits = {"at_least": at_least, "at_most": at_most, "choices": choices}
    return dataclasses.field(default=default, repr=not is_secret, metadata=limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; config.example.toml says in a sentence what each is for.

    Paths are absolute and `database_url` names its driver once `load_settings` has made the value.
    """

    instance_dir: Path = setting(Path("instance"))
    database_url: str = setting("", is_secret=True)
    database_url_file: str = setting("")
    secret_key_file: str = setting("")
    evidence_dir: str = setting("")
    demo: bool = setting(False)
    log_level: str = setting("info", choices=("debug", "info", "warning", "error"))

    host: str = setting("127.0.0.1")
    port: int = setting(8000, at_least=1, at_most=65535)
    threads: int = setting(8, at_least=1, at_most=64)
    public_base_url: str = setting("")
    trusted_hosts: tuple[str, ...] = setting(())
    proxy_count: int = setting(0, at_least=0, at_most=5)
    cookie_secure: bool = setting(False)

    session_hours: int = setting(12, at_least=1, at_most=720)
    login_window_minutes: int = setting(15, at_least=1, at_most=1440)
    login_failures_per_account: int = setting(10, at_least=3, at_most=100)
    login_failures_per_address: int = setting(50, at_least=3, at_most=10_000)
    feed_failures_per_address: int = setting(1000, at_least=10, at_most=100_000)
    mail_link_failures_per_address: int = setting(200, at_least=10, at_most=100_000)
    reset_token_minutes: int = setting(30, at_least=5, at_most=1440)
    invitation_days: int = setting(7, at_least=1, at_most=60)

    request_limit_kb: int = setting(1024, at_least=64, at_most=65_536)
    upload_limit_mb: int = setting(25, at_least=1, at_most=200)
    form_parts_limit: int = setting(1000, at_least=100, at_most=20_000)
    form_memory_kb: int = setting(500, at_least=100, at_most=10_000)

    due_soon_days: int = setting(30, at_least=1, at_most=365)
    reminder_hour: int = setting(7, at_least=0, at_most=23)
    scheduler_enabled: bool = setting(True)
    scheduler_tick_seconds: int = setting(30, at_least=1, at_most=3600)

    mail_transport: str = setting("recording", choices=("recording", "smtp"))
    mail_host: str = setting("localhost")
    mail_port: int = setting(25, at_least=1, at_most=65535)
    mail_tls: str = setting("none", choices=("none", "starttls", "tls"))
    mail_username: str = setting("")
    mail_password: str = setting("", is_secret=True)
    mail_password_file: str = setting("")
    mail_sender: str = setting("cchc@localhost")
    mail_timeout_seconds: int = setting(20, at_least=1, at_most=120)


FIELDS = {field.name: field for field in dataclasses.fields(Settings)}


def load_settings(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """The settings of this process: defaults, then the file, then the environment.

    The file is $CCHC_CONFIG, else config.toml in `folder` (the working folder if None), else none.
    Relative paths count from the file's folder. Raises ConfigError naming the first thing that is wrong.
    """
    environ = os.environ if environ is None else environ
    file = find_config_file(environ, folder or Path.cwd())
    base = file.parent if file else folder or Path.cwd()
    values = read_file(file) if file else {}
    values |= read_environment(environ)
    values |= read_secret_files(values, base)
    return complete(Settings(**values), base)


def find_config_file(environ: Mapping[str, str], folder: Path) -> Path | None:
    named = environ.get("CCHC_CONFIG")
    if not named:
        default = folder / "config.toml"
        return default.resolve() if default.is_file() else None
    if not Path(named).is_file():
        raise ConfigError(wording.no_config_file(named))
    return Path(named).resolve()


def read_file(file: Path) -> dict[str, Any]:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(wording.unreadable_config_file(str(file), str(error))) from error
    return {name: typed_value(name, value, str(file)) for name, value in raw.items()}


def read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for variable, text in environ.items():
        if not variable.startswith(ENVIRONMENT_PREFIX):
            continue
        if variable in RESERVED_VARIABLES or variable.startswith(RESERVED_PREFIX):
            continue
        name = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
        values[name] = typed_value(name, value_of_text(name, text), f"${variable}")
    return values


def value_of_text(name: str, text: str) -> Any:
    """The words of a variable as TOML would have typed them; left as text where they do not fit."""
    kind = FIELDS[name].type if name in FIELDS else None
    if kind is bool:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if kind is int:
        return int(text) if text.isascii() and text.isdigit() else text
    if kind == tuple[str, ...]:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def typed_value(name: str, value: Any, source: str) -> Any:
    """The value as Settings holds it, or a ConfigError naming the key, where it stands and what fits."""
    if name not in FIELDS:
        near = difflib.get_close_matches(name, FIELDS, n=1)
        raise ConfigError(wording.unknown_setting(name, source, near[0] if near else None))
    kind, limits = FIELDS[name].type, FIELDS[name].metadata
    if kind is Path and isinstance(value, str) and value:
        return Path(value)
    if kind == tuple[str, ...] and isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    # A bool is an int to Python, but `port = true` is a mistake.
    if kind in (str, int, bool) and type(value) is kind:
        return within_limits(name, value, limits, source)
    raise ConfigError(wording.wrong_type(name, source, value, wording.TYPE_NAMES[str(kind)]))


def within_limits(name: str, value: Any, limits: Mapping[str, Any], source: str) -> Any:
    if limits["choices"] and value not in limits["choices"]:
        raise ConfigError(wording.not_a_choice(name, source, value, limits["choices"]))
    low, high = limits["at_least"], limits["at_most"]
    if low is not None and not low <= value <= high:
        raise ConfigError(wording.out_of_range(name, source, value, low, high))
    return value


def read_secret_files(values: Mapping[str, Any], base: Path) -> dict[str, str]:
    found = {}
    for name, file_name in FROM_FILE.items():
        path = values.get(file_name)
        if not path:
            continue
        if values.get(name):
            raise ConfigError(wording.value_and_file(name, file_name))
        try:
            found[name] = (base / path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(wording.unreadable_secret(file_name, str(base / path), str(error))) from error
    return found


def complete(settings: Settings, base: Path) -> Settings:
    """Fills in what follows from other settings, and checks what only shows when they stand together."""
    instance = (base / settings.instance_dir).resolve()
    if settings.mail_username and not settings.mail_password:
        raise ConfigError(wording.password_missing())
    if "@" not in settings.mail_sender:
        raise ConfigError(wording.not_an_address("mail_sender", settings.mail_sender))
    address = settings.public_base_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    if not address.startswith(("http://", "https://")):
        raise ConfigError(wording.not_an_http_address("public_base_url", address))
    return dataclasses.replace(
        settings,
        instance_dir=instance,
        database_url=normalise_database_url(settings.database_url, instance),
        evidence_dir=str(base / settings.evidence_dir if settings.evidence_dir else instance / "evidence"),
        secret_key_file=str(base / settings.secret_key_file if settings.secret_key_file else instance / "secret.key"),
        public_base_url=address,
    )


def normalise_database_url(url: str, instance_dir: Path) -> str:
    """The address with its driver named; SQLite in the instance folder when empty.

    SQLAlchemy 2.1 changed what a bare "postgresql://" means, so the driver is always written out.
    A relative SQLite path counts from the instance folder.
    """
    if not url:
        return f"sqlite:///{instance_dir / 'cchc-tasks.sqlite3'}"
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in DATABASE_DRIVERS:
        raise ConfigError(wording.unknown_database(scheme))
    if scheme == "sqlite":
        path = rest.removeprefix("/")
        if not path or path == ":memory:":
            raise ConfigError(wording.sqlite_needs_file())
        return f"sqlite:///{instance_dir / path}"
    return f"{DATABASE_DRIVERS[scheme]}://{rest}"


def prepare_instance(settings: Settings) -> None:
    """Makes the instance folder and the secret key, readable by this user only.

    Also narrows the process's umask: the database, evidence and back-ups made later are private too.
    """
    os.umask(0o077)
    settings.instance_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_secret_key(Path(settings.secret_key_file))


def make_secret_key(file: Path) -> None:
    """Writes a key unless there is one. Of several processes starting at once, one wins, whole."""
    if file.exists():
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(48))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def read_secret_key(settings: Settings) -> str:
    """The key that signs sessions; `prepare_instance` has made it."""
    key = Path(settings.secret_key_file).read_text(encoding="ascii").strip()
    if len(key) < 32:
        raise ConfigError(wording.short_secret_key(settings.secret_key_file))
    return key
