"""Three languages that say the same things, and a sentence for everything that can go wrong."""

import re
import string
import tomllib
from importlib import resources

import pytest

from shared.errors import VigieError
from shared.language.catalogue import LANGUAGES, Catalogue, preferred, supported


def texts(language: str) -> dict[str, str]:
    table = tomllib.loads(resources.files("shared.language.catalogues").joinpath(f"{language}.toml").read_text("utf-8"))
    found: dict[str, str] = {}
    waiting = [("", table)]
    while waiting:
        prefix, part = waiting.pop()
        for name, value in part.items():
            if isinstance(value, dict):
                waiting.append((f"{prefix}{name}.", value))
            else:
                found[f"{prefix}{name}"] = value
    return found


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def error_classes() -> list[type[VigieError]]:
    found, waiting = [], [VigieError]
    while waiting:
        each = waiting.pop()
        waiting += each.__subclasses__()
        if each.__module__ == "shared.errors":
            found.append(each)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_with_the_same_fields(language: str) -> None:
    french, other = texts("fr"), texts(language)
    assert other.keys() == french.keys()
    assert {key: fields(text) for key, text in other.items()} == {key: fields(text) for key, text in french.items()}
    assert all(text.strip() for text in other.values())


def test_french_marks_never_stand_alone_at_the_start_of_a_line() -> None:
    """A no-break space stands before : ; ? ! » and after «: terminals and pages break lines at any other."""
    assert [text for text in texts("fr").values() if re.search(r" [:;?!»]|« ", text)] == []


@pytest.mark.parametrize("error", error_classes(), ids=lambda error: error.__name__)
def test_every_error_has_a_title_and_a_sentence(error: type[VigieError]) -> None:
    catalogue = Catalogue()
    for language in LANGUAGES:
        assert catalogue.text(language, f"problems.{error.code}")
        assert catalogue.text(language, f"errors.{error.code}")


def test_codes_name_one_error_each() -> None:
    codes = [error.code for error in error_classes() if error is not VigieError]
    assert len(codes) == len(set(codes))


def test_fields_are_filled_and_missing_ones_show() -> None:
    catalogue = Catalogue()
    assert "note.txt" in catalogue.text("en", "errors.empty-document", name="note.txt")
    assert "…" in catalogue.text("en", "errors.empty-document")
    assert "{id}" in catalogue.text("en", "errors.empty-document", name="{id}")


def test_an_unknown_key_is_a_defect() -> None:
    assert not Catalogue().has("errors.nothing")
    with pytest.raises(KeyError):
        Catalogue().text("fr", "errors.nothing")


@pytest.mark.parametrize(
    ("tag", "language"), [("fr", "fr"), ("de-CH", "de"), ("en_GB.UTF-8", "en"), ("EN", "en"), ("it", "fr"), ("", "fr")]
)
def test_the_language_of_a_tag(tag: str, language: str) -> None:
    assert supported(tag) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("it, de;q=0.5, en;q=0.7", "en"),
        ("fr;q=nonsense, de", "de"),
        ("*", "fr"),
        ("", "fr"),
        ("it,es", "fr"),
    ],
)
def test_the_language_that_a_browser_prefers(header: str, language: str) -> None:
    assert preferred(header) == language
