"""Wire format between the service and a child: msgpack in frames of bounded size. A child's answer is not trusted.

The service sends an ExtractionRequest, a PreviewRequest or a PictureRequest, and the file. The child answers with an
AnswerHeader, TextBlocks and ChunkBatches (a preview and a picture have none), or with a Refusal. Tags on the wire are
Head, TextBlock, Batch and Failed.
"""

import codecs
import socket
import struct
from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from services.ingest.duerp_preview import PreviewRequest
from services.ingest.extraction import Extracted
from services.ingest.page_drawing import PictureRequest
from services.ingest.ports import ChunkText, Extraction, ExtractionRequest
from shared.contracts.object_layout import BATCH
from shared.contracts.remarks import Remark, Remarks, bounded
from shared.errors import InvalidInput, VigieError

MAX_FRAME = 4 * 1024 * 1024
"""Bytes; a batch of the longest passages takes a third of it."""

READY = struct.Struct("!I")
"""First message of the zygote: the length of the JSON list of the rights that it gave up; the list follows."""

ENDED = struct.Struct("!iQQ?")
"""End of a child: wait status, peak resident memory in bytes, CPU time in ms, whether it was killed as too slow."""

ONE, ONE_WITH_OCR, PREVIEW, PICTURE = b"d", b"p", b"t", b"i"
"""Request to the zygote for a child, without and with OCR, for a preview, a picture; its end of a socket comes too."""

_BLOCK = 256 * 1024
_SIZE = struct.Struct("!I")
_SOURCE_SIZE = struct.Struct("!Q")
_MAX_PARAMS, _MAX_PARAM = 10, 300


class BrokenAnswer(Exception):
    """The child's answer breaks the protocol, or exceeds its bounds."""


class AnswerHeader(msgspec.Struct, frozen=True, tag="Head"):
    """Announces `count` chunks and `characters` of text; `more_remarks`: those beyond the listed ones."""

    title: str | None
    language: str | None
    count: int
    characters: int
    remarks: list[Remark] = []
    more_remarks: int = 0


class TextBlock(msgspec.Struct, frozen=True, tag="TextBlock"):
    """Part of the text in UTF-8, of whole characters."""

    data: bytes


class ChunkBatch(msgspec.Struct, frozen=True, tag="Batch", rename={"chunks": "pieces"}):
    """BATCH chunks; fewer only in the last batch."""

    chunks: list[ChunkText]


class Refusal(msgspec.Struct, frozen=True, tag="Failed"):
    """Error of a document that cannot be used; `trace` is the place of a defect in our code, for the log."""

    code: str
    params: dict[str, str | int] = {}
    trace: str = ""


_Asked = TypeVar("_Asked")
_Answer = AnswerHeader | TextBlock | ChunkBatch | Refusal
_ANSWER: "msgspec.msgpack.Decoder[_Answer]" = msgspec.msgpack.Decoder(_Answer)
_REQUEST = msgspec.msgpack.Decoder(ExtractionRequest)
_PREVIEW = msgspec.msgpack.Decoder(PreviewRequest)
_PICTURE = msgspec.msgpack.Decoder(PictureRequest)


def send_request(
    peer: socket.socket, request: ExtractionRequest | PreviewRequest | PictureRequest, source: bytes
) -> None:
    _send(peer, request)
    peer.sendall(_SOURCE_SIZE.pack(len(source)))
    peer.sendall(source)


def receive_request(peer: socket.socket) -> tuple[ExtractionRequest, bytes]:
    return _received(peer, _REQUEST)


def receive_preview_request(peer: socket.socket) -> tuple[PreviewRequest, bytes]:
    return _received(peer, _PREVIEW)


def receive_picture_request(peer: socket.socket) -> tuple[PictureRequest, bytes]:
    return _received(peer, _PICTURE)


def send_text(peer: socket.socket, text: str) -> None:
    _send(peer, AnswerHeader(None, None, 0, len(text)))
    for start in range(0, len(text), _BLOCK):
        _send(peer, TextBlock(text[start : start + _BLOCK].encode()))


def send_extracted(peer: socket.socket, extracted: Extracted) -> None:
    document = extracted.document
    text, remarks = document.text, bounded(document.remarks)
    count = len(extracted.chunks)
    _send(
        peer,
        AnswerHeader(document.title, document.language, count, len(text), list(remarks.listed), remarks.more),
    )
    for start in range(0, len(text), _BLOCK):
        _send(peer, TextBlock(text[start : start + _BLOCK].encode()))
    for first in range(0, len(extracted.chunks), BATCH):
        _send(peer, ChunkBatch([extracted.text_of(chunk) for chunk in extracted.chunks[first : first + BATCH]]))


def send_refusal(peer: socket.socket, error: VigieError, trace: str = "") -> None:
    _send(peer, Refusal(error.code, {name: _short(value) for name, value in error.params.items()}, trace[-4000:]))


