"""Which format a file is read as."""

import pytest

from services.ingest.detect import detect
from services.ingest.parsers import FORMATS
from shared.errors import UnsupportedMediaType

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
        ("text/plain", "a.txt", b"%PDF-1.7"),
        ("text/plain", "a.txt", b"PK\x03\x04"),
        ("application/pdf", "a.pdf", TEXT),
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
