"""What can be wrong with a back-up."""

from enum import StrEnum

from cchc_tasks.domain.errors import DomainError


class BackupTrouble(StrEnum):
    """Why a back-up is not used."""

    UNREADABLE = "unreadable"
    FOREIGN = "foreign"
    OTHER_FORMAT = "other_format"
    CHANGED = "changed"
    NEWER_SCHEMA = "newer_schema"
    NOT_EMPTY = "not_empty"


class UnusableBackup(DomainError):
    """The back-up cannot be trusted, or has no empty place to go to; nothing was changed."""

    def __init__(self, trouble: BackupTrouble, **facts: object) -> None:
        self.trouble = trouble
        super().__init__(trouble=trouble, **facts)