def receive_answer(peer: socket.socket, max_bytes: int) -> Extraction | Refusal:
    """Receive a child's whole answer. Holds the interpreter lock for no longer than a frame takes.

    Raises:
        BrokenAnswer: the answer ended early, breaks the protocol, or is longer than `max_bytes`.
    """
    frames = _frames(peer, max_bytes)
    header, _ = next(frames)
    if isinstance(header, Refusal):
        return _checked_refusal(header)
    if not isinstance(header, AnswerHeader):
        raise BrokenAnswer("no header")
    text, batches = _receive_rest(header, frames)
    return Extraction(
        header.title, header.language, header.count, text, lambda number: _decoded(batches[number]), _remarks(header)
    )


def receive_text(peer: socket.socket, max_bytes: int) -> str | Refusal:
    """Receive the text of a preview.

    Raises:
        BrokenAnswer: as `receive_answer`.
    """
    frames = _frames(peer, max_bytes)
    header, _ = next(frames)
    if isinstance(header, Refusal):
        return _checked_refusal(header)
    if not isinstance(header, AnswerHeader):
        raise BrokenAnswer("no header")
    parts: list[str] = []
    characters = 0
    while characters < header.characters:
        answer, _ = next(frames)
        if not isinstance(answer, TextBlock) or not answer.data:
            raise BrokenAnswer("out of order")
        parts.append(_utf8(answer.data))
        characters += len(parts[-1])
    return "".join(parts)


def error_of(refusal: Refusal) -> VigieError:
    """Return the error that a child reports; always an InvalidInput, since a child is not trusted."""
    found = next((kind for kind in _kinds(InvalidInput) if kind.code == refusal.code), InvalidInput)
    return found(**refusal.params)


def _remarks(header: AnswerHeader) -> Remarks:
    found = bounded(header.remarks)
    return Remarks(found.listed, found.more + max(0, header.more_remarks))


def _receive_rest(header: AnswerHeader, frames: Iterator[tuple[_Answer, bytes]]) -> tuple[list[bytes], list[bytes]]:
    text: list[bytes] = []
    batches: list[bytes] = []
    characters = count = 0
    while characters < header.characters or count < header.count:
        answer, frame = next(frames)
        if isinstance(answer, TextBlock) and answer.data and not batches:
            characters += len(_utf8(answer.data))
            text.append(answer.data)
        elif isinstance(answer, ChunkBatch) and characters == header.characters:
            _check(answer.chunks, min(BATCH, header.count - count), characters)
            count += len(answer.chunks)
            batches.append(frame)
        else:
            raise BrokenAnswer("out of order")
    if characters != header.characters or not count:
        raise BrokenAnswer("not what the header announces")
    return text, batches


def _frames(peer: socket.socket, max_bytes: int) -> Iterator[tuple[_Answer, bytes]]:
    received = 0
    while True:
        (size,) = _SIZE.unpack(receive(peer, _SIZE.size))
        received += size
        if size > MAX_FRAME or received > max_bytes:
            raise BrokenAnswer("too long")
        frame = receive(peer, size)
        try:
            yield _ANSWER.decode(frame), frame
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise BrokenAnswer("not an answer") from error


def _received(peer: socket.socket, decoder: "msgspec.msgpack.Decoder[_Asked]") -> tuple[_Asked, bytes]:
    request = decoder.decode(receive(peer, _SIZE.unpack(receive(peer, _SIZE.size))[0]))
    return request, receive(peer, _SOURCE_SIZE.unpack(receive(peer, _SOURCE_SIZE.size))[0])


def _decoded(frame: bytes) -> Sequence[ChunkText]:
    answer = _ANSWER.decode(frame)
    assert isinstance(answer, ChunkBatch)
    return answer.chunks


def _check(chunks: Sequence[ChunkText], expected: int, characters: int) -> None:
    if len(chunks) != expected:
        raise BrokenAnswer("a batch of another size")
    for chunk in chunks:
        if not 0 <= chunk.start < chunk.end <= characters or not _is_whole(chunk):
            raise BrokenAnswer("a chunk outside the text")


def _is_whole(chunk: ChunkText) -> bool:
    own = len(chunk.text) - chunk.repeated
    lines = chunk.text.count("\n") + 1
    return chunk.repeated >= 0 and own == chunk.end - chunk.start and len(chunk.rows) in (0, lines)


def _checked_refusal(refusal: Refusal) -> Refusal:
    params = {name[:50]: _short(value) for name, value in list(refusal.params.items())[:_MAX_PARAMS]}
    return Refusal(refusal.code, params, refusal.trace)


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
    """Receive exactly `size` bytes.

    Raises:
        BrokenAnswer: the peer closed the connection before.
    """
    data = bytearray(size)
    view = memoryview(data)
    while view:
        received = peer.recv_into(view)
        if not received:
            raise BrokenAnswer("ended early")
        view = view[received:]
    return bytes(data)
