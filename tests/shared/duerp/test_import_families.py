"""Which of our families other documents' words mean."""

import pytest

from shared.duerp.families import risk_families
from shared.duerp.importing.families import FamilyMatch, _patterns, families_by_lexicon, match_family
from tests.shared.duerp.import_grids import codes, previewed, sheet


@pytest.mark.parametrize(
    ("written", "family"),
    [
        ("Chute de plain-pied", "same_level_falls"), ("Risques liés aux chutes de hauteur", "falls_height"),
        ("3. Risque lié aux circulations internes de véhicules", "mechanical_lifting"),
        ("Risque routier en mission", "road"), ("Risques liés à la charge physique de travail", "manual_handling_msd"),
        ("Risque lié aux agents biologiques", "biological_agents"), ("Bruit", "noise"), ("Électricité", "electrical"),
        ("R10 - Effondrements et chutes d\u2019objets", "falls_height"), ("RPS", "psychosocial"),
        ("Ambiances thermiques", "heat_cold"), ("Rayonnements ionisants", "ionising_radiation"),
        ("Travail sur écran", "screens"), ("chemical_cmr", "chemical_cmr"), ("LASER", "optical_laser"),
        ("Intervention d'une entreprise extérieure", "outside_companies"),
        ("Manutention mécanique", "mechanical_lifting"),
        ("Fluides cryogéniques, gaz comprimés, anoxie", "cryogenics_gases_anoxia"), ("Noise", "noise"),
        ("Sources scellées", "ionising_radiation"), ("Centrifugeuse", "machines_equipment"),
        ("Covid-19", "biological_agents"),
        ("Espace confiné", "cryogenics_gases_anoxia"), ("Déplacements professionnels", "road"),
        ("Équipements de travail", "machines_equipment"), ("Nanomatériaux", "nanomaterials"),
    ],
)  # fmt: skip
def test_words_of_one_family_are_taken(written: str, family: str) -> None:
    assert match_family(written).sure == family


@pytest.mark.parametrize(
    "written",
    [
        "Rayonnements",
        "Incendie / explosion",
        "Produits, émissions et déchets",
        "Chutes",
        "Manutention",
        "Noyade",
        "Zoonoses",
        "Déplacements",
        "Circulation",
        "Brûlure",
    ],
)
def test_words_of_several_families_are_asked(written: str) -> None:
    assert len(match_family(written).families) > 1


@pytest.mark.parametrize("written", ["Divers", "Autre risque", "Xylographie", "", "Risque", "12"])
def test_other_words_are_of_no_family(written: str) -> None:
    assert match_family(written).families == ()


def test_words_are_of_families_that_exist() -> None:
    known = {family.id for family in risk_families()}
    assert {each for _, families in _patterns() for each in families} <= known


def test_what_a_person_said_goes_first() -> None:
    assert match_family("Rayonnements", {"rayonnements": "optical_laser"}).sure == "optical_laser"


def test_a_hazard_that_no_table_knows_is_looked_up_in_the_drafting_s_lexicon() -> None:
    assert families_by_lexicon("Azote liquide") == (FamilyMatch(("cryogenics_gases_anoxia",)), "Azote liquide")
    assert families_by_lexicon("Friteuse") == (FamilyMatch(("fire", "heat_cold")), "Friteuse"), "which one is asked"
    assert families_by_lexicon("Zorglub") == (FamilyMatch(()), "")


HEADER = ["UT", "Famille de risque", "Danger", "Situation", "Dommage", "G"]


@pytest.mark.parametrize(
    ("row", "family", "code"),
    [
        (["Rayonnements", "Laser", "Alignement", "Brûlure"], "optical_laser", "family_by_lexicon"),
        (["Manutention", "Fûts", "Chariot élévateur", ""], "mechanical_lifting", "family_by_lexicon"),
        (["Divers", "Bruit", "", ""], None, "unknown_family"),
        (["Rayonnements", "Bruit", "", ""], None, "ambiguous_family"),
        (["Divers", "Xylographie", "", "Brûlure thermique"], None, "unknown_family"),
        (["Ambiance chaude", "Four", "", ""], "heat_cold", None),
        (["Brûlure par la vapeur", "Four", "", ""], "heat_cold", None),
        (["Vapeurs de solvants", "Cuve", "", ""], "chemical_general", None),
        (["Vapeur", "Cuve", "", ""], None, "ambiguous_family"),
    ],
)
def test_other_words_of_a_line_tell_a_family_that_may_be_several(
    row: list[str], family: str | None, code: str | None
) -> None:
    found = previewed(sheet("DUERP", [HEADER, ["U", *row, "2"]]))
    assert found.lines[0].family == family
    assert codes(found) == ({code} if code else set())
