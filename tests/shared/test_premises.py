"""What questions take for granted, apart from what they ask behind it."""

import pytest

from shared.language.premises import premise_of
from shared.language.understanding import granted_by


@pytest.mark.parametrize(
    ("question", "premise"),
    [
        ("Puisque les gants sont à ma charge, combien coûtent-ils ?", "les gants sont à ma charge"),
        ("Mon chef dit que le retrait se demande par écrit, à quelle adresse ?", "le retrait se demande par écrit"),
        ("Vu qu\u2019on boit du whisky à table, jusqu'à combien de verres ?", "on boit du whisky à table"),
        ("Le casque se paie, il se perd aussi, qui le remplace ?", "Le casque se paie, il se perd aussi"),
        ("Les gants sont à ma charge. Combien coûtent-ils ?", "Les gants sont à ma charge"),
        ("Les gants sont à ma charge combien coûtent-ils ?", "Les gants sont à ma charge"),
        ("Le casque est à mes frais c'est combien ?", "Le casque est à mes frais"),
        ("Mon chef veut savoir combien coûtent les gants", ""),
        ("Je ne sais pas quel masque porter", ""),
        ("Dans ma grande entreprise de chimie quels gants ?", ""),
        ("Le masque se porte quel que soit le produit", ""),
        ("Le casque se porte à partir de combien de mètres ?", ""),
        ("Quels gants pour l'acétone ?", ""),
        ("Les gants sont à ma charge, non ?", ""),
        ("Bonjour, combien de lux au bureau ?", ""),
        ("L'abri est à moi, ou le patron le paie ?", ""),
    ],
)
def test_a_premise_is_what_stands_before_a_comma_with_a_question_behind(question: str, premise: str) -> None:
    assert premise_of(question) == premise


def test_a_premise_is_read_of_written_out_french_alone() -> None:
    assert granted_by("jdois payer les gants au taf, cb ça coute ?") == "je dois payer les gants au travail"
    assert granted_by("Die Brille wird bezahlt, combien ?", "de") == ""
