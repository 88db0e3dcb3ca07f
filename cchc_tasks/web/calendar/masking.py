"""Keeps secret addresses, of calendars and of links in mails, out of every log."""

import logging
import re

#: The token in an address, wherever a server writes the request line.
_TOKEN = re.compile(r"(/lich/)[A-Za-z0-9_\-%.~+=]+?(\.ics)")
#: One-time links: those in reminders, and those that set a password.
_LINK = re.compile(r"(/(?:thu|kich-hoat|dat-lai-mat-khau)/)[A-Za-z0-9_\-%.~+=]+")
#: Loggers of servers that write addresses; ours names endpoints only.
ACCESS_LOGGERS = ("werkzeug", "waitress", "gunicorn.access", "gunicorn.error")


def mask(text: str) -> str:
    """`text` with the secret part of such addresses left out."""
    return _LINK.sub(r"\1***", _TOKEN.sub(r"\1***\2", text))


class MaskFeedTokens(logging.Filter):
    """Masks the message and its arguments before a handler sees them."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if (masked := mask(text)) != text:
            record.msg, record.args = masked, None
        return True


def mask_access_logs() -> None:
    """Puts the filter on the servers' loggers; calling it again adds nothing."""
    for name in ACCESS_LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, MaskFeedTokens) for each in logger.filters):
            logger.addFilter(MaskFeedTokens())
