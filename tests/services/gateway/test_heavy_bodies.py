"""Bodies that are as large as they can be, at a gateway that is a process of its own (S25; docs/faults.md, row 23)."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
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
TICKS = os.sysconf("SC_CLK_TCK")
MOST_FORM_LOOP_S = 2.0
MOST_MEMORY_BYTES = 100 * MEGA
MOST_CPU_S = {"without a token": 0.5, "of a reader": 1.0}
"""Of the gateway's processor, for a body that is refused; nested JSON took up to 26 s before."""

MOST_LOOP_S = 0.2
"""Of it, of the thread that everybody's requests wait for."""

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


@dataclass(frozen=True)
class Cost:
    """What a request cost: seconds of the gateway's processor, those of its event loop, and the most memory, bytes."""

    cpu_s: float
    loop_s: float
    memory: int


def spent(gateway: Gateway) -> tuple[float, float]:
    """Seconds of processor that the process has taken, and those of its first thread, which has the event loop."""
    pid = gateway.process.pid
    return tuple(  # type: ignore[return-value]  # of two
        sum(map(int, Path(file).read_text().rpartition(")")[2].split()[11:13])) / TICKS
        for file in (f"/proc/{pid}/stat", f"/proc/{pid}/task/{pid}/stat")
    )


def resident(gateway: Gateway, what: str = "VmHWM") -> int:
    """The most memory that the process had since `forget_peak`, or what it has now (`VmRSS`), bytes."""
    status = Path(f"/proc/{gateway.process.pid}/status").read_text()
    return 1024 * int(status.split(f"{what}:")[1].split()[0])


def forget_peak(gateway: Gateway) -> int:
    """Let the peak of memory begin anew, as in a process that was just started; what it has now, bytes."""
    Path(f"/proc/{gateway.process.pid}/clear_refs").write_text("5")
    return resident(gateway, "VmRSS")


def send(url: str, headers: dict[str, str], body: bytes) -> int:
    """Status of a request whose body is at hand."""
    with httpx.Client(timeout=60, trust_env=False) as http:
        return http.post(url, headers=headers, content=body).status_code


async def sent(gateway: Gateway, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Cost]:
    """Send a body; its status, and what it cost."""
    before, (cpu_s, loop_s) = forget_peak(gateway), spent(gateway)
    status = await asyncio.to_thread(send, gateway.url + path, headers, body)
    after_s, after_loop_s = spent(gateway)
    return status, Cost(after_s - cpu_s, after_loop_s - loop_s, resident(gateway) - before)


async def refused(
    gateway: Gateway, path: str, headers: dict[str, str], body: bytes, whose: str = "without a token"
) -> int:
    """Send it, and hold what it costs to its limits: processor, everybody else's wait, memory."""
    status, cost = await sent(gateway, path, headers, body)
    assert cost.cpu_s <= MOST_CPU_S[whose], cost
    assert cost.loop_s <= MOST_LOOP_S, cost
    assert cost.memory < MOST_MEMORY_BYTES, cost
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
    assert await refused(gateway, path, headers, body, "of a reader") in {400, 422}


async def test_s25_a_file_of_a_reader_is_not_read(gateway: Gateway) -> None:
    token = LocalIssuer(gateway.folder / "keys").token(READER)
    headers = {"authorization": f"Bearer {token}", "content-type": "multipart/form-data; boundary=b"}
    assert await refused(gateway, "/v1/documents", headers, b"\r\n--" * (BODY_BYTES // 4)) == 403
    assert gateway.stored() == []


async def test_s25_the_largest_form_of_who_may_send_is_taken_without_holding_it_in_memory(gateway: Gateway) -> None:
    token = LocalIssuer(gateway.folder / "keys").token(ASSISTANT)
    headers = {"authorization": f"Bearer {token}", "content-type": "multipart/form-data; boundary=b"}
    fields = b'--b\r\nContent-Disposition: form-data; name="scope"\r\n\r\nunit:UMR5219\r\n'
    start = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    body = fields + start + b"\r\n--" * (BODY_BYTES // 4) + b"\r\n--b--\r\n"
    status, cost = await sent(gateway, "/v1/documents", headers, body)
    assert status == 202
    assert cost.memory < MOST_MEMORY_BYTES, cost
    assert cost.loop_s <= MOST_FORM_LOOP_S, cost


@pytest.mark.parametrize(
    "head",
    [b"GET /v1/documents?search=", b"GET /livez HTTP/1.1\r\nauthorization: ", b"GET /livez HTTP/1.1\r\na: "],
    ids=["an address", "a token", "a field"],
)
async def test_s25_a_head_without_end_is_cut(gateway: Gateway, head: bytes) -> None:
    before = forget_peak(gateway)
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
