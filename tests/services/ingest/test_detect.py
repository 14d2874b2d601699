"""Which format a file is read as."""

import pytest

from services.ingest.detect import detect
from services.ingest.parsers import FORMATS
from services.ingest.parsers.plain_text import PlainTextParser
from services.ingest.ports import Format
from shared.errors import UnreadableDocument, UnsupportedMediaType
from tests.support.zips import zipped

ODT = "application/vnd.oasis.opendocument.text"
OFFICE = (
    ("application/pdf", ".pdf"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    (ODT, ".odt"),
    ("image/png", ".png"),
)


def format_of(media_type: str, extension: str) -> Format:
    return Format(media_type, (extension,), PlainTextParser(), "heading")


TEXT = b"Du texte."
LEGI = "application/vnd.vigie.legi-data+json"


@pytest.mark.parametrize(
    ("declared", "name", "data", "expected"),
    [
        ("text/plain", "a.txt", TEXT, "text/plain"),
        ("text/plain; charset=latin-1", "A.TXT", TEXT, "text/plain"),
        ("application/octet-stream", "notes.md", TEXT, "text/markdown"),
        ("text/plain", "notes.md", TEXT, "text/markdown"),
        ("text/markdown", "notes.txt", TEXT, "text/markdown"),
        ("text/plain", "journal.log", TEXT, "text/plain"),
        ("application/octet-stream", "LISEZMOI", TEXT, "text/plain"),
        ("", "LISEZMOI", TEXT, "text/plain"),
        ("application/pdf", "faux.txt", TEXT, "text/plain"),
        (LEGI, "n'importe quoi.pdf", b"{}", LEGI),
    ],
)
def test_detected(declared: str, name: str, data: bytes, expected: str) -> None:
    assert detect(FORMATS, media_type=declared, file_name=name, data=data).media_type == expected


@pytest.mark.parametrize(
    ("declared", "name", "data"),
    [
        ("text/plain", "a.txt", b"{\\rtf1"),
        ("application/msword", "a.doc", TEXT),
        ("application/octet-stream", "a.bin", TEXT),
        ("application/vnd.vigie.autre+json", "a.txt", TEXT),
    ],
)
def test_refused(declared: str, name: str, data: bytes) -> None:
    with pytest.raises(UnsupportedMediaType) as refusal:
        detect(FORMATS, media_type=declared, file_name=name, data=data)
    assert refusal.value.params["name"] == name


def test_every_format_is_cut_by_a_strategy_there_is() -> None:
    from services.ingest.chunking import STRATEGIES

    assert {known.chunking for known in FORMATS} <= set(STRATEGIES)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CONTENT_TYPES = '<Types><Override PartName="/word/document.xml" ContentType="{}"/></Types>'
KNOWN = (*FORMATS, *(format_of(*each) for each in OFFICE if each[0] not in {known.media_type for known in FORMATS}))


def office(main_type: str, **parts: bytes) -> bytes:
    return zipped({"[Content_Types].xml": CONTENT_TYPES.format(main_type).encode(), **parts})


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("rapport.txt", b"%PDF-1.7\n", "application/pdf"),
        ("rapport.docx", b"%PDF-1.7\n", "application/pdf"),
        ("rapport.pdf", b"\r\n\r\n%PDF-1.4\n", "application/pdf"),
        ("rapport.pdf", office(f"{DOCX}.main+xml"), DOCX),
        ("rapport", office(f"{DOCX}.main+xml"), DOCX),
        ("rapport.docx", zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), ODT),
        ("scan.pdf", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a.msg", OLE + "__properties_version1.0".encode("utf-16-le"), "application/vnd.ms-outlook"),
        ("a.doc", OLE + "__properties_version1.0".encode("utf-16-le"), "application/vnd.ms-outlook"),
        ("MZ.txt", b"MZ est le sigle d'une zone.", "text/plain"),
    ],
)
def test_s17_the_content_counts_whatever_the_name_says(name: str, data: bytes, expected: str) -> None:
    assert detect(KNOWN, media_type="text/plain", file_name=name, data=data).media_type == expected


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", TEXT, "damaged"),
        ("a.docx", TEXT, "damaged"),
        ("a.docx", zipped({"notes.txt": b"x"}), "damaged"),
        ("a.docx", b"PK\x03\x04", "damaged"),
        ("a.docm", office("application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
        ("a.docx", office(f"{DOCX}.main+xml", **{"word/vbaProject.bin": b"x"}), "macros"),
        ("a.docx", office(f"{DOCX}.main+xml", **{"Word/VBAPROJECT.BIN": b"x"}), "macros"),
        ("a.doc", OLE + "WordDocument".encode("utf-16-le"), "old-office"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.msg", TEXT, "damaged"),
        ("a.txt", b"MZ\x90\0\x03", "program"),
        ("a.pdf", b"\x7fELF\x02\x01\x01\0", "program"),
    ],
)
def test_s17_refused_with_a_reason(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        detect(KNOWN, media_type="", file_name=name, data=data)
    assert refusal.value.params["reason"] == reason
