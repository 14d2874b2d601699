"""Words of every day in three languages, in the singular and the plural: headers, answers, notes, directions."""

from collections.abc import Mapping

import pytest

from shared.duerp.importing.columns import Column, named_field
from shared.duerp.importing.families import match_family
from tests.shared.duerp.import_grids import codes, previewed, sheet

HEADERS: Mapping[str, tuple[str, ...]] = {
    "situation": (
        "Ce qui peut arriver",
        "Ce qui pourrait se passer",
        "Qu'est-ce qui peut arriver ?",
        "Événement craint",
        "Was kann passieren?",
        "Gefährdungssituationen",
        "Beschreibung der Gefährdung",
        "What could go wrong?",
        "How could it happen?",
    ),
    "harm": (
        "Si ça arrive",
        "Et si cela se produit ?",
        "Blessures possibles",
        "Mögliche Folge",
        "Verletzungsfolgen",
        "Auswirkung",
        "Possible outcome",
        "Injuries",
    ),
    "exposed_count": (
        "Qui est concerné",
        "Qui peut être touché ?",
        "Personnes présentes",
        "Betroffene Beschäftigte",
        "Wer ist gefährdet?",
        "Who is affected",
    ),
    "existing_measures": (
        "Déjà en place",
        "Ce qui est déjà fait",
        "Vorhandene Schutzmaßnahme",
        "Bestehende Maßnahmen",
        "Bereits umgesetzte Schutzmassnahmen",
        "Safeguards in place",
    ),
    "action": (
        "Reste à faire",
        "Ce qu'il reste à faire",
        "Weitere Schutzmaßnahme",
        "Zusätzliche Maßnahmen",
        "Noch zu tun",
        "Next steps",
        "To do",
    ),
    "who": (
        "Pilote",
        "Qui s'en charge ?",
        "Référente",
        "Verantwortliche Person",
        "Umsetzung durch",
        "Responsible person",
    ),
    "due": (
        "Pour quelle date",
        "À faire avant",
        "Fertigstellungstermin",
        "Frist bis",
        "Bis wann?",
        "By when",
        "Target date",
    ),
    "gravity": ("Est-ce grave ?", "Schweregrad", "Schwere", "How serious?"),
    "frequency": ("Est-ce souvent ?", "Combien de fois par an", "Wie oft?", "How often?"),
    "probability": ("Est-ce probable ?", "Wie wahrscheinlich?", "Eintrittswahrscheinlichkeit", "How likely?"),
    "level": ("Niveau retenu", "Risikoeinstufung", "Gesamtrisiko", "Overall risk"),
    "status": ("Où en est-on ?", "Umsetzungsstand", "Progress"),
    "reference": ("Réf. risque", "N° du risque", "Fiche n°", "Lfd. Nr."),
    "cost": ("Prix estimé", "Kosten", "Estimated cost"),
}


@pytest.mark.parametrize(("field", "header"), [(field, each) for field, all_ in HEADERS.items() for each in all_])
def test_a_header_of_every_day_names_its_field(field: str, header: str) -> None:
    assert named_field(Column(0, (header,))).field == field


def test_somebody_who_is_touched_is_nobody_who_does_something() -> None:
    assert named_field(Column(0, ("Qui est chargé du suivi",))).field == "who"
    assert named_field(Column(0, ("Qui pourrait se blesser",))).field == "exposed_count"


HEADER = ["Unité de travail", "Risque", "Situation", "Mesures existantes", "Mesures à prendre", "Date"]


def test_a_bare_date_behind_what_is_to_be_done_is_when_it_is_due() -> None:
    rows = [
        ["Atelier", "Bruit", "Scie", "Casques", "Capoter la scie", "12/05/2026"],
        ["Atelier", "Incendie", "Stock", "Extincteur", "Vider le stock", "été 2026"],
    ]
    found = previewed(sheet("Risques", [HEADER, *rows]))
    assert [line.actions[0].due_as_written for line in found.lines] == ["12/05/2026", "été 2026"]
    assert found.lines[0].actions[0].due == "2026-05-12"
    assert "left_column" not in codes(found)


