"""One browser as the bench and the fault tests need it: a kept-alive connection, cookies, the form's token."""

import http.client
import re
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

_TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')
SECONDS = 60


class Answer:
    """Status, headers and body of one answer."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.body = response.read()
        self.status = response.status
        self.headers = response.headers

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


class Client:
    """Talks to `url` over one connection; opens another where the server closed it."""

    def __init__(self, url: str) -> None:
        self.url = url
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.connection = self._connect()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.host, self.port, timeout=SECONDS)

    def twin(self) -> "Client":
        """Another connection of the same session: signing in is slow on purpose."""
        other = Client(self.url)
        other.cookies, other.token = dict(self.cookies), self.token
        return other

    def close(self) -> None:
        self.connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, Any]) -> Answer:
        """Posts a form; the token of the session goes with it."""
        return self._ask("POST", path, urlencode({"csrf_token": self.token, **fields}))

    def sign_in(self, email: str, password: str) -> None:
        """Signs in through the page as anybody does; raises `RuntimeError` where that fails."""
        self.read_token("/dang-nhap")
        answer = self.post("/dang-nhap", {"email": email, "password": password})
        if answer.status != 303:
            raise RuntimeError(f"{email} could not sign in: {answer.status}")
        # The session is a new one, and so is its token.
        self.read_token("/tai-khoan")

    def read_token(self, path: str) -> None:
        answer = self.get(path)
        found = _TOKEN.search(answer.text)
        if answer.status != 200 or found is None:
            raise RuntimeError(f"{path}: {answer.status}, no token")
        self.token = found[1]

    def _ask(self, method: str, path: str, body: str | None, further: dict[str, str] | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} | (further or {})
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body, headers)
            answer = Answer(self.connection.getresponse())
        except (OSError, http.client.HTTPException):
            # Whether the request was carried out is not known: the caller decides what to do.
            self.connection.close()
            self.connection = self._connect()
            raise
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        return answer
