from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.identities import document_id, parse_passage_id, passage_id, point_id, version_id
from shared.contracts.object_layout import batch_key, decode_batch, encode_batch, source_key, text_key, vectors_key
from shared.contracts.passages import Passage, place_of_quote, searchable_text

VERSION = UUID(int=7)


def passage(ordinal: int = 0, text: str = "Porter des gants.", headings: tuple[str, ...] = ()) -> Passage:
    return Passage(
        id=passage_id(VERSION, ordinal),
        document_id=UUID(int=1),
        version_id=VERSION,
        scope="public",
        ordinal=ordinal,
        title="Consignes",
        headings=headings,
        text=text,
        start=0,
        end=len(text),
        in_force_from=date(2020, 1, 2),
    )


@given(st.uuids(), st.integers(0, 999_999_999))
def test_an_id_tells_its_version_and_place(version: UUID, ordinal: int) -> None:
    assert parse_passage_id(passage_id(version, ordinal)) == (version, ordinal)


@pytest.mark.parametrize(
    "text",
    ["", "x", f"{UUID(int=7)}-1", f"{UUID(int=7).hex}-", f"{UUID(int=7).hex}--1", f"{UUID(int=7).hex}-1234567890",
     f"{UUID(int=7).hex}-1\n", f"../{UUID(int=7).hex}-1", f"{UUID(int=7).hex}-\u0661"],
)  # fmt: skip
def test_what_is_no_id_tells_nothing(text: str) -> None:
    parsed = parse_passage_id(text)
    assert parsed is None or passage_id(*parsed) != text


def test_ids_follow_from_what_they_name() -> None:
    document = document_id("public", "a.md")
    assert document == document_id("public", "a.md")
    assert document != document_id("unit:X", "a.md")
    assert document != document_id("public", "b.md")
    version = version_id(document, "sha")
    assert version == version_id(document, "sha")
    others = [version_id(document, "other"), version_id(document, "sha", "heading"), version_id(uuid4(), "sha")]
    assert version not in others
    assert len(set(others)) == 3
    assert point_id(version, 1) == point_id(version, 1) != point_id(version, 2)


def test_the_stored_format_stays_readable() -> None:
    """Ids and keys are in indexes and stores: these values may never change under one PIPELINE_VERSION."""
    document = document_id("unit:UMR5219", "consignes.md")
    version = version_id(document, "ab" * 32, "{}")
    assert str(document) == "d937339e-0873-5086-99a8-01c6d183cf88"
    assert str(version) == "01ea9872-2d26-5b0c-888f-400ee230f35d"
    assert str(point_id(version, 3)) == "e408aa45-cea8-58d2-8242-0d1fa21a4953"
    assert batch_key(VERSION, 3) == "passages/00000000000000000000000000000007/000003"
    assert text_key(VERSION) == "texts/00000000000000000000000000000007"
    assert source_key(UUID(int=8)) == "sources/00000000000000000000000000000008"
    assert vectors_key(VERSION, 3, "a/model name", "ab" * 32) == (
        "vectors/00000000000000000000000000000007/000003/a_model_name-abababababababab"
    )


def test_a_batch_is_read_as_it_was_written() -> None:
    batch = [passage(0), passage(1, "Deux\nlignes\u2028et une troisième. \U0001f600"), passage(2, "", ("A", "B"))]
    assert decode_batch(encode_batch(batch)) == batch
    assert decode_batch(b"") == []


def test_what_is_searched_begins_with_what_the_text_takes_for_granted() -> None:
    assert searchable_text(passage()) == "Consignes\nPorter des gants."
    headings = ("Partie législative", "Titre Ier : Dispositions générales", "Section 3 : Risque chimique.")
    assert (
        searchable_text(passage(headings=headings))
        == "Titre Ier : Dispositions générales\nSection 3 : Risque chimique.\nPorter des gants."
    )


def sheet_passage(text: str, rows: tuple[int, ...], columns: tuple[str, ...] = ("B", "C", "D")) -> Passage:
    header = "Produit | N° CAS | Quantité\n"
    values = {"repeated": len(header), "row": rows[1], "rows": rows, "columns": columns}
    return passage(text=header + text).model_copy(update=values)


@pytest.mark.parametrize(
    ("quote", "place"),
    [
        ("Acétone | 67-64-1 | 2 L", (6, "B6:D6")),
        ("Éthanol | 64-17-5", (7, "B7:C7")),
        ("64-17-5 | 5 L", (7, "C7:D7")),
        ("64-17-5", (7, "C7")),
        ("Produit", (5, "B5")),
        ("67-64-1 | 2 L\nÉthanol", (6, "B6:D7")),
        ("| | à trier", (9, "B9:D9")),
        ("à trier", (9, "D9")),
    ],
)
def test_a_quote_tells_its_row_and_cells(quote: str, place: tuple[int, str]) -> None:
    item = sheet_passage("Acétone | 67-64-1 | 2 L\nÉthanol | 64-17-5 | 5 L\n| | à trier", (5, 6, 7, 9))
    assert place_of_quote(item, quote) == place
    assert item.cells == "B6:D9"


def test_the_words_of_a_row_are_looked_for_before_those_of_the_repeated_header() -> None:
    item = sheet_passage("Quantité | à vérifier", (5, 8))
    assert place_of_quote(item, "Quantité") == (8, "B8")


def test_what_is_in_no_sheet_keeps_its_place() -> None:
    assert place_of_quote(passage(), "gants") == (None, None)
    assert sheet_passage("Un | deux", (5, 8), columns=()).cells is None
    assert place_of_quote(sheet_passage("a | b | c | d", (5, 8)), "d") == (8, None)