def test_a_date_beside_a_delay_is_when_the_line_was_assessed() -> None:
    rows = [["Atelier", "Bruit", "Scie", "Casques", "Capoter", "12/05/2026", "T3 2026"]]
    found = previewed(sheet("Risques", [[*HEADER, "Délai"], *rows]))
    assert found.lines[0].actions[0].due_as_written == "T3 2026"


@pytest.mark.parametrize(
    "none",
    ["keine", "Keine weiteren", "none required", "Aucune mesure particulière", "RAS", "nichts", "no further action"],
)
def test_words_for_nothing_are_neither_a_measure_nor_an_action(none: str) -> None:
    found = previewed(sheet("Risques", [HEADER, ["Atelier", "Bruit", "Scie", none, none, ""]]))
    assert found.lines[0].existing_measures == []
    assert found.lines[0].actions == []


@pytest.mark.parametrize(
    "no",
    [
        "entfällt",
        "nicht zutreffend",
        "trifft nicht zu",
        "no risk",
        "not relevant",
        "ne nous concerne pas",
        "Sans objet",
    ],
)
def test_what_does_not_concern_a_unit_is_told_in_three_languages(no: str) -> None:
    found = previewed(sheet("Risques", [HEADER, ["Atelier", "Bruit", no, "", "", ""]]))
    assert "not_concerned" in codes(found, 2)
    assert all(line.situation is None for line in found.lines)


@pytest.mark.parametrize("answer", ["Non", "Non concerné", "sans objet", "nein", "nicht betroffen"])
def test_an_answer_of_no_is_told_whatever_its_words(answer: str) -> None:
    table = [
        ["Risque", "Concerné ?", "Description", "Mesures existantes", "Priorité"],
        ["Bruit", "Oui", "Scie", "Casques", "2"],
        ["Incendie", "Oui", "Stock", "Extincteur", "1"],
        ["Rayonnements ionisants", answer, "", "", ""],
    ]
    assert "not_concerned" in codes(previewed(sheet("Atelier", table)), 4)


RATED = ["Unité de travail", "Risque", "Situation", "Mesures existantes", "Gravité", "Fréquence", "Maîtrise"]
LINES = [["Labo", "Bruit", "Pompe", "Capot", "2", "3", "1"], ["Labo", "Laser", "Réglage", "Lunettes", "4", "2", "3"]]


@pytest.mark.parametrize(
    ("note", "direction"),
    [
        ("M : maîtrise, de 1 (bien maîtrisé) à 4 (aucune mesure)", "higher_is_worse"),
        ("Maîtrise : de 1 (rien n'est fait) à 4 (parfaitement maîtrisé)", "higher_is_better"),
        ("Maîtrise : 1 nulle à 4 excellente", "higher_is_better"),
        ("Wirksamkeit: 1 = vollständig wirksam, 4 = keine Maßnahme", "higher_is_worse"),
        ("Control: 1 (none) to 4 (fully effective)", "higher_is_better"),
        ("Criticité = G x F x M", "higher_is_worse"),
        ("Criticité = G x F / M", "higher_is_better"),
        ("Document validé en conseil de laboratoire", None),
    ],
)
@pytest.mark.parametrize("gap", [0, 1])
def test_a_note_below_the_table_tells_the_direction_and_is_no_line(note: str, direction: str | None, gap: int) -> None:
    found = previewed(sheet("Risques", [RATED, *LINES, *[[]] * gap, [note]]))
    assert len(found.lines) == 2
    assert found.scale["control"].direction == direction
    assert ("scale_direction" in codes(found)) is (direction is None)


