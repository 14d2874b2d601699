"""Content of a signed message or file (CMS, RFC 5652: `smime.p7m`, `.p7m`), without a check of the signature.

`cryptography` writes such files and does not give their content back; a walk over the lengths of BER does.
"""

import base64
import binascii
from collections.abc import Iterator

from shared.errors import UnreadableDocument

_SEQUENCE, _OCTETS, _OCTETS_OF_PARTS, _CONTEXT = 0x30, 0x04, 0x24, 0xA0
_SIGNED = bytes.fromhex("06092a864886f70d010702")
_DEEPEST = 20


def signed_content(data: bytes) -> bytes:
    """Return the content that is signed.

    Raises:
        UnreadableDocument: it is encrypted (`password`), or no signed content.
    """
    der = _binary(data)
    try:
        outer = next(_elements(der, 0, len(der), 0))
        kind, content = list(_elements(der, *outer[1:], 1))[:2]
        if der[kind[1] - 2 : kind[2]] != _SIGNED:
            raise UnreadableDocument(reason="password")
        inside = next(_elements(der, *content[1:], 2))
        parts = list(_elements(der, *inside[1:], 3))
        capsule = next(each for each in parts[2:] if each[0] == _SEQUENCE)
        wrapped = next(each for each in _elements(der, *capsule[1:], 4) if each[0] == _CONTEXT)
        found = b"".join(_octets(der, *wrapped[1:], 5))
    except (StopIteration, IndexError, ValueError) as error:
        raise UnreadableDocument(reason="damaged") from error
    return found


def _binary(data: bytes) -> bytes:
    if data[:1] == b"\x30":
        return data
    lines = b"".join(line for line in data.splitlines() if not line.startswith(b"-----"))
    try:
        return base64.b64decode(lines, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableDocument(reason="damaged") from error


def _octets(data: bytes, start: int, end: int, depth: int) -> Iterator[bytes]:
    for tag, first, last in _elements(data, start, end, depth):
        if tag == _OCTETS:
            yield data[first:last]
        elif tag == _OCTETS_OF_PARTS:
            yield from _octets(data, first, last, depth + 1)


def _elements(data: bytes, start: int, end: int, depth: int) -> Iterator[tuple[int, int, int]]:
    """Yield tag, start and end of the value of each element between two places."""
    at = start
    while at < end:
        tag = data[at]
        if tag == 0 and data[at + 1] == 0:
            return
        first, length = _length(data, at + 1)
        last = first + length if length >= 0 else _end_of_open(data, first, end, depth)
        if last > end:
            raise ValueError
        yield tag, first, last
        at = last + (2 if length < 0 else 0)


def _length(data: bytes, at: int) -> tuple[int, int]:
    """Return where the value begins, and its length; -1 for one that ends with two zeros."""
    size = data[at]
    if size < 0x80:  # noqa: PLR2004
        return at + 1, size
    count = size & 0x7F
    return at + 1 + count, int.from_bytes(data[at + 1 : at + 1 + count], "big") if count else -1


def _end_of_open(data: bytes, start: int, end: int, depth: int) -> int:
    if depth > _DEEPEST:
        raise ValueError
    last = start
    for _, first, stop in _elements(data, start, end, depth + 1):
        is_open = data[first - 1] == 0x80 and stop >= first  # noqa: PLR2004
        last = stop + (2 if is_open and data[stop : stop + 2] == b"\0\0" else 0)
    return last
