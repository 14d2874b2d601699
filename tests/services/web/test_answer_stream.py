"""What the gateway tells of an answer is passed on as it comes: no piece waits for the one behind it."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.services.web.conftest import Site, an_answer
from tests.services.web.test_ask import QUESTION, citation, events

PATH = f"/v1/questions/{QUESTION}/events"


async def test_a_sentence_is_passed_on_before_the_next_event_is_told(site: Site) -> None:
    """The gateway is held: it tells nothing more until the browser has the first words."""
    await site.sign_in()
    answer = an_answer(answer="«\u00a0chaque année\u00a0» [1]", citations=[citation()])
    said = {"text": answer["answer"], "citations": answer["citations"]}
    site.gateway.on("GET", f"/v1/questions/{QUESTION}", answer)
    arrived = asyncio.Event()

    async def told() -> AsyncIterator[bytes]:
        yield events(("sentence", said)).encode()
        await arrived.wait()
        yield events(("answer", answer)).encode()

    head = {"content-type": "text/event-stream"}
    site.gateway.answers["GET", PATH] = lambda _request: httpx.Response(200, content=told(), headers=head)
    received: list[bytes] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        received.append(message.get("body", b""))
        if "chaque année".encode() in received[-1]:
            arrived.set()

    async with asyncio.timeout(30):
        await site.app(asked(site, f"/questions/{QUESTION}/events"), asyncio.Event().wait, send)  # type: ignore[arg-type]  # who never hangs up
    assert b"hx-partial" in received[-1] + received[-2]


def asked(site: Site, path: str) -> dict[str, Any]:
    """Return a browser's request as a server hands it on."""
    request = site.http.build_request("GET", path)
    headers = [(name.lower(), value) for name, value in request.headers.raw]
    return {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": urlsplit(path).path,
        "raw_path": path.encode(), "query_string": b"", "headers": headers, "client": ("127.0.0.1", 1),
        "server": ("vigie.test", 80), "root_path": "",
    }  # fmt: skip
