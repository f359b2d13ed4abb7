"""A client of Hibari's API, in one file to be copied. It needs Python 3.11 and nothing else.

Written from the OpenAPI document by `python -m studio.client.writing`: change that, not this.

```
hibari = Hibari("http://127.0.0.1:8420", token="hib_…")
job = hibari.make_album({"theme": "letters from a night train"})
for event in hibari.follow(job["id"]):
    print(event["kind"], event["body"])
```
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPResponse
from typing import Any, cast
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen


class HibariError(Exception):
    """What the API refused: `status`, `title`, `detail`, and `fields` where values were refused."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.status = int(document.get("status", 500))
        self.title = str(document.get("title", ""))
        self.detail = str(document.get("detail", ""))
        self.fields = document.get("fields", [])
        super().__init__(f"{self.status} {self.title}: {self.detail}")


class Connection:
    """Where the studio is, and the token that opens it."""

    def __init__(self, url: str, token: str, *, timeout_s: float = 60.0) -> None:
        """Get ready; nothing is sent yet.

        Args:
            url: of the studio, e.g. 'http://127.0.0.1:8420'.
            token: `hibari studio token add NAME --role producer` makes one.
            timeout_s: how long the studio may be silent.
        """
        self._url = url.rstrip("/")
        self._token = token
        self._timeout_s = timeout_s

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, object] | None = None,
        body: object = None,
        key: str = "",
    ) -> HTTPResponse:
        """The open answer to a request.

        Raises:
            HibariError: the request was refused.
        """
        asked = {name: value for name, value in (query or {}).items() if value not in (None, "", ())}
        url = f"{self._url}{path}?{urlencode(asked, doseq=True)}" if asked else f"{self._url}{path}"
        headers = {"Authorization": f"Bearer {self._token}"}
        if key:
            headers["Idempotency-Key"] = key
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        try:
            return cast(HTTPResponse, urlopen(Request(url, content, headers, method=method), timeout=self._timeout_s))
        except HTTPError as error:
            with error:
                raise HibariError(json.loads(error.read() or b"{}")) from error

    def read_json(self, method: str, path: str, **asked: Any) -> Any:  # noqa: ANN401 - any JSON value
        """The answer to a request, read as JSON; None where it has no body."""
        with self.ask(method, path, **asked) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def read_bytes(self, method: str, path: str, **asked: Any) -> bytes:  # noqa: ANN401 - as `ask` takes
        """The answer to a request as bytes."""
        with self.ask(method, path, **asked) as answer:
            return answer.read()

    def events(self, path: str, **query: object) -> Iterator[dict[str, Any]]:
        """Events as they happen; the stream ends with the connection."""
        with self.ask("GET", path, query=query) as answer:
            for line in answer:
                name, _, value = line.decode().partition(": ")
                if name == "data":
                    yield json.loads(value)


def place(value: object) -> str:
    """A value as one part of a path."""
    return quote(str(value), safe="")


def path_place(value: object) -> str:
    """A value as a path of several parts."""
    return quote(str(value), safe="/")