@pytest.mark.parametrize("same", ["idem", "Idem ci-dessus", "wie oben", "as above", '"'])
def test_a_cell_that_says_the_same_has_the_words_above_it(same: str) -> None:
    rows = [["Labo", "Bruit", "Pompe", "Casques", "", ""], [same, "Laser", "Réglage", same, "", ""]]
    found = previewed(sheet("Risques", [HEADER, *rows]))
    assert [(line.work_unit, line.existing_measures) for line in found.lines] == [("Labo", ["Casques"])] * 2


@pytest.mark.parametrize("total", ["Summe", "Gesamt", "Zwischensumme Labor", "Grand total", "Nb de risques : 2"])
def test_totals_of_other_languages_are_no_lines(total: str) -> None:
    found = previewed(sheet("Risques", [RATED, *LINES, [total, "", "", "", "6", "5", "4"]]))
    assert len(found.lines) == 2


@pytest.mark.parametrize(
    "unit", ["Tous ateliers", "Toutes les plateformes", "Tout le personnel", "alle Bereiche", "All areas", "Whole site"]
)
def test_all_units_are_said_in_many_words(unit: str) -> None:
    found = previewed(sheet("Risques", [RATED, *LINES, [unit, "Incendie", "Stock", "Extincteur", "3", "1", "2"]]))
    assert found.lines[-1].all_units
    assert found.lines[-1].work_unit is None


def test_a_level_that_is_none_beside_levels_is_told() -> None:
    header = ["Unité de travail", "Danger", "Situation", "Niveau"]
    rows = [["A", "Bruit", "Pompe", "Moyen"], ["A", "Laser", "Réglage", "Élevé"], ["A", "Feu", "Stock", "Faible"]]
    found = previewed(sheet("Risques", [header, *rows, ["A", "Chute", "Toit", "cf. avis CHSCT"]]))
    assert "unreadable_rating" in codes(found, 5)
    assert not codes(found, 2)
    later = previewed(sheet("Risques", [header, *rows, ["A", "Chute de hauteur", "Toit", "à voir"]]))
    assert codes(later, 5) == {"not_assessed"}


@pytest.mark.parametrize(
    "prompt", ["[nom du local]", "[décrire la situation]", "<préciser>", "[Describe the hazard]", "[bitte ausfüllen]"]
)
def test_a_row_of_prompts_is_a_template_s(prompt: str) -> None:
    found = previewed(
        sheet("Risques", [HEADER, *[["A", "Bruit", "Scie", "", "", ""]], [prompt, prompt, prompt, "", "", ""]])
    )
    assert len(found.lines) == 1
    assert "template_marker" in codes(found, 3)


def test_what_stands_in_brackets_of_a_sentence_is_no_prompt() -> None:
    found = previewed(sheet("Risques", [HEADER, ["Labo [B214]", "Bruit", "Pompe [ancienne] de la salle", "", "", ""]]))
    assert "template_marker" not in codes(found)


def test_what_is_done_is_the_situation_where_a_family_alone_names_the_risk() -> None:
    header = [
        "Famille de risques",
        "Lieu",
        "Activité",
        "Gravité",
        "Mesures existantes",
        "À améliorer (oui/non)",
        "Action",
    ]
    rows = [
        ["Plongée", "Station", "Apnée", "4", "Binôme", "oui", "Caisson"],
        ["Routier", "Station", "Trajets", "3", "Révision", "non", ""],
    ]
    found = previewed(sheet("DU", [header, *rows]))
    assert [line.situation for line in found.lines] == ["Apnée", "Trajets"]
    assert [[each.what for each in line.actions] for line in found.lines] == [["Caisson"], []], (
        "yes and no are no actions"
    )
    assert "missing_field" not in codes(found)


def test_a_form_that_begins_with_a_label_that_nobody_knows_is_one() -> None:
    form = [
        ["Rédaction", "groupe 3"],
        ["Unité de travail", "Réserve"],
        ["Danger", "Poussières"],
        ["Ce qui peut arriver", "Allergie"],
    ]
    more = [["Déjà en place", "Masques"], ["Reste à faire", "Aspirateur"], ["Pilote", "AP"], ["Gravité", "2"]]
    found = previewed(sheet("Fiche A", [*form, *more]))
    assert [(line.work_unit, line.hazard, line.situation) for line in found.lines] == [
        ("Réserve", "Poussières", "Allergie")
    ]


