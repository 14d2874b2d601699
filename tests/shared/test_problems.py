"""Sentences of problems."""

import pytest

from shared.contracts.base import Failure
from shared.http_api.problems import describe
from shared.language.names import is_name
from tests.support.injections import INJECTIONS


@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_s22_a_sentence_that_names_what_somebody_sent_is_of_one_line(language: str) -> None:
    for text in INJECTIONS:
        failure = Failure(code="unsupported-media-type", params={"media_type": text, "file_name": text, "name": text})
        assert is_name(describe(failure, language)), ascii(text)
