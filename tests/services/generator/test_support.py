"""What counts as support, rule by rule, and the figures that the documents give."""

import re

import pytest

from lab.support.measure import PAIRS, figures, read_pairs
from services.generator.french.quantities import Quantity, quantities
from services.generator.grounding.support import check_support
from tests.fakes.generator import passage

LADDER = passage(
    0,
    "L'employeur fait vérifier l'échelle avant sa mise en service, puis tous les trois mois. "
    "Le salarié ne peut la réparer lui-même.",
    article="R12-3",
)
POT = passage(1, "Les pots sont rentrés avant l'hiver par le jardinier.")


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("L'employeur fait vérifier l'échelle tous les trois mois.", ""),
        ("Selon l'article R. 12-3, l'employeur fait vérifier l'échelle tous les 3 mois.", ""),
        ("Il est interdit au salarié de réparer lui-même l'échelle.", ""),
        ("L'employeur fait vérifier l'échelle tous les six mois.", "quantity"),
        ("L'employeur fait-il vérifier l'échelle tous les trois mois ?", "question"),
        ("« L'employeur fait vérifier l'échelle tous les trois mois\u00a0? »", "question"),
        ("L'employeur fait vérifier l'échelle tous les trois ans.", "quantity"),
        ("L'employeur fait vérifier l'échelle après sa mise en service.", "opposite"),
        ("L'employeur ne fait pas vérifier l'échelle avant sa mise en service.", "negation"),
        ("L'employeur peut faire vérifier l'échelle tous les trois mois.", "mode"),
        ("Le médecin fait vérifier l'échelle avant sa mise en service.", "actor"),
        ("Selon l'article R. 12-4, l'employeur fait vérifier l'échelle tous les trois mois.", "article"),
        ("L'employeur fait vérifier l'échelle par un organisme agréé et archive chaque rapport.", "words"),
        ("L'employeur fait vérifier l'échelle avant sa mise en service selon une procédure écrite.", "words"),
        ("L'employeur fait vérifier l'échelle avant sa mise en service, puis selon un avis écrit.", "addition"),
        ("L'échelle est rangée debout dans la remise du jardin.", "words"),
        ("L'employeur fait vérifier l'échelle un mardi, avant sa mise en service.", "name"),
        ("L'employeur fait vérifier l'échelle avant sa mise en service (https://evil.example/?q=x).", "link"),
        ("L'employeur fait vérifier ![l'échelle](x.png) avant sa mise en service.", "link"),
        ("L'employeur fait vérifier <img src=x> l'échelle avant sa mise en service.", "link"),
        ("Il doit.", "empty"),
    ],
)
def test_each_rule(sentence: str, reason: str) -> None:
    assert check_support(sentence, [LADDER]).reason == reason


def test_the_part_that_supports_is_quoted_word_for_word() -> None:
    verdict = check_support("Le salarié ne peut réparer l'échelle lui-même.", [LADDER])
    assert verdict.quotes[LADDER.id] in LADDER.text


def test_two_passages_may_support_together_but_none_for_show() -> None:
    both = "L'employeur fait vérifier l'échelle avant sa mise en service et les pots sont rentrés avant l'hiver."
    assert check_support(both, [LADDER, POT]).supported
    assert (
        check_support("L'employeur fait vérifier l'échelle avant sa mise en service.", [LADDER, POT]).reason
        == "citation"
    )


def test_a_sentence_in_another_language_is_not_believed() -> None:
    assert not check_support("The employer has the ladder checked every three months.", [LADDER]).supported


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("douze heures", [Quantity(12, "h")]),
        ("12 h", [Quantity(12, "h")]),
        ("quatre cents heures", [Quantity(400, "h")]),
        ("quatre-vingt-dix jours", [Quantity(90, "d")]),
        ("cinquante et un mètres", [Quantity(51, "m")]),
        ("1 000 personnes", [Quantity(1000, "")]),
        ("0,37 mg/m3", [Quantity(0.37, "mg/m3")]),
        ("au moins 19 %", [Quantity(19, "%", ">")]),
        ("au plus tous les six mois", [Quantity(6, "month", "<")]),
        ("chaque année", [Quantity(1, "year")]),
        ("1° une échelle de 3 m ; 2° un seau", [Quantity(3, "m")]),
        ("20 °C", [Quantity(20, "°C")]),
        ("dans le mois", [Quantity(1, "month")]),
        ("l'article R. 4412-16 et L4121-1", []),
    ],
)
def test_quantities(text: str, found: list[Quantity]) -> None:
    assert quantities(text) == found


def test_the_published_figures_are_those_of_the_pairs() -> None:
    """lab/support/README.md says what `python -m lab.support.measure` prints."""
    pairs = read_pairs()
    assert len(pairs) >= 120
    assert len({(pair.sentence, pair.passage) for pair in pairs}) == len(pairs)
    readme = (PAIRS.parent / "README.md").read_text(encoding="utf-8")
    for name, reported in (("calibration", False), ("report", True)):
        found = figures([pair for pair in pairs if pair.reported == reported])
        row = f"| {name} | {found.count} | {found.precision:.3f} | {found.recall:.3f} | {found.accuracy:.3f} |"
        assert re.search(re.escape(row), readme), row
