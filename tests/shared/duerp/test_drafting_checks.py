"""What the law may bar for people whom a description names: beside a line's articles, for a person to check."""

import pytest

from shared.duerp.drafting.draft import drafted

HF = "Salle blanche : acide fluorhydrique au bain."


def to_check(text: str) -> dict[str, str]:
    return {line.family: " ".join(line.to_check) for line in drafted(text).lines}


@pytest.mark.parametrize("people", ["Un post-doc en CDD.", "Deux doctorants.", "Un intérimaire l'été."])
def test_hydrofluoric_acid_and_a_fixed_term_ask_of_d4154_1_and_say_what_is_open(people: str) -> None:
    found = to_check(f"{HF} {people}")
    assert "D4154-1" in found["chemical_general"]
    assert "à vérifier" in found["chemical_general"]
    assert not any("D4154-1" in line.articles for line in drafted(f"{HF} {people}").lines)


@pytest.mark.parametrize("people", ["", "Pas de CDD, pas de doctorant.", "Deux ingénieures titulaires."])
def test_without_such_people_there_is_nothing_to_check(people: str) -> None:
    assert not any(to_check(f"{HF} {people}").values())


def test_work_that_is_barred_to_minors_is_asked_of_an_apprentice_on_the_line_of_people() -> None:
    found = to_check("Atelier : tour, fraiseuse, un apprenti de seize ans.")
    assert "D4153-15" in found["vulnerable_workers"]
    assert "D4154-1" not in found["machines_equipment"]
