"""Before the body, the token: what passes the door, how much of it, and what is said to the rest (S25)."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from starlette.types import Message

from services.gateway.documents.routes import submit
from services.gateway.duerp.imports.routes import begin
from services.gateway.http import body_limit
from services.gateway.http.auth import TokenVerifier
from services.gateway.http.bodies import BodyKind, BodyLimits, taken_by
from services.gateway.http.body_limit import Body
from shared.access import Principal
from tests.services.gateway.conftest import ASSISTANT, MAX_UPLOAD, READER, UNIT, Rig, api
from tests.services.gateway.test_access import OPENAI, routes

KILO, MEGA = 1024, 1024 * 1024
FORM = "multipart/form-data; boundary=b"
JSON = "application/json"


@dataclass
class Sender:
    """A client with `pieces` to send, and what becomes of them."""

    pieces: Iterator[bytes]
    taken: int = 0
    told: list[Message] = field(default_factory=list)
    taken_before_answer: int = 0

    async def receive(self) -> Message:
        self.taken += 1
        piece = next(self.pieces, None)
        if piece is None:
            await asyncio.Event().wait()  # connected, and silent
        return {"type": "http.request", "body": piece, "more_body": True}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.taken_before_answer = self.taken
        self.told.append(message)

    @property
    def status(self) -> int:
        return int(self.told[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.told[0]["headers"])


async def sent(rig: Rig, method: str, path: str, pieces: Iterator[bytes], **headers: str) -> Sender:
    """Send over ASGI itself: a client of a library would have a body at hand before anybody asks."""
    sender = Sender(pieces)
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": named,
        "server": ("vigie", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    await rig.app(scope, sender.receive, sender.send)
    return sender


def endless() -> Iterator[bytes]:
    while True:
        yield b"[" * KILO


@pytest.fixture(autouse=True)
def short_parting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limit, "PASSING_S", 0.002)


@pytest.mark.parametrize("token", [None, "Bearer x.y.z"], ids=["without a token", "with a false one"])
@pytest.mark.parametrize("length", [{"content_length": str(99 * MEGA)}, {"transfer_encoding": "chunked"}], ids=str)
async def test_s25_no_route_reads_a_byte_without_a_token(rig: Rig, token: str | None, length: dict[str, str]) -> None:
    fields = length | ({"authorization": token} if token else {})
    for method, path in routes():
        for kind in (JSON, FORM, "text/plain"):
            sender = await sent(rig, method, path, endless(), content_type=kind, **fields)
            assert (sender.status, sender.taken_before_answer) == (401, 0), (method, path)
            assert sender.headers[b"connection"] == b"close"
            assert b"www-authenticate" in sender.headers
            if path.startswith(OPENAI):
                assert b'"invalid_api_key"' in sender.told[1]["body"]


LIMITED = [
    ("/v1/questions", JSON, MEGA),
    ("/v1/chat/completions", JSON, MEGA),
    ("/v1/embedding", JSON, 64 * KILO),
    ("/v1/documents", FORM, MAX_UPLOAD + 64 * KILO),
]


@pytest.mark.parametrize(("path", "kind", "limit"), LIMITED)
async def test_s25_no_more_is_read_than_a_route_takes(rig: Rig, path: str, kind: str, limit: int) -> None:
    known = rig.headers(ASSISTANT) | {"content_type": kind}
    declared = await sent(rig, "POST", path, endless(), **known, content_length=str(limit + 1))
    assert (declared.status, declared.taken_before_answer) == (413, 0)
    pieces = iter([b"--b\r\ncontent-disposition: form-data; name=file; filename=a.txt\r\n\r\n", *[b" " * KILO] * 9_999])
    hidden = await sent(rig, "POST", path, pieces, **known, transfer_encoding="chunked")
    assert hidden.status == 413
    assert hidden.taken_before_answer <= limit // KILO + 2
    for sender in (declared, hidden):
        assert sender.headers[b"connection"] == b"close"
        assert (b'"invalid_request_error"' in sender.told[1]["body"]) == path.startswith(OPENAI)


async def test_s25_who_may_send_documents_nowhere_is_refused_before_the_file(rig: Rig) -> None:
    headers = rig.headers(READER) | {"content_type": FORM, "content_length": str(MAX_UPLOAD)}
    sender = await sent(rig, "POST", "/v1/documents", endless(), **headers)
    assert (sender.status, sender.taken_before_answer) == (403, 0)


async def test_who_is_refused_while_they_send_is_let_finish_for_a_moment(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that is cut off while it sends may lose the answer: the rest is let go by, unread."""
    monkeypatch.setattr(body_limit, "PASSING_S", 60)
    monkeypatch.setattr(body_limit, "PAUSE_S", 0.01)
    pieces = iter([b"x" * KILO] * 50)
    sender = await sent(rig, "POST", "/v1/questions", pieces, content_length=str(99 * MEGA), content_type=JSON)
    assert (sender.status, sender.taken_before_answer) == (401, 0)
    assert sender.taken == 51
    assert [message.get("more_body", False) for message in sender.told[1:]] == [True, False], "whole before the rest"


async def test_a_small_body_of_somebody_refused_ends_no_connection(rig: Rig) -> None:
    sender = await sent(rig, "POST", "/v1/questions", endless(), content_length="2000", content_type=JSON)
    assert (sender.status, sender.taken) == (401, 0)
    assert b"connection" not in sender.headers


async def test_who_sends_without_end_where_nothing_is_taken_counts_as_gone() -> None:
    sender = Sender(endless())
    scope = {"type": "http", "headers": [(b"transfer-encoding", b"chunked")]}
    body = Body(scope, sender.receive, BodyLimits(MAX_UPLOAD, 4_000))
    assert (await body.receive())["type"] == "http.disconnect"
    assert sender.taken == 65


async def test_a_token_is_verified_once_a_request(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    verify = TokenVerifier.principal

    async def counted(self: TokenVerifier, token: str) -> Principal:
        verified.append(token)
        return await verify(self, token)

    monkeypatch.setattr(TokenVerifier, "principal", counted)
    assert (await rig.upload(ASSISTANT, scope=UNIT)).status_code == 202
    assert len(verified) == 1
    assert (await rig.http.get("/v1/status", headers=rig.headers(READER))).status_code == 200
    assert len(verified) == 2


def test_what_is_not_declared_is_small_json() -> None:
    async def endpoint() -> None: ...

    assert taken_by(endpoint).kind is BodyKind.JSON
    assert BodyLimits(MAX_UPLOAD, 4_000).of(BodyKind.JSON) == 64 * KILO


@pytest.mark.parametrize("kind", [BodyKind.QUESTION, BodyKind.CHAT])
def test_the_longest_question_has_room_however_it_is_escaped(kind: BodyKind) -> None:
    assert BodyLimits(MAX_UPLOAD, 4_000).of(kind) == MEGA
    assert BodyLimits(MAX_UPLOAD, 1_000_000).of(kind) > len("\\ud83d\\ude00") * 1_000_000


def test_every_form_is_declared() -> None:
    """The door knows a form by its declaration; another one would be taken for JSON, and refused."""
    forms = [
        path
        for path, operations in api()["paths"].items()
        for operation in operations.values()
        if "multipart/form-data" in operation.get("requestBody", {}).get("content", {})
    ]
    assert forms == ["/v1/documents", "/v1/duerp/{unit}/imports"]
    assert {taken_by(each).kind for each in (submit, begin)} == {BodyKind.FILE}
