"""Files of a DUERP that have no cells to read: why, and what to do."""

import pytest

from services.ingest.workbooks import read_workbook
from shared.errors import UnreadableDocument, UnsupportedMediaType
from shared.language.catalogue import LANGUAGES, Catalogue

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("duerp.pdf", b"%PDF-1.7 nothing", "pdf-table"),
        ("duerp.xlsx", b"%PDF-1.7 nothing", "pdf-table"),
        ("duerp.doc", OLE + "WordDocument".encode("utf-16-le"), "old-office"),
    ],
)
def test_a_file_without_cells_says_what_to_save_it_as(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read_workbook(data, name)
    assert refused.value.params["reason"] == reason
    for language in LANGUAGES:
        assert ".docx" in Catalogue().text(language, f"reasons.{reason}")


def test_a_picture_is_of_another_type() -> None:
    with pytest.raises(UnsupportedMediaType):
        read_workbook(b"\x89PNG", "duerp.png")
