"""Questions within stories."""

import pytest

from shared.language.stories import asked_of
from shared.language.understanding import understood

STORY = (
    "Je travaille dans une scierie depuis dix ans. Mon fils de 16 ans y fait un stage. Il est content. Hier il a "
    "poncé des planches toute la journée. Le patron doit-il déclarer les travaux dangereux des jeunes à l'inspection ?"
)


def test_of_a_story_the_question_is_searched() -> None:
    assert asked_of(STORY) == STORY[STORY.index("Le patron") :]


def test_what_the_story_names_stands_behind_its_question() -> None:
    assert "jeune travailleur âgé de moins de dix-huit ans" in understood(STORY)


def test_a_question_without_words_of_its_own_takes_the_sentence_that_names_most() -> None:
    told = (
        "On est quatre filles. Le seul cabinet d'aisance n'est pas chauffé et se trouve dehors. Il fait si froid. "
        "Franchement on n'en peut plus, vraiment plus. Elle doit en mettre un autre ?"
    )
    assert asked_of(told).startswith("Le seul cabinet d'aisance n'est pas chauffé")
    assert asked_of(told).endswith("Elle doit en mettre un autre ?")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bonjour. J'ai 17 ans. Puis-je conduire un chariot ?",
        "Qui paie les gants ?",
        "Je raconte une longue histoire. Elle ne demande rien. " * 4,
    ],
)
def test_short_texts_and_those_that_ask_nothing_are_searched_whole(text: str) -> None:
    assert asked_of(text) == text
