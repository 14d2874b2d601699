"""Senders that take their time (docs/faults.md, row 23), at a gateway that is a process of its own, over raw sockets.

Its patience is shorter than by default, and it has neither Kafka nor workers: what is told here is what a sender sees.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from services.standalone.local_issuer import LocalIssuer, Person
from shared.access import Role
from tests.support.processes import START_TIMEOUT_S
from tests.support.tcp_ports import claimed_ports
from tests.support.warm_start import ChildProcess, started

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

HASTY = """
from services.gateway.http import body_limit, header_timeout
from services.gateway.__main__ import main
header_timeout.HEAD_S = body_limit.PATIENCE_S = 1
main()
"""
OPERATOR = Person("operator", roles=(Role.ADMIN,))
PATIENCE_S = 60
PAUSE_S = 0.05
TERMINATION_GRACE_S = 30  # Kubernetes' own
UPLOAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
END = b"\r\n--b--\r\n"


@dataclass
class Gateway:
    process: ChildProcess
    port: int
    folder: Path
    token: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}", "accept-language": "en"}

    def stored(self) -> list[Path]:
        """Return the files that somebody sent; what the gateway's own check writes is nobody's."""
        objects = self.folder / "objects"
        return [path for path in objects.rglob("*") if path.is_file() and objects / "health" not in path.parents]

    def head(self, method: str, path: str, **fields: str) -> bytes:
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in (self.headers | fields).items()]
        return "\r\n".join([f"{method} {path} HTTP/1.1", "host: vigie", *lines, "", ""]).encode()

    async def alive(self) -> bool:
        async with httpx.AsyncClient(trust_env=False) as http:
            return (await http.get(f"{self.url}/livez")).is_success


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    folder = tmp_path_factory.mktemp("slow")
    async with running(folder, HASTY) as gateway:
        yield gateway


@asynccontextmanager
async def running(folder: Path, program: str) -> AsyncIterator[Gateway]:
    issuer = LocalIssuer(folder / "keys")
    issuer.prepare()
    port = claimed_ports()
    environment = {
        "VIGIE_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "VIGIE_OBJECTS_FOLDER": str(folder / "objects"),
        "VIGIE_GATEWAY_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/vigie.db",
        "VIGIE_GATEWAY_JWKS_FILE": str(issuer.jwks_file),
        "VIGIE_GATEWAY_GRANT_PRIVATE_KEY_FILE": str(issuer.grant_private_key_file),
        "VIGIE_GATEWAY_PORT": str(port),
        "VIGIE_GATEWAY_QUESTION_DEADLINE_S": "3",
        "VIGIE_GATEWAY_LIMIT_PERSON_UPLOADS": "0",  # one person is all the slow senders here
    }
    with (folder / "gateway.log").open("wb") as log:
        process = started(["-c", program], env=os.environ | environment, output=log)
    gateway = Gateway(process, port, folder, issuer.token(OPERATOR))
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            while not await _answers(gateway):
                await asyncio.sleep(0.1)
        yield gateway
    finally:
        process.kill()
        process.wait()


async def _answers(gateway: Gateway) -> bool:
    assert gateway.process.poll() is None, (gateway.folder / "gateway.log").read_text()[-3000:]
    try:
        return await gateway.alive()
    except httpx.TransportError:
        return False


async def trickled(gateway: Gateway, at_once: bytes, slowly: bytes) -> bytes:
    """What comes back until the gateway closes; the last byte is sent again and again as long as it does not."""
    loop = asyncio.get_running_loop()
    with socket.socket() as sender:  # not a stream: that forgets what had come when it cannot send any more
        sender.settimeout(0)
        await loop.sock_connect(sender, ("127.0.0.1", gateway.port))
        await loop.sock_sendall(sender, at_once)
        answer = asyncio.create_task(_until_closed(sender))
        async with asyncio.timeout(PATIENCE_S):
            with suppress(ConnectionError):
                for byte in chain(slowly, repeat(slowly[-1])):
                    if answer.done():
                        break
                    await loop.sock_sendall(sender, bytes([byte]))
                    await asyncio.sleep(PAUSE_S)
            return await answer


async def _until_closed(sender: socket.socket) -> bytes:
    received = b""
    with suppress(ConnectionError):
        while piece := await asyncio.get_running_loop().sock_recv(sender, 65_536):
            received += piece
    return received


async def test_fault_23_who_sends_a_request_s_head_byte_by_byte_is_left(gateway: Gateway) -> None:
    head = gateway.head("GET", "/v1/documents")[:-2]  # never ends
    assert await trickled(gateway, b"", head + b"x") == b""
    whole = head + b"\r\n"
    answer = await trickled(gateway, whole, head + b"x")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1") == 1, "the second request of a connection has no more time than the first"


@pytest.mark.parametrize("length", [{"content_length": "5000"}, {"transfer_encoding": "chunked"}], ids=str)
@pytest.mark.parametrize(
    ("known", "status", "problem"),
    [(True, b"408", b"slow-sender"), (False, b"401", b"unauthenticated")],
    ids=["signed in", "unknown"],
)
async def test_fault_23_a_body_that_trickles_is_refused_and_leaves_nothing(
    gateway: Gateway, length: dict[str, str], known: bool, status: bytes, problem: bytes
) -> None:
    fields = {"content_type": "multipart/form-data; boundary=b"} | length
    if not known:
        fields["authorization"] = "Bearer nobody"
    body = UPLOAD if "content_length" in length else f"{len(UPLOAD):x}\r\n".encode() + UPLOAD + b"\r\n1000\r\n"
    answer = await trickled(gateway, gateway.head("POST", "/v1/documents", **fields) + body, b"x")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + status)
    assert b"application/problem+json" in head
    assert b"urn:vigie:problem:" + problem in body
    assert gateway.stored() == []


async def test_fault_23_who_was_answered_before_their_body_had_come_is_left_too(gateway: Gateway) -> None:
    answer = await trickled(gateway, gateway.head("GET", "/livez", content_length="5000"), b"x")
    assert answer.startswith(b"HTTP/1.1 200")


async def test_fault_23_many_slow_senders_hold_nobody_up(gateway: Gateway) -> None:
    head = gateway.head("GET", "/v1/documents")[:-2]
    upload = gateway.head("POST", "/v1/documents", content_type="multipart/form-data; boundary=b", content_length="999")
    slow = [asyncio.create_task(trickled(gateway, *sent)) for sent in ((b"", head), (upload, UPLOAD)) * 50]
    while not all(task.done() for task in slow):
        assert await gateway.alive()
        await asyncio.sleep(PAUSE_S)
    assert {(await task)[:12] for task in slow} == {b"", b"HTTP/1.1 408"}


async def test_a_slow_line_is_borne_and_a_stream_is_not_cut(gateway: Gateway) -> None:
    """Four seconds for an upload, three for a stream: longer than this gateway waits for those who send nothing."""

    async def slow_line() -> AsyncIterator[bytes]:
        yield UPLOAD
        for _ in range(8):
            await asyncio.sleep(0.5)
            yield b"Le cryostat se vide. " * 500
        yield END

    async with httpx.AsyncClient(base_url=gateway.url, headers=gateway.headers, timeout=30, trust_env=False) as http:
        kind = {"content-type": "multipart/form-data; boundary=b"}
        assert (await http.post("/v1/documents", headers=kind, content=slow_line())).status_code == 202
        asked = {"question": "Comment vider le cryostat ?"}
        stream = await http.post("/v1/questions", json=asked, headers={"accept": "text/event-stream"})
        assert "event: error" in stream.text, "nobody answers here: its deadline ended it"
    assert len(gateway.stored()) == 1


async def test_fault_4_a_gateway_with_slow_senders_stops_within_kubernetes_patience(tmp_path: Path) -> None:
    """At its default settings: it waits for connections, and then for consumers, but not for senders of any kind."""
    async with running(tmp_path, "from services.gateway.__main__ import main\nmain()") as gateway:
        kind = {"content_type": "multipart/form-data; boundary=b", "content_length": "5000"}
        upload = asyncio.create_task(trickled(gateway, gateway.head("POST", "/v1/documents", **kind), UPLOAD + b"x"))
        head = asyncio.create_task(trickled(gateway, b"GET /", b"x"))
        await asyncio.sleep(1)
        assert not upload.done()
        assert not head.done()
        gateway.process.terminate()
        assert await asyncio.to_thread(gateway.process.wait, TERMINATION_GRACE_S) == 0
        await asyncio.gather(upload, head)
