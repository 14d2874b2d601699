"""What is said between the service and a child: msgpack in frames of bounded size. What a child says is not trusted.

The service sends a Job and the file. The child answers Head, TextBlock ..., Batch ..., or Failed.
"""

import codecs
import socket
import struct
from collections.abc import Iterator, Sequence

import msgspec

from services.ingest.cutting import Cut
from services.ingest.ports import Excerpt, Extraction, Job
from shared.contracts.object_layout import BATCH
from shared.errors import InvalidInput, VigieError

MAX_FRAME = 4 * 1024 * 1024
"""Bytes; a batch of the longest passages takes a third of it."""

READY = struct.Struct("!I")
"""First word of the zygote: the length of the list, in JSON, of what it gave up; the list follows."""

ENDED = struct.Struct("!iQQ?")
"""Of each child: wait status, peak resident memory in bytes, CPU time in ms, whether it was killed for taking long."""

ONE, ONE_PATIENTLY = b"d", b"p"
"""What the zygote is asked with, beside the child's end of a socket."""

_BLOCK = 256 * 1024
_SIZE = struct.Struct("!I")
_SOURCE_SIZE = struct.Struct("!Q")
_MAX_PARAMS, _MAX_PARAM = 10, 300


class BrokenAnswer(Exception):
    """What the child said is not what a child says, or is more than it may say."""


class Head(msgspec.Struct, frozen=True, tag=True):
    """`count` pieces and `characters` of text follow."""

    title: str | None
    language: str | None
    count: int
    characters: int


class TextBlock(msgspec.Struct, frozen=True, tag=True):
    """Some of the text, UTF-8, whole characters."""

    data: bytes


class Batch(msgspec.Struct, frozen=True, tag=True):
    """BATCH pieces; fewer only in the last one."""

    pieces: list[Excerpt]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """Why the document cannot be used; `trace` tells a defect's place in our code, for the log."""

    code: str
    params: dict[str, str | int] = {}
    trace: str = ""


_Answer = Head | TextBlock | Batch | Failed
_ANSWER: "msgspec.msgpack.Decoder[_Answer]" = msgspec.msgpack.Decoder(_Answer)
_JOB = msgspec.msgpack.Decoder(Job)


def send_job(peer: socket.socket, job: Job, source: bytes) -> None:
    _send(peer, job)
    peer.sendall(_SOURCE_SIZE.pack(len(source)))
    peer.sendall(source)


def receive_job(peer: socket.socket) -> tuple[Job, bytes]:
    job = _JOB.decode(receive(peer, _SIZE.unpack(receive(peer, _SIZE.size))[0]))
    return job, bytes(receive(peer, _SOURCE_SIZE.unpack(receive(peer, _SOURCE_SIZE.size))[0]))


def send_cut(peer: socket.socket, cut: Cut) -> None:
    text = cut.document.text
    _send(peer, Head(cut.document.title, cut.document.language, len(cut.pieces), len(text)))
    for start in range(0, len(text), _BLOCK):
        _send(peer, TextBlock(text[start : start + _BLOCK].encode()))
    for first in range(0, len(cut.pieces), BATCH):
        _send(peer, Batch([cut.excerpt(piece) for piece in cut.pieces[first : first + BATCH]]))


def send_failure(peer: socket.socket, error: VigieError, trace: str = "") -> None:
    _send(peer, Failed(error.code, {name: _short(value) for name, value in error.params.items()}, trace[-4000:]))


def receive_answer(peer: socket.socket, most_bytes: int) -> Extraction | Failed:
    """All that a child has to say. Holds the interpreter for no longer than a frame takes.

    Raises:
        BrokenAnswer: it ended early, or is not an answer, or is longer than `most_bytes`.
    """
    frames = _frames(peer, most_bytes)
    head, _ = next(frames)
    if isinstance(head, Failed):
        return _checked_failure(head)
    if not isinstance(head, Head):
        raise BrokenAnswer("no head")
    text, batches = _receive_rest(head, frames)
    return Extraction(head.title, head.language, head.count, text, lambda number: _decoded(batches[number]))


def error_of(failed: Failed) -> VigieError:
    """The error that a child reports: one about its document, whatever it says."""
    found = next((kind for kind in _kinds(InvalidInput) if kind.code == failed.code), InvalidInput)
    return found(**failed.params)


def _receive_rest(head: Head, frames: Iterator[tuple[_Answer, bytes]]) -> tuple[list[bytes], list[bytes]]:
    text: list[bytes] = []
    batches: list[bytes] = []
    characters = count = 0
    while characters < head.characters or count < head.count:
        answer, frame = next(frames)
        if isinstance(answer, TextBlock) and answer.data and not batches:
            characters += len(_utf8(answer.data))
            text.append(answer.data)
        elif isinstance(answer, Batch) and characters == head.characters:
            _check(answer.pieces, min(BATCH, head.count - count), characters)
            count += len(answer.pieces)
            batches.append(frame)
        else:
            raise BrokenAnswer("out of order")
    if characters != head.characters or not count:
        raise BrokenAnswer("not what the head says")
    return text, batches


def _frames(peer: socket.socket, most_bytes: int) -> Iterator[tuple[_Answer, bytes]]:
    received = 0
    while True:
        (size,) = _SIZE.unpack(receive(peer, _SIZE.size))
        received += size
        if size > MAX_FRAME or received > most_bytes:
            raise BrokenAnswer("too long")
        frame = receive(peer, size)
        try:
            yield _ANSWER.decode(frame), frame
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise BrokenAnswer("not an answer") from error


def _decoded(frame: bytes) -> Sequence[Excerpt]:
    answer = _ANSWER.decode(frame)
    assert isinstance(answer, Batch)
    return answer.pieces


def _check(pieces: Sequence[Excerpt], expected: int, characters: int) -> None:
    if len(pieces) != expected:
        raise BrokenAnswer("a batch of another size")
    for piece in pieces:
        if not 0 <= piece.start < piece.end <= characters or not _is_whole(piece):
            raise BrokenAnswer("a piece outside the text")


def _is_whole(piece: Excerpt) -> bool:
    own = len(piece.text) - piece.repeated
    lines = piece.text.count("\n") + 1
    return piece.repeated >= 0 and own == piece.end - piece.start and len(piece.rows) in (0, lines)


def _checked_failure(failed: Failed) -> Failed:
    params = {name[:50]: _short(value) for name, value in list(failed.params.items())[:_MAX_PARAMS]}
    return Failed(failed.code, params, failed.trace)


def _short(value: str | int) -> str | int:
    return value[:_MAX_PARAM] if isinstance(value, str) else value


def _kinds(root: type[VigieError]) -> Iterator[type[VigieError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _kinds(kind)


def _utf8(data: bytes) -> str:
    try:
        return codecs.decode(data, "utf-8")
    except UnicodeDecodeError as error:
        raise BrokenAnswer("not UTF-8") from error


def _send(peer: socket.socket, message: object) -> None:
    frame = msgspec.msgpack.encode(message)
    peer.sendall(_SIZE.pack(len(frame)))
    peer.sendall(frame)


def receive(peer: socket.socket, size: int) -> bytes:
    """Exactly `size` bytes.

    Raises:
        BrokenAnswer: there are no more to come.
    """
    data = bytearray(size)
    view = memoryview(data)
    while view:
        received = peer.recv_into(view)
        if not received:
            raise BrokenAnswer("ended early")
        view = view[received:]
    return bytes(data)
