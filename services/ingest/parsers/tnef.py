"""Outlook's winmail.dat (MS-OXTNEF): the message's text, and the files in it.

A list of attributes with an id, a length and a value. Our own reading: what there is on PyPI (tnefparse) is under LGPL
and was last published in 2021, and a tenth of the format is all that is wanted.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.ingest.parsers.mail_headers import text_of
from shared.errors import UnreadableDocument

SIGNATURE = b"\x78\x9f\x3e\x22"
_HEADER = struct.Struct("<BII")
_BODY, _CODE_PAGE, _PROPERTIES = 0x0002800C, 0x00069007, 0x00069003
_NEXT_FILE, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_TEXT, _HTML, _LONG_NAME = 0x1000, 0x1013, 0x3707
_STRINGS = {0x001E: "", 0x001F: "utf-16-le", 0x0102: ""}
_FIXED = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x0014: 8, 0x0040: 8}
_GUID, _OBJECT = 0x0048, 0x000D
_NAMED, _MANY = 0x8000, 0x1000
_MOST_VALUES = 10_000


@dataclass(slots=True)
class File:
    """A file in the message."""

    name: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Contents:
    """What a winmail.dat has: text, plain or as HTML, and files."""

    text: str = ""
    html: bytes = b""
    files: list[File] = field(default_factory=list)


def contents(data: bytes) -> Contents:
    """Read a winmail.dat.

    Raises:
        UnreadableDocument: it is none, or ends early.
    """
    if not data.startswith(SIGNATURE):
        raise UnreadableDocument(reason="damaged")
    found, charset = Contents(), ""
    for attribute, value in _attributes(data):
        if attribute == _CODE_PAGE and len(value) >= 4:  # noqa: PLR2004
            charset = f"cp{int.from_bytes(value[:4], 'little')}"
        elif attribute == _BODY:
            found.text = found.text or text_of(value.rstrip(b"\0"), charset)
        elif attribute == _PROPERTIES:
            properties = dict(_properties(value, charset))
            found.text = found.text or properties.get(_TEXT, (b"", ""))[1]
            found.html = properties.get(_HTML, (b"", ""))[0]
        elif attribute == _NEXT_FILE:
            found.files.append(File())
        elif attribute in (_FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES):
            _of_file(found.files, attribute, value, charset)
    return found


def _of_file(files: list[File], attribute: int, value: bytes, charset: str) -> None:
    if not files:
        files.append(File())
    file = files[-1]
    if attribute == _FILE_TITLE:
        file.name = file.name or text_of(value.rstrip(b"\0"), charset)
    elif attribute == _FILE_DATA:
        file.data = value
    else:
        file.name = dict(_properties(value, charset)).get(_LONG_NAME, (b"", ""))[1] or file.name


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    while at + _HEADER.size <= len(data):
        _, attribute, length = _HEADER.unpack_from(data, at)
        at += _HEADER.size
        if at + length > len(data):
            raise UnreadableDocument(reason="damaged")
        yield attribute, data[at : at + length]
        at += length + 2  # the checksum


def _properties(data: bytes, charset: str) -> Iterator[tuple[int, tuple[bytes, str]]]:
    """Yield the values of strings and bytes of a list of properties by their id; an odd list ends it."""
    try:
        yield from _read_properties(data, charset)
    except struct.error:
        return


def _read_properties(data: bytes, charset: str) -> Iterator[tuple[int, tuple[bytes, str]]]:
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _ in range(min(count, _MOST_VALUES)):
        kind, identity = struct.unpack_from("<HH", data, at)
        at += 4
        if identity & _NAMED:
            at += 16
            by_name, length = struct.unpack_from("<II", data, at)
            at += 8 + (length + 3 & ~3 if by_name else 0)
        plain = kind & ~_MANY
        many = bool(kind & _MANY) or plain in _STRINGS or plain == _OBJECT
        values = struct.unpack_from("<I", data, at)[0] if many else 1
        at += 4 if many else 0
        for _ in range(min(values, _MOST_VALUES)):
            if plain in _STRINGS or plain == _OBJECT:
                (length,) = struct.unpack_from("<I", data, at)
                value = data[at + 4 : at + 4 + length]
                at += 4 + (length + 3 & ~3)
                yield identity, (value, _string(value, plain, charset))
            else:
                at += 16 if plain == _GUID else _FIXED.get(plain, 4)


def _string(value: bytes, kind: int, charset: str) -> str:
    if kind == 0x001F:  # noqa: PLR2004 (PT_UNICODE)
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return text_of(value.rstrip(b"\0"), charset) if kind == 0x001E else ""  # noqa: PLR2004 (PT_STRING8)
