"""Passwords as Argon2id hashes; a wrong guess costs the same work whether or not there is an account."""

import threading
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cchc_tasks.domain.accounts import as_password, check_password
from cchc_tasks.domain.text import fold

#: OWASP's minimum for Argon2id: 19 MiB, two passes. At most two are computed at once, which bounds the memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(2)
_COMMON_FILE = Path(__file__).with_name("common_passwords.txt")


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """Folded passwords that many people choose, in Việt Nam too; from the text file beside this module."""
    lines = _COMMON_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(fold(line).replace(" ", "") for line in lines if line.strip() and not line.startswith("#"))


def check(password: str, *about: str) -> None:
    """Raises `InvalidAccount` for a password nobody should have; `about` is what others know of the person."""
    check_password(password, common=common_passwords(), about=about)


def hash_password(password: str) -> str:
    with _at_once:
        return _hasher.hash(as_password(password))


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hash_password("nobody has this password")


def matches(password: str, password_hash: str | None) -> bool:
    """Whether `password` belongs to the hash. For None the same work is done and the answer is no."""
    wanted = password_hash or _nobody()
    try:
        with _at_once:
            _hasher.verify(wanted, as_password(password[:1000]))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_new_hash(password_hash: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(password_hash)
