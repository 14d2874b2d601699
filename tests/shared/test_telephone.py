"""Questions as they are typed on a telephone."""

import pytest

from shared.language.spelling import rare_words
from shared.language.telephone import is_typed, written_out
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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jpeux mangé au labo?", "je peux manger au labo?"),
        ("jdois linterdire", "je dois l'interdire"),
        ("kan on rentre dlusine", "quand on rentre dlusine"),
        ("lazote et leau", "l'azote et leau"),
        ("la santé, pour santé, sans qualité", "la santé, pour santé, sans qualité"),
        ("le droit de touché a tout", "le droit de toucher a tout"),
        ("keske je risque au taf", "qu'est-ce que je risque au travail"),
        ("on peu refuser", "on peut refuser"),
        ("un peu refuser", "un peu refuser"),
        ("lavabo, danger, jamais", "lavabo, danger, jamais"),
        ("kune femme porte", "qu'une femme porte"),
        ("l azote et qu on m oblige a d autres", "l'azote et qu'on m'oblige a d'autres"),
        ("le patron peut m donner d la paye", "le patron peut me donner de la paye"),
        ("c koi, c legal", "c'est quoi, c'est legal"),
        ("y doi me payer, on ma di non", "il doit me payer, on m'a dit non"),
        ("y a t il un quota, peut t on", "y a-t-il un quota, peut-t-on"),
        ("hépatite c chez 5 l par jour, point c du I", "hépatite c chez 5 l par jour, point c du I"),
        ("au 3 d un chantier, ma diète", "au 3 d un chantier, ma diète"),
        ("jdoi porté com gan", "je dois porter comme gant"),
        (
            "le document unik, faut til le changé, es ke c autorisé",
            "le document unique, faut-il le changer, est-ce que c'est autorisé",
        ),
        ("un escabo du buro, le lavabo", "un escabeau du bureau, le lavabo"),
        ("Allô, euh, oui bonjour, il faut, euh, un casque ?", "il faut, un casque ?"),
        ("Bonjour, il faut un casque ?", "Bonjour, il faut un casque ?"),
        ("cc g mal o dos", "j'ai mal au dos"),
        ("le o minuscule, H2 o", "le o minuscule, H2 o"),
        ("ki doi les remplacé", "qui doit les remplacer"),
        ("on peut me remplacé", "on peut me remplacer"),
        ("depui lundi, apré le taf, tro de taffe", "depuis lundi, après le travail, trop de travaille"),
        ("jvais bosser sans protec", "je vais travailler sans protection"),
    ],
)
def test_what_is_glued_or_written_as_it_sounds_is_told_by_its_shape(typed: str, meant: str) -> None:
    assert written_out(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tel chef me force a bosser", "tel chef m'oblige a travailler"),
        ("combien de temps on garde le DU", "combien de temps on conserve le DU"),
        ("la force du vent, la garde des clés", "la force du vent, la garde des clés"),
        ("une marche glissante", "une marche glissante"),
        ("la machine que le patron livre", "la machine que le patron fais une livraison"),
    ],
)
def test_a_verb_whose_noun_is_another_thing_is_said_in_the_laws_word(typed: str, meant: str) -> None:
    assert written_out(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("charges de 40 kg", "charges de 40 kilogrammes"),
        ("40kgs", "40 kilogrammes"),
        ("88 dB", "88 décibels"),
        ("8h par jour", "8 heures par jour"),
        ("8h30, R. 4412-16 h", "8h30, R. 4412-16 h"),
        ("à 3 m du sol, 37°C", "à 3 mètres du sol, 37 degrés"),
        ("il fé 6 degré", "il fait 6 degrés"),
    ],
)
def test_a_unit_behind_a_number_is_written_as_the_law_does(typed: str, meant: str) -> None:
    assert written_out(typed) == meant


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("jdoi porté koi com gan pr l azote", True),
        ("Quels gants pour l'azote liquide ?", False),
        ("on bosse le samedi, charges de 40 kg", False),
    ],
)
def test_a_question_of_many_shortened_words_is_told(question: str, typed: bool) -> None:
    assert is_typed(question) is typed
