"""What makes a password acceptable, and what can be wrong with an account, a link or an attempt to sign in."""

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum

from cchc_tasks.domain.errors import DomainError, Invalid
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.text import fold, one_line

#: Characters of a password, counted after NFC. The upper bound keeps hashing cheap.
PASSWORD_MIN = 12
PASSWORD_MAX = 200
#: Roles that are held in a unit; the others may be held in the agency as a whole.
ROLES_IN_A_UNIT = frozenset({Role.HEAD, Role.STAFF})
#: Parts of a name shorter than this may stand in a password.
TELLING_PART = 4


class AccountTrouble(StrEnum):
    """What is wrong with something typed about a person or a unit."""

    PASSWORD_SHORT = "password_short"
    PASSWORD_LONG = "password_long"
    PASSWORD_COMMON = "password_common"
    PASSWORD_OWN_NAME = "password_own_name"
    PASSWORD_SAME = "password_same"
    PASSWORD_WRONG = "password_wrong"
    EMAIL_TAKEN = "email_taken"
    EMAIL_INVALID = "email_invalid"
    NAME_MISSING = "name_missing"
    ROLE_UNKNOWN = "role_unknown"
    UNIT_UNKNOWN = "unit_unknown"
    UNIT_NEEDED = "unit_needed"
    DATES_REVERSED = "dates_reversed"
    DATE_INVALID = "date_invalid"
    MEMBERSHIP_TWICE = "membership_twice"
    UNIT_NAME_TAKEN = "unit_name_taken"
    UNIT_CODE_TAKEN = "unit_code_taken"
    TABLE_HEAD = "table_head"
    TABLE_EMPTY = "table_empty"
    TABLE_LONG = "table_long"
    NAME_BEFORE_LAST = "name_before_last"
    NOT_A_GROUP = "not_a_group"
    GROUP_IN_GROUP = "group_in_group"


class InvalidAccount(Invalid):
    """A value typed about a person or a unit cannot be taken; `field` names where it was typed."""

    def __init__(self, trouble: AccountTrouble, field: str = "", **facts: object) -> None:
        self.trouble = trouble
        self.field = field
        super().__init__(trouble=trouble, field=field, **facts)


class SignInRefused(DomainError):
    """E-mail and password do not belong together, or the account is not in use: one answer for all."""


class TooManyAttempts(DomainError):
    """Too many wrong guesses; `wait_seconds` says when the next try is heard."""


class SpentLink(DomainError):
    """A one-time link that is used, over, or never was: one answer for all."""


def as_password(text: str) -> str:
    """The password as it is hashed: NFC, so that a phone and a Mac type the same one. Blanks count."""
    return unicodedata.normalize("NFC", text)


def check_password(password: str, *, common: Collection[str], about: Collection[str] = ()) -> None:
    """Raises `InvalidAccount` for a password that is short, long, common, or one's own name or address.

    `common` holds folded passwords; `about` what others know of the person.
    """
    text = as_password(password)
    if len(text) < PASSWORD_MIN:
        raise InvalidAccount(AccountTrouble.PASSWORD_SHORT, "password", at_least=PASSWORD_MIN)
    if len(text) > PASSWORD_MAX:
        raise InvalidAccount(AccountTrouble.PASSWORD_LONG, "password", at_most=PASSWORD_MAX)
    folded = fold(text).replace(" ", "")
    if folded in common or folded.rstrip("0123456789!@#$.") in common or len(set(folded)) < 4:
        raise InvalidAccount(AccountTrouble.PASSWORD_COMMON, "password")
    known = {fold(each).replace(" ", "") for each in about}
    if any(len(each) >= TELLING_PART and (folded == each or folded.strip("0123456789!@#$.") == each) for each in known):
        raise InvalidAccount(AccountTrouble.PASSWORD_OWN_NAME, "password")


_EMAIL = re.compile(
    r"[^@\s<>()\[\]\\,;:\"]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)


def as_email(text: str) -> str:
    """The address in lower case, as people sign in with it; raises `InvalidAccount` for what cannot be one.

    A host without a dot is taken: mail inside an office often has one. Only ASCII: every mail server takes it.
    """
    address = one_line(text).lower()
    local, _, _host = address.partition("@")
    if (
        len(address) > 254
        or not address.isascii()
        or not _EMAIL.fullmatch(address)
        or local[0] == "."
        or local[-1] == "."
        or ".." in local
    ):
        raise InvalidAccount(AccountTrouble.EMAIL_INVALID, "email", text=text)
    return address


def as_name(text: str) -> str:
    """The name on one line; raises `InvalidAccount` for an empty one."""
    name = one_line(text)
    if not name:
        raise InvalidAccount(AccountTrouble.NAME_MISSING, "name")
    return name
