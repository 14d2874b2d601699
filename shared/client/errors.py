"""What a client is told instead of an answer.

httpx's own errors (`httpx.TransportError`) say that nothing was heard at all.
"""

from typing import Any

import httpx

_PREFIX = "urn:vigie:problem:"
_MEMBERS = {"type", "title", "status", "detail"}


class Problem(Exception):
    """The gateway refused, or an answer failed: its problem (RFC 9457).

    Attributes:
        type: a stable name, such as `urn:vigie:problem:not-found`; `code` is its last part.
        title, detail: sentences in the client's language.
        status: of HTTP.
        params: the problem's other members: the values of its sentence.
        retry_after: seconds after which another attempt makes sense, where the gateway says so.
    """

    def __init__(self, body: dict[str, Any], retry_after: float | None = None) -> None:
        self.body = body
        self.type = str(body.get("type", "about:blank"))
        self.title = str(body.get("title", ""))
        self.status = int(body.get("status", 0))
        self.detail = str(body.get("detail") or self.title or body)
        self.params = {name: value for name, value in body.items() if name not in _MEMBERS}
        self.retry_after = retry_after
        super().__init__(self.detail)

    @property
    def code(self) -> str:
        return self.type.removeprefix(_PREFIX)


class UnexpectedResponse(ValueError):
    """What answered does not speak Vigie's API: a proxy's page perhaps, or another version."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"{response.request.method} {response.request.url.path}: HTTP {response.status_code}")
