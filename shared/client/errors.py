"""Errors that the client raises. `httpx.TransportError` is raised as it is: the gateway did not respond."""

from typing import Any

import httpx

_PREFIX = "urn:vigie:problem:"
_MEMBERS = {"type", "title", "status", "detail"}


class Problem(Exception):
    """A problem (RFC 9457) that the gateway returned: it refused a request, or an answer failed.

    Attributes:
        type: a stable name, such as `urn:vigie:problem:not-found`; `code` is its last part.
        title, detail: sentences in the client's language.
        status: of HTTP.
        params: the problem's other members: the values of its sentence.
        retry_after: seconds to wait before another attempt (`Retry-After`); None where the gateway names none.
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
    """A response that is not of Vigie's API: a proxy's page, or another version's."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"{response.request.method} {response.request.url.path}: HTTP {response.status_code}")
