"""The row of a table that a question is about, and what says what its cells are."""

import pytest

from services.generator.answering.quote_selection import asked_row, head_of_row
from services.generator.answering.read_question import ReadQuestion

TWO_TABLES = """Agent | VLEP mg/m3 | ppm
Plomb | 0,1 | 2
Autres valeurs biologiques.
Agent | Sang homme µg/l | Sang femme
Cobalt | 400 | 300"""

RULES = """Le travail de nuit des jeunes est interdit. La durée est de 8 heures.
Sujet | Règle
Travail | voir contrat
Autre | rien"""

VALUES = """Dénomination | CAS | mg/m3
Acétone | 67-64-1 | 1210
Plomb métallique et composés | 7439-92-1 | 0,1"""


def row_of(text: str, question: str) -> str:
    read = ReadQuestion.read(question)
    return asked_row(text, read, dict.fromkeys(read.meant, 1.0))


def test_a_row_has_the_head_of_its_own_table() -> None:
    assert head_of_row(TWO_TABLES, "Cobalt | 400 | 300") == ["Agent | Sang homme µg/l | Sang femme"]
    assert head_of_row(TWO_TABLES, "Plomb | 0,1 | 2") == ["Agent | VLEP mg/m3 | ppm"]


def test_a_common_first_word_is_a_row_only_for_who_asks_for_a_value() -> None:
    assert row_of(RULES, "Quelle est la durée du travail de nuit des jeunes ?") == ""
    assert row_of(VALUES, "Quelle est la valeur limite du plomb ?").startswith("Plomb")


@pytest.mark.parametrize("dash", ["-", "\u2010", "\u2011", "\u2013"])
def test_a_cas_number_is_read_with_every_dash(dash: str) -> None:
    assert row_of(VALUES, f"VLEP du 67{dash}64{dash}1 ?").startswith("Acétone")


def test_a_date_is_no_cas_number() -> None:
    assert row_of(VALUES, "Valeur limite du plomb au 2026-01-5 ?").startswith("Plomb")
