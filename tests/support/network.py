"""No test may reach beyond this machine."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any


class ConnectionBeyondThisMachine(AssertionError):
    """A test tried to look up or connect to another host."""


def is_local(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ip_address(name.partition("%")[0]).is_loopback or ip_address(name).is_unspecified
    except ValueError:
        return False


@contextmanager
def only_this_machine() -> Iterator[None]:
    """While open, Python's sockets connect to loopback addresses and Unix sockets only."""
    real = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}
    real_lookup = socket.getaddrinfo

    def guarded(name: str) -> Any:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not is_local(address[0]):
                raise ConnectionBeyondThisMachine(address)
            return real[name](self, address)

        return connect

    def lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not is_local(host):
            raise ConnectionBeyondThisMachine(host)
        return real_lookup(host, *args, **kwargs)

    for name in real:
        setattr(socket.socket, name, guarded(name))
    socket.getaddrinfo = lookup
    try:
        yield
    finally:
        for name, method in real.items():
            setattr(socket.socket, name, method)
        socket.getaddrinfo = real_lookup