@pytest.mark.parametrize(
    ("formula", "direction"),
    [("Score = G x F / Prévention", "higher_is_better"), ("Score = G x F x Protection", "higher_is_worse")],
)
def test_a_formula_names_control_by_other_words_too(formula: str, direction: str) -> None:
    found = previewed(sheet("Risques", [RATED, *LINES, [], [formula]]))
    assert found.scale["control"].direction == direction


def test_a_legend_explains_prevention_as_control() -> None:
    legend = sheet(
        "Méthode",
        [["Prévention", "4", "très bonne"], ["", "3", "bonne"], ["", "2", "insuffisante"], ["", "1", "nulle"]],
    )
    found = previewed(sheet("Risques", [RATED, *LINES]), legend)
    assert found.scale["control"].direction == "higher_is_better"


def test_a_risk_of_nothing_is_not_concerned() -> None:
    found = previewed(
        sheet("Risques", [HEADER, ["Sieste", "RAS", "", "", "", ""], ["Repas", "Bruit", "Cris", "", "", ""]])
    )
    assert "not_concerned" in codes(found, 2)
    assert not codes(found, 3) & {"not_concerned"}


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Bruit de la scie", "noise"),
        ("Incendie du stock de produits chimiques", "fire"),
        ("Vibrations of the lifting platform", "vibrations"),
        ("Chute de projecteurs", "falls_height"),
        ("Éblouissement, brûlures par UV", "optical_laser"),
        ("Quarzstaub", "asbestos_dusts"),
        ("Accident de car", "road"),
        ("Port de piles d'assiettes", "manual_handling_msd"),
        ("Bruit et vibrations de la scie", None),
        ("Chute de personnes", None),
    ],
)
def test_the_family_of_what_a_text_begins_with_where_the_rest_goes_on_with_it(text: str, family: str | None) -> None:
    assert match_family(text).sure == family


def test_a_cell_that_its_header_parts_into_what_who_and_when_is_parted() -> None:
    header = ["Lieu", "Danger", "Mesures existantes", "Niveau", "Reste à faire / qui / quand"]
    rows = [
        ["Scène", "Chute de projecteurs", "Élingues", "élevé", "Contrôler les perches / régisseur / 30/09/2026"],
        ["Loge", "Incendie", "Extincteur", "moyen", "Ignifuger les rideaux / AP / avant l'été"],
        ["Hall", "Bruit", "Casques", "faible", "RAS"],
    ]
    found = previewed(sheet("Théâtre", [header, *rows]))
    told = [[(each.what, each.who, each.due or each.due_as_written) for each in line.actions] for line in found.lines]
    assert told == [
        [("Contrôler les perches", "régisseur", "2026-09-30")],
        [("Ignifuger les rideaux", "AP", "avant l'été")],
        [],
    ]


def test_a_unit_above_the_first_table_holds_for_those_that_repeat_its_header() -> None:
    header = ["Élément", "Risque", "Situation", "Gravité", "Fréquence"]
    first = [["Unité de travail : Halle"], [], ["LOCAUX"], header, ["Magasin", "Bruit", "Portes", "2", "3"]]
    second = [[], ["ÉQUIPEMENTS"], header, ["Presse", "Machines", "Écrasement", "4", "2"]]
    found = previewed(sheet("EvRP", [*first, *second]))
    assert [(each.work_unit, each.place and each.place.kind) for each in found.lines] == [
        ("Halle", "premises"),
        ("Halle", "equipment"),
    ]


def test_a_note_that_separators_of_the_file_part_is_no_line() -> None:
    note = ["Notes : gravité de 1 à 4 ", " fréquence de 1 à 4 ", " cotation G x F"]
    found = previewed(sheet("csv", [RATED, *LINES, [], note]))
    assert len(found.lines) == 2
