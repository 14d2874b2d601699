"""Bodies that are as large as they can be, at a gateway that is a process of its own (S25; docs/faults.md, row 23)."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from services.gateway.http import header_timeout
from services.standalone.local_issuer import LocalIssuer, Person
from tests.services.gateway.conftest import ASSISTANT, READER
from tests.services.gateway.test_slow_senders import Gateway, running

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

MEGA = 1024 * 1024
BODY_BYTES = 99 * MEGA
MOST_MEMORY_BYTES = 100 * MEGA
LONGEST_S = 3.0
"""For a refusal and for everybody else meanwhile, on a machine that others use: nested JSON took up to 26 s before."""

LARGEST = {
    "nested": b'{"messages":' + b"[" * (MEGA - 2_000),
    "unknown fields": b"{" + b",".join(b'"k%d":1' % n for n in range(80_000)) + b"}",
    "small objects": b'{"model":"vigie","messages":[' + b"{}," * 300_000 + b"{}]}",
    "an unfinished string": b'{"model":"' + b'\\"' * 500_000,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    program = "from services.gateway.__main__ import main\nmain()"
    async with running(tmp_path_factory.mktemp("heavy"), program) as gateway:
        yield gateway


def resident(gateway: Gateway) -> int:
    """The most memory that the process ever had, bytes."""
    status = Path(f"/proc/{gateway.process.pid}/status").read_text()
    return 1024 * int(status.split("VmHWM:")[1].split()[0])


async def slowest_meanwhile(gateway: Gateway, done: asyncio.Event) -> float:
    """How long the slowest of many small requests takes, s."""
    slowest = 0.0
    async with httpx.AsyncClient(base_url=gateway.url, headers=gateway.headers, timeout=60, trust_env=False) as http:
        while not done.is_set():
            since = time.monotonic()
            assert (await http.get("/v1/status")).status_code == 200
            slowest = max(slowest, time.monotonic() - since)
            await asyncio.sleep(0.02)
    return slowest


def send(url: str, headers: dict[str, str], body: bytes) -> tuple[int, float]:
    """Status and seconds of a request whose body is at hand."""
    since = time.monotonic()
    with httpx.Client(timeout=60, trust_env=False) as http:
        return http.post(url, headers=headers, content=body).status_code, time.monotonic() - since


async def refused(gateway: Gateway, path: str, headers: dict[str, str], body: bytes) -> int:
    """Send it, and hold what it costs to its limits: time, everybody else's time, memory."""
    before, done = resident(gateway), asyncio.Event()
    others = asyncio.create_task(slowest_meanwhile(gateway, done))
    status, took = await asyncio.to_thread(send, gateway.url + path, headers, body)
    done.set()
    slowest, memory = await others, resident(gateway) - before
    assert max(took, slowest) < LONGEST_S
    assert memory < MOST_MEMORY_BYTES
    return status


@pytest.mark.parametrize("path", ["/v1/questions", "/v1/chat/completions", "/v1/documents"])
@pytest.mark.parametrize("piece", [b"[", b'{"a":', b"a=1&"], ids=["lists", "objects", "a form"])
async def test_s25_99_megabytes_without_a_token_cost_nobody_anything(gateway: Gateway, path: str, piece: bytes) -> None:
    body = piece * (BODY_BYTES // len(piece))
    kind = {b"a=1&": "application/x-www-form-urlencoded"}.get(piece, "application/json")
    assert await refused(gateway, path, {"content-type": kind}, body) == 401


@pytest.mark.parametrize("body", LARGEST.values(), ids=LARGEST)
@pytest.mark.parametrize(
    ("path", "person"),
    [
        ("/v1/questions", READER),
        ("/v1/chat/completions", READER),
        ("/v1/duerp/UMR5219/lines", ASSISTANT),
        ("/v1/duerp/UMR5219/remarks", ASSISTANT),
    ],
)
async def test_s25_the_largest_body_of_a_reader_costs_nobody_anything(
    gateway: Gateway, path: str, person: Person, body: bytes
) -> None:
    token = LocalIssuer(gateway.folder / "keys").token(person)
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    assert await refused(gateway, path, headers, body) in {400, 422}


async def test_s25_a_file_of_a_reader_is_not_read(gateway: Gateway) -> None:
    token = LocalIssuer(gateway.folder / "keys").token(READER)
    headers = {"authorization": f"Bearer {token}", "content-type": "multipart/form-data; boundary=b"}
    assert await refused(gateway, "/v1/documents", headers, b"\r\n--" * (BODY_BYTES // 4)) == 403
    assert gateway.stored() == []


@pytest.mark.parametrize(
    "head",
    [b"GET /v1/documents?search=", b"GET /livez HTTP/1.1\r\nauthorization: ", b"GET /livez HTTP/1.1\r\na: "],
    ids=["an address", "a token", "a field"],
)
async def test_s25_a_head_without_end_is_cut(gateway: Gateway, head: bytes) -> None:
    before = resident(gateway)
    _, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(head)
    with pytest.raises(ConnectionError):
        await poured(writer)
    writer.close()
    assert resident(gateway) - before < MOST_MEMORY_BYTES
    assert await gateway.alive()


async def poured(writer: asyncio.StreamWriter) -> None:
    """Write as much as a large body has, in pieces."""
    for _ in range(BODY_BYTES // header_timeout.HEAD_BYTES):
        writer.write(b"a" * header_timeout.HEAD_BYTES)
        await writer.drain()
