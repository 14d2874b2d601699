"""E-mail that nobody sends."""

import base64
from collections.abc import Sequence

from tests.services.ingest.hostile.case import ANY, Bait, Case, plainly
from tests.support.zips import bomb

_HEAD = b"From: a@exemple.fr\r\nTo: b@exemple.fr\r\nSubject: Consignes\r\nMIME-Version: 1.0\r\n"
_WORDS = b"Content-Type: text/plain; charset=utf-8\r\n\r\nPorter des gants.\r\n"


def mixed(parts: Sequence[bytes]) -> bytes:
    inner = b"".join(b"--B\r\n" + part + b"\r\n" for part in (_WORDS, *parts))
    return _HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n" + inner + b"--B--\r\n"


def attached(data: bytes, name: bytes, kind: bytes = b"application/octet-stream") -> bytes:
    return (
        b"Content-Type: %b\r\nContent-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="%b"\r\n\r\n%b\r\n' % (kind, name, base64.encodebytes(data))
    )


def nested_parts(depth: int) -> bytes:
    opening = b"".join(
        b"Content-Type: multipart/mixed; boundary=B%d\r\n\r\n--B%d\r\n" % (level, level) for level in range(depth)
    )
    return _HEAD + opening + _WORDS


def nested_messages(depth: int) -> bytes:
    return (_HEAD + b"Content-Type: message/rfc822\r\n\r\n") * depth + _HEAD + _WORDS


def bombs(_: Bait) -> bytes:
    data = bomb("word/document.xml", 500_000_000, {"[Content_Types].xml": b"wordprocessingml.document.main+xml"})
    return mixed([attached(data, b"bombe%d.docx" % number) for number in range(20)])


def addresses(count: int) -> bytes:
    return _HEAD.replace(b"b@exemple.fr", b", ".join(b"n%d@exemple.fr" % n for n in range(count))) + _WORDS


CASES: Sequence[Case] = (
    Case("10,000 attachments", "pieces.eml", lambda _: mixed([attached(b"a", b"%d.txt" % n) for n in range(10_000)])),
    Case("messages 2,000 deep", "poupees.eml", lambda _: nested_messages(2000), ANY),
    Case("parts 20,000 deep", "parts.eml", lambda _: nested_parts(20_000), ANY),
    Case("attachments that are bombs", "bombes.eml", bombs),
    Case("names that lead out", "noms.eml", plainly(mixed([attached(b"Texte.", b"../../etc/passwd.txt")]))),
    Case(
        "an attachment that is no base64",
        "base64.eml",
        plainly(mixed([attached(b"a", b"a.txt").replace(b"YQ==", b"\xff" * 99)])),
    ),
    Case("a header of 5 MB", "entete.eml", lambda _: _HEAD + b"X-A: " + b"a" * 5_000_000 + b"\r\n" + _WORDS, ANY),
    Case("100,000 addressees", "adresses.eml", lambda _: addresses(100_000), ANY),
    Case(
        "nested comments in an address",
        "commentaires.eml",
        lambda _: _HEAD.replace(b"b@", b"(" * 50_000 + b"b@") + _WORDS,
        ANY,
    ),
    Case(
        "encoded words without end",
        "mots.eml",
        lambda _: _HEAD.replace(b"Consignes", b"=?utf-8?q?a?= " * 50_000) + _WORDS,
        ANY,
    ),
    Case(
        "a boundary that never ends",
        "bords.eml",
        lambda _: _HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n" + b"--B\r\n" * 500_000,
        ANY,
    ),
    Case(
        "an unknown charset", "charset.eml", plainly(_HEAD + b"Content-Type: text/plain; charset=klingon\r\n\r\nTexte.")
    ),
    Case(
        "a text that calls itself a message",
        "texte.eml",
        plainly(b"\n\nPorter des gants."),
        ("damaged", "empty-document"),
    ),
)
