from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.passages import (
    Passage,
    batch_key,
    decode_batch,
    document_id,
    encode_batch,
    parse_passage_id,
    passage_id,
    point_id,
    searchable_text,
    source_key,
    text_key,
    vectors_key,
    version_id,
)

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
    assert str(version) == "682c8261-3e21-5d03-8106-868b42f64c52"
    assert str(point_id(version, 3)) == "a5a12a99-f172-5054-8d76-ce14d029060e"
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
