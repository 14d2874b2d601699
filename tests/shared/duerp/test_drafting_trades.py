"""Measures in the words of the trade that is described: those of a laboratory in laboratories alone."""

import pytest

from shared.duerp.drafting.draft import drafted, measures_of
from shared.duerp.drafting.families import Where, proposals
from shared.duerp.drafting.trades import is_laboratory
from shared.duerp.families import risk_families

OF_LABORATORIES = ("sorbonne", "souche", "lignée", "PSM", "hotte de change", "fume hood", "strain", "Abzug", "Stamm")


def said(text: str) -> str:
    return " ".join(measure.what for line in drafted(text).lines for measure in line.measures)


@pytest.mark.parametrize(
    "text",
    [
        "Salon de coiffure : colorations, décolorants, ciseaux, shampooings.",
        "Toilettage canin : chiens qui mordent, shampooing, tondeuse, puces et poils.",
        "Hairdresser: bleach, colouring, scissors.",
        "Imker: Stiche der Bienen, Oxalsäure gegen Milben, schwere Waben.",
        "Institut de beauté : vernis, acétone, épilation à la cire.",
        "Garage : peinture au pistolet, pas de laboratoire ici.",
    ],
)
def test_a_trade_is_told_general_measures(text: str) -> None:
    assert not is_laboratory(text)
    told = said(text)
    assert told
    assert not [word for word in OF_LABORATORIES if word in told]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Labo de synthèse : solvants à la paillasse.", "sorbonne"),
        ("Culture cellulaire, lignées humaines sous PSM.", "souche"),
        ("Research lab with acids and solvents.", "fume hood"),
        ("Forschungslabor mit Blutproben.", "Stamm"),
    ],
)
def test_a_laboratory_is_told_its_own(text: str, word: str) -> None:
    assert word in said(text)


@pytest.mark.parametrize("laboratory", [False, True])
def test_every_family_has_measures_in_the_order_of_the_law_in_both(laboratory: bool) -> None:
    for family in risk_families():
        ranks = [each.rank for each in measures_of(family.id, "fr", laboratory=laboratory)]
        assert len(ranks) > 1
        assert ranks == sorted(ranks)
        assert {each.where for each in proposals().measures[family.id]} != {Where.LABORATORY}


def test_stings_of_bees_are_a_beekeeper_s_biological_hazard() -> None:
    told = {
        line.family for line in drafted("Imkerei mit vierzig Völkern, Stiche gehören dazu, Honigernte im Juli.").lines
    }
    assert told & {"biological_agents", "animal_facility"}
    assert "hyperbaric_diving" not in told
