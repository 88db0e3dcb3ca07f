"""How a letter leaves: by SMTP, or (in development and the demo) not at all."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.policy import SMTP

from cchc_tasks.domain.mailing import RECORDED_ANSWER, DeliveryError, Letter
from cchc_tasks.mail.message import build_message

#: Answers from 500 on are final, below that the server asks for another try.
FIRST_PERMANENT_CODE = 500


class RecordingSender:
    """Sends nothing: the outbox keeps the words, and the page Nhắc việc shows them."""

    def __call__(self, letter: Letter) -> str:
        return RECORDED_ANSWER


@dataclass(frozen=True, slots=True)
class SMTPSender:
    """Sends each letter over a connection of its own. `tls` is none, starttls or tls; `timeout` in seconds."""

    host: str
    port: int
    sender: str
    tls: str = "none"
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20

    def __call__(self, letter: Letter) -> str:
        """The server's answer; raises `DeliveryError`, permanent where it refuses this recipient or this letter."""
        data = build_message(letter, self.sender).as_bytes(policy=SMTP)
        try:
            with self._connection() as connection:
                return self._transmit(connection, letter.correspondent.address, data)
        except smtplib.SMTPDataError as error:
            is_final = error.smtp_code >= FIRST_PERMANENT_CODE
            raise DeliveryError(_words(error.smtp_code, error.smtp_error), is_permanent=is_final) from error
        except (smtplib.SMTPException, OSError) as error:
            # Connection, TLS, sign-in: nothing that the letter is to blame for.
            raise DeliveryError(_one_line(f"{type(error).__name__}: {error}"), is_permanent=False) from error

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        connection = self._connect()
        try:
            if self.tls == "starttls":
                connection.starttls(context=ssl.create_default_context())
            connection.ehlo_or_helo_if_needed()
            if self.username:
                connection.login(self.username, self.password)
            yield connection
            # The letter is taken already; how the goodbye goes does not matter.
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
        finally:
            connection.close()

    def _connect(self) -> smtplib.SMTP:
        if self.tls == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout)

    def _transmit(self, connection: smtplib.SMTP, recipient: str, data: bytes) -> str:
        _expect(connection.mail(self.sender), is_final=False)
        _expect(connection.rcpt(recipient), is_final=True)
        return _expect(connection.data(data), is_final=True)


def _expect(answer: tuple[int, bytes], *, is_final: bool) -> str:
    """The answer in words if it is a yes; a no in the five hundreds is final where the step is about the letter."""
    code, text = answer
    if 200 <= code < 300:
        return _words(code, text)
    raise DeliveryError(_words(code, text), is_permanent=is_final and code >= FIRST_PERMANENT_CODE)


def _words(code: int, text: bytes | str) -> str:
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return _one_line(f"{code} {shown}")


def _one_line(text: str) -> str:
    """What a server says goes into the log and onto a page: one line, not too long."""
    return " ".join(text.split())[:500]
