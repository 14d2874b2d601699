"""Streams of a PDF that unpack to an immense size, found before PDFium unpacks one of them.

Source: ISO 32000-1, 7.3.8 (streams) and 7.4.4 (FlateDecode). Deflate packs at most 1,032 to 1, and what is packed twice
is packed to nearly the square of that: a stream that cannot reach the limit is not looked into.
"""

import re
import zlib
from collections.abc import Iterator

from services.ingest.archives import MAX_UNPACKED
from shared.errors import UnreadableDocument

_STREAM = re.compile(rb">>\s{0,32}stream\r?\n")
_FILTERS = re.compile(rb"/Filter\s*(?:\[[^\]]{0,200}\]|/\w{1,20})")
_FLATE = (b"/FlateDecode", b"/Fl")
_IMAGE = re.compile(rb"/Subtype\s*/Image\b")
_LONGEST_DICTIONARY = 2_000
_MOST_PACKED = 1_032
_MOST_TIMES = 4
_PIECE = 1024 * 1024


def refuse_bombs(data: bytes, most: int = MAX_UNPACKED) -> None:
    """Pass over a PDF whose streams all unpack to `most` bytes at most; images are never unpacked for their text.

    Raises:
        UnreadableDocument: a stream unpacks to more.
    """
    for found in _STREAM.finditer(data):
        dictionary = data[max(0, found.start() - _LONGEST_DICTIONARY) : found.start()]
        dictionary = dictionary[dictionary.rfind(b" obj") + 1 :]
        times = _times_deflated(dictionary)
        if not times or _IMAGE.search(dictionary):
            continue
        end = data.find(b"endstream", found.end())
        packed = memoryview(data)[found.end() : end if end >= 0 else len(data)]
        if len(packed) * _MOST_PACKED**times > most and _unpacks_beyond(packed, times, most):
            raise UnreadableDocument(reason="archive-bomb")


def _times_deflated(dictionary: bytes) -> int:
    """Count the passes of deflate in front of any other filter."""
    filters = _FILTERS.search(dictionary)
    if filters is None:
        return 0
    names = re.findall(rb"/\w+", filters[0])[1:]
    flate = [name in _FLATE for name in names]
    return min(flate.index(False) if False in flate else len(flate), _MOST_TIMES)


def _unpacks_beyond(packed: memoryview, times: int, most: int) -> bool:
    pieces: Iterator[bytes] = iter([bytes(packed)])
    for _ in range(times):
        pieces = _unpacked(pieces)
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            return True
    return False


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what deflate unpacks, up to where the data is damaged or has a password."""
    unpacker = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest and not unpacker.eof:
            try:
                yield unpacker.decompress(rest, _PIECE)
            except zlib.error:
                return
            rest = unpacker.unconsumed_tail
