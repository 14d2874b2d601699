"""Words of findings: nothing that only a program knows stands in them."""

from typing import get_args

import pytest

from shared.duerp.families import risk_families
from shared.duerp.importing.fields import field_names
from shared.duerp.importing.messages import message_of
from shared.duerp.importing.preview import AXES, Code
from tests.shared.duerp.import_grids import previewed, sheet

LANGUAGES = ("fr", "en", "de")
DECIDED = {"measures_any", "risk_any", "situation_work", "other"}
"""Names of columns that the columns beside them decide; nobody is told of them."""

HEADER = ["Unité de travail", "Risque", "Gravité", "Fréquence"]


def told(language: str, *row: str) -> str:
    (finding,) = previewed(sheet("A", [HEADER, list(row)])).report
    return message_of(finding.code, finding.params, language)


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("fr", ("Trébuchement, heurt, chute de plain-pied", "Chute de hauteur, chute d'objets")),
        ("en", ("Slips, trips, same-level falls", "Falls from height, falling objects")),
        ("de", ("Stolpern, Rutschen, Stürzen", "Absturz, herabfallende Gegenstände")),
    ],
)
def test_families_that_are_asked_are_told_by_their_labels(language: str, labels: tuple[str, ...]) -> None:
    words = told(language, "U", "Chute", "2", "3")
    assert " | ".join(labels) in words
    assert "falls_height" not in words


@pytest.mark.parametrize(("language", "label"), [("fr", "thermiques"), ("en", "Thermal"), ("de", "Hitze")])
def test_a_family_that_a_word_told_is_named(language: str, label: str) -> None:
    words = told(language, "U", "Étuve", "2", "3")
    assert label in words
    assert "Étuve" in words


@pytest.mark.parametrize(("language", "word"), [("fr", "téléphone"), ("en", "phone"), ("de", "Telefon")])
def test_kinds_of_personal_data_are_told_in_words(language: str, word: str) -> None:
    words = told(language, "U", "Bruit, appeler le 06 12 34 56 78", "2", "3")
    assert word in words.split("(")[-1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", get_args(Code))
def test_no_message_holds_an_id(code: Code, language: str) -> None:
    ids = {each.id for each in risk_families() if "_" in each.id}
    fields = {name for name in (field_names() - DECIDED) | set(AXES) if "_" in name}
    for field in ("hazard", *sorted(fields)):
        said = {"candidates": ", ".join(sorted(ids)), "family": "falls_height", "kind": "nir", "field": field}
        words = message_of(code, said, language)
        assert not [each for each in {*ids, *fields, "nir"} if each in words.split()]
        assert "_" not in words


def test_what_a_newer_service_calls_otherwise_is_told_as_it_is_written() -> None:
    assert "lunar" in message_of("personal_data", {"kind": "lunar", "field": "hazard"}, "en")
    assert "dragons | Noise" in message_of("ambiguous_family", {"value": "x", "candidates": "dragons, noise"}, "en")
