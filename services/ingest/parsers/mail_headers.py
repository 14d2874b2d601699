"""Headers of e-mail (RFC 5322, 2047, 2231): words in whichever charset they are, whole again."""

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from email.message import MIMEPart
from itertools import groupby

from services.ingest.parsers.assembling import title
from services.ingest.parsers.decoding import clean, decode
from shared.errors import UnreadableDocument

_MAX_HEADER = 2000
"""Characters of a header that are read: no person reads more."""

_WORD = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]*)?\?([bBqQ])\?([^?\r\n]*+)\?=")
_BETWEEN_WORDS = re.compile(r"(?<=\?=)\s+(?==\?)")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")

_UTF_7 = ("utf-7", "unicode-1-1-utf-7")
"""What browsers refuse in pages, for the scripts that it hides, and older mail programs wrote (RFC 2152)."""


def header(message: MIMEPart, name: str) -> str:
    """Return a header's text on one line; empty without it."""
    raw = next((value for known, value in message.raw_items() if known.lower() == name.lower()), "")
    return words(str(raw)[:_MAX_HEADER])


def words(raw: str) -> str:
    """Return the text of a header as it was sent: encoded words decoded, bytes beyond ASCII too."""
    return title(clean("".join(_decoded(_BETWEEN_WORDS.sub("", raw)))))


def file_name(part: MIMEPart) -> str:
    """Return the file's name without folders; its type where it has none."""
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, AttributeError, TypeError):
        name = ""
    return words(name).replace("\\", "/").rpartition("/")[2].strip()[:200] or part.get_content_type()


def _decoded(raw: str) -> Iterator[str]:
    """Yield the text in pieces; words of one charset that follow each other are one text, since some split letters."""
    at = 0
    pieces: list[tuple[str, bytes]] = []
    for match in _WORD.finditer(raw):
        if raw[at : match.start()]:
            pieces.append(("", raw[at : match.start()].encode("utf-8", "surrogateescape")))
        pieces.append((match[1].lower(), _bytes(match[2], match[3])))
        at = match.end()
    pieces.append(("", raw[at:].encode("utf-8", "surrogateescape")))
    for charset, group in groupby(pieces, key=lambda piece: piece[0]):
        yield text_of(b"".join(data for _, data in group), charset)


def text_of(data: bytes, charset: str) -> str:
    """Return text in its charset, as the web takes it; with marks for letters where nothing decodes it."""
    if charset.strip("\"' ").lower() in _UTF_7:
        with suppress(UnicodeDecodeError):
            return clean(data.decode("utf-7"))
    try:
        return decode(data, charset)
    except UnreadableDocument:
        with suppress(UnicodeDecodeError):
            return clean(data.decode())
        return clean(data.decode("cp1252", "replace"))


def _bytes(encoding: str, encoded: str) -> bytes:
    data = encoded.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return _HEX.sub(lambda match: bytes([int(match[1], 16)]), data.replace(b"_", b" "))
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return data
