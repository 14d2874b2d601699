"""Forms set upright: labels beside values, and what only looks like one."""

from shared.duerp.importing.forms import upright
from tests.shared.duerp.import_grids import codes, previewed, sheet


def test_forms_below_each_other_are_lines_each() -> None:
    form = (("Unité de travail", "Labo"), ("Danger", "Bruit"), ("Situation", "Pompe"), ("Gravité", "3"))
    other = (("Unité de travail", "Hall"), ("Danger", "Laser de classe 4"), ("Situation", "Réglage"), ("Gravité", "4"))

    found = previewed(sheet("Feuil1", [("Fiche 1",), *form, ("Fiche 2",), *other]))

    assert [(line.work_unit, line.hazard, line.rating["gravity"]) for line in found.lines] == [
        ("Labo", "Bruit", "3"), ("Hall", "Laser de classe 4", "4"),
    ]  # fmt: skip
    assert [line.row for line in found.lines] == [3, 8]


def test_a_label_that_is_not_known_keeps_its_words() -> None:
    form = (("Unité de travail", "Labo"), ("Danger", "Bruit"), ("Situation", "Pompe"), ("Gravité", "3"))

    (line,) = previewed(sheet("Feuil1", [*form, ("Croquis joint", "Oui, page 4")])).lines

    assert line.comment == "Croquis joint : Oui, page 4"


def test_a_glossary_is_no_form() -> None:
    written = sheet(
        "Feuil1",
        [
            ("Danger", "Propriété de nuire"),
            ("Risque", "Rencontre d'une personne et d'un danger"),
            ("Situation dangereuse", "Situation où une personne est exposée"),
            ("Gravité", "Importance du dommage qui peut arriver à la personne exposée"),
            ("Mesures existantes", "Ce qui est déjà fait"),
        ],
    )

    assert upright(written) is written


def test_a_table_with_a_header_across_is_no_form() -> None:
    written = sheet(
        "Feuil1",
        [
            ("Unité de travail", "Danger", "Situation", "Gravité"),
            ("Service", "Bruit", "Pompe", "3"),
            ("Atelier", "Bruit", "Scie", "2"),
        ],
    )

    assert upright(written) is written


def test_a_table_in_a_language_that_is_not_read_is_no_other_document() -> None:
    written = sheet(
        "Feuil1",
        [("Ocena ryzyka zawodowego",), ("Stanowisko", "Zagrożenie", "Skutki"), ("Magazyn", "Hałas", "Utrata słuchu")],
    )

    assert codes(previewed(written)) == {"layout_not_understood"}


def test_titles_above_tables_of_one_header_are_their_work_units() -> None:
    header = ("Famille", "Situation à risque", "Niveau de risque", "Mesures existantes")
    found = previewed(
        sheet(
            "DU",
            [
                ("Agent de restauration",), header, ("Bruit", "Plonge", "Moyen", "Bouchons"),
                ("Agent d'entretien",), header, ("Bruit", "Souffleur", "Élevé", "Casque"),
            ],
        )
    )  # fmt: skip

    assert [line.work_unit for line in found.lines] == ["Agent de restauration", "Agent d'entretien"]


def test_a_second_score_is_kept_with_its_header() -> None:
    header = ("Zone", "Tâche", "Produit", "Score inhalation", "Score cutané")

    (line,) = previewed(sheet("Évaluation", [header, ("Labo", "Pesée", "Acétone", "10", "1000")])).lines

    assert (line.level_as_written, line.comment) == ("10", "Score cutané : 1000")
