"""Headers that ask (`Qui ?`, `Comment`, `Quoi ?`), answers that are no headers, parts of a plan that are no actions."""

import pytest

from tests.shared.duerp.import_grids import codes, previewed, sheet


@pytest.mark.parametrize(("yes", "no"), [("O", "N"), ("o", "n"), ("X", ""), ("oui", "non"), ("J", "N"), ("Y", "N")])
def test_a_family_beside_a_letter_is_a_line_and_no_header_of_a_next_table(yes: str, no: str) -> None:
    found = previewed(
        sheet(
            "Station",
            [
                ["Lieu", "Risque", "Présent", "Situation", "Déjà fait", "Reste à faire"],
                ["Coupole", "Chute de hauteur", yes, "passerelle sans plinthe", "garde-corps", "poser des plinthes"],
                ["Coupole", "Agents biologiques", no, "", "", ""],
                ["Route", "Risque routier", yes, "verglas de novembre à avril", "pneus neige", ""],
            ],
        )
    )
    assert [line.row for line in found.lines][-1] == 4
    assert {line.hazard for line in found.lines} >= {"Chute de hauteur", "Risque routier"}


def test_comment_asks_how_in_french_and_is_a_remark_in_english_or_beside_a_situation() -> None:
    french = previewed(
        sheet("DU", [["Lieu", "Risque", "Comment", "Déjà fait"], ["Atelier", "Bruit", "marteau au pilon", "bouchons"]])
    )
    assert french.lines[0].situation == "marteau au pilon"
    english = previewed(
        sheet(
            "RA",
            [["Area", "Hazard", "Existing controls", "Comment"], ["Workshop", "Noise", "ear plugs", "to see again"]],
        )
    )
    assert (english.lines[0].situation, english.lines[0].comment) == (None, "to see again")
    both = previewed(
        sheet(
            "DU",
            [["Lieu", "Risque", "Situation", "Comment"], ["Atelier", "Bruit", "marteau au pilon", "à revoir"]],
        )
    )
    assert (both.lines[0].situation, both.lines[0].comment) == ("marteau au pilon", "à revoir")


@pytest.mark.parametrize(
    ("who", "does"), [("Qui", "Qui s'en occupe"), ("Qui ?", "Responsable"), ("Who", "Action by"), ("Wer", "Zuständig")]
)
def test_who_stands_before_a_risk_is_at_work_and_who_stands_behind_it_does_something(who: str, does: str) -> None:
    found = previewed(
        sheet(
            "DU",
            [
                [who, "Danger", "Situation", "Mesures existantes", "Action", does],
                ["Cuisine", "Coupure", "couper à la trancheuse", "gants", "former", "Chef"],
                ["Lingerie", "Bruit", "tri près de la machine", "bouchons", "capoter", "Gouvernante"],
            ],
        )
    )
    assert [line.work_unit for line in found.lines] == ["Cuisine", "Lingerie"]
    assert [[action.who for action in line.actions] for line in found.lines] == [["Chef"], ["Gouvernante"]]


@pytest.mark.parametrize("header", ["Action by", "Action owner", "Action lead", "Action party"])
def test_who_an_action_is_by_is_no_second_action(header: str) -> None:
    found = previewed(
        sheet(
            "RA",
            [
                ["Area", "Hazard", "Existing controls", "Further action required", header],
                ["Deck", "Man overboard", "life jackets", "install a ladder", "Skipper"],
            ],
        )
    )
    [action] = found.lines[0].actions
    assert (action.what, action.who) == ("install a ladder", "Skipper")


def test_a_plan_that_asks_what_who_and_how_much_is_read_without_the_names_of_its_parts() -> None:
    found = previewed(
        sheet(
            "Plan",
            [
                ["Quoi", "Pourquoi", "Qui ?", "Pour quand ?", "Où en est-on ?", "Combien ?"],
                ["Priorité 1"] * 6,
                ["Remplacer les bouteilles", "audit", "Magasin", "28/03/2025", "En cours", ""],
                ["Priorité 2"] * 6,
                ["Réparer la douche", "registre", "Patrimoine", "urgent", "Pas commencé", "900 €"],
                [],
                ["5 actions, dont 1 terminée"],
            ],
        )
    )
    assert [(action.what, action.who) for action in found.loose_actions] == [
        ("Remplacer les bouteilles", "Magasin"),
        ("Réparer la douche", "Patrimoine"),
    ]
    assert "vague_date" in codes(found)
