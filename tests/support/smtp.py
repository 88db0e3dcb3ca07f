"""A mail server on the loopback address that takes mail, or misbehaves as its script says."""

import asyncio
import email
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Sink:
    """`script` has one word for each mail in turn: refuse, busy, shutdown, cut, late_cut, hang; "ok" takes the mail.

    "refuse" answers 550 to the recipient, "busy" 451 and "shutdown" 421 after DATA, "cut" drops the line within DATA
    before the mail is taken, "late_cut" after it was taken, "hang" says nothing for `hang_seconds`.
    """

    script: list[str] = field(default_factory=list)
    hang_seconds: float = 5
    taken: list[EmailMessage] = field(default_factory=list)

    def by_message_id(self) -> Counter[str]:
        return Counter(str(message["Message-ID"]) for message in self.taken)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.script and self.script[0] == "refuse":
            self.script.pop(0)
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        turn = self.script.pop(0) if self.script else "ok"
        if turn == "busy":
            return "451 4.3.0 try again later"
        if turn == "shutdown":
            return "421 4.3.2 shutting down"
        if turn == "hang":
            await asyncio.sleep(self.hang_seconds)
            return "451 4.3.0 too late"
        if turn == "cut":
            server.transport.abort()
            return "451 gone"
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        if turn == "late_cut":
            server.transport.abort()
        return f"250 2.0.0 queued as {len(self.taken)}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def smtp_sink(*script: str, hang_seconds: float = 5) -> Iterator[tuple[Sink, int]]:
    """A running server and its port."""
    sink = Sink(list(script), hang_seconds)
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield sink, controller.port
    finally:
        controller.stop()
