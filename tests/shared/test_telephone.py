"""Questions as they are typed on a telephone."""

import pytest

from shared.language.spelling import rare_words
from shared.language.telephone import written_out
from shared.language.understanding import understood


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cest koi le delai pr le DU stp", "c'est quoi le delai pour le DU"),
        ("ya koi ds la fds", "il y a quoi dans la fds"),
        ("Le TS et la PR de l'atelier", "Le TS et la PR de l'atelier"),
        ("l'ds-x et aujourd'hui", "l'ds-x et aujourd'hui"),
        ("Quels  gants ?", "Quels  gants ?"),
        ("le ds peut il assister au cse", "le ds peut il assister au cse"),
        ("stp", "stp"),
        ("Bosser le samedi", "Travailler le samedi"),
        ("Mlle Bosse et Bosser", "Mlle Bosse et Bosser"),
        ("on bosse le samedi", "on travaille le samedi"),
        ("faut bosser combien d'heures", "faut travailler combien d'heures"),
        ("il y a une bosse dans le sol", "il y a une bosse dans le sol"),
        ("le sol a des bosses", "le sol a des bosses"),
    ],
)
def test_shortened_words_are_written_out_in_small_letters_alone(typed: str, meant: str) -> None:
    assert written_out(typed) == meant


def test_no_shortened_word_is_the_rare_one_that_decides() -> None:
    assert not {"cest", "koi", "stp", "pr"} & set(rare_words(understood("cest koi le delai pr le DU stp")))
