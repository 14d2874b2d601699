"""Remarks: counted, bounded, and unknown to older senders."""

import tomllib
from importlib import resources
from typing import get_args
from uuid import uuid4

import pytest

from shared.contracts.documents import DocumentProgressed
from shared.contracts.remarks import MAX_REMARKS, Remark, RemarkCode, Remarks, bounded
from shared.language.catalogue import LANGUAGES


def test_like_remarks_are_one_with_their_number() -> None:
    found = bounded([Remark("hidden-text"), Remark("struck-out"), Remark("hidden-text", count=2)])
    assert found == Remarks((Remark("hidden-text", count=3), Remark("struck-out")))


def test_more_remarks_than_anybody_reads_are_counted() -> None:
    found = bounded(Remark("page-unread", page) for page in range(1, MAX_REMARKS + 8))
    assert len(found.listed) == MAX_REMARKS
    assert found.more == 7


def test_names_in_remarks_are_short_and_of_one_line() -> None:
    (remark,) = bounded([Remark("file-unread", detail="a\nb\x1b[31m" + "c" * 5000)]).listed
    assert "\n" not in remark.detail
    assert "\x1b" not in remark.detail
    assert len(remark.detail) <= 120


def test_a_message_from_before_there_were_remarks_has_none() -> None:
    ids = {"document_id": uuid4(), "version_id": uuid4()}
    event = DocumentProgressed(**ids, sequence=1, stage="parsed", remarks=Remarks((Remark("struck-out", 2),), 1))
    assert DocumentProgressed.model_validate_json(event.model_dump_json()) == event
    older = event.model_dump_json(exclude={"remarks"})
    assert DocumentProgressed.model_validate_json(older).remarks == Remarks()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_remark_has_its_words(language: str) -> None:
    source = resources.files("shared.language.catalogues").joinpath(f"{language}.toml").read_text("utf-8")
    assert set(get_args(RemarkCode)) <= tomllib.loads(source)["remarks"].keys()
