"""What an export says: the same figures in every format."""

import re
from dataclasses import replace
from datetime import date

import pytest

from services.gateway.duerp.exports.assessed import tinted
from services.gateway.duerp.exports.composition import compose
from services.gateway.duerp.exports.duerp import Duerp, Edition
from services.gateway.duerp.exports.report import Report, Table
from shared.http_api.duerp.lines import Line, LineOrigin
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.unit import WorkUnit
from shared.language.catalogue import LANGUAGES
from tests.services.gateway.duerp.exports.clean_room import FAMILIES, SCOPE, clean_room, entry


def table(report: Report, sheet: str) -> Table:
    return next(each.table for each in report.sections if each.table and each.table.sheet == sheet)


def cells(report: Report, sheet: str) -> list[tuple[str, ...]]:
    return [row.cells for row in table(report, sheet).rows]


def words(report: Report) -> str:
    parts = [value for _, value in report.identity]
    for section in report.sections:
        parts += [
            *section.paragraphs,
            *(cell for row in (section.table.rows if section.table else ()) for cell in row.cells),
        ]
    return "\n".join(parts)


@pytest.fixture(scope="module")
def french() -> Report:
    return compose(clean_room(), "fr")


def test_what_is_not_rated_comes_first_and_then_the_worst(french: Report) -> None:
    found = [(cells[2].split("\n")[0], cells[6].split("\n")[0]) for cells in cells(french, "Risques")]
    assert found == [
        ("Charge de travail", "non coté"),
        ("Acide fluorhydrique à 40 %", "critique (36)"),
        ("Charge de travail", "élevé (24)"),
        ("Laser de classe 4", "faible (6)"),
    ]


def test_what_an_imported_file_said_and_nobody_understood_is_printed_as_it_was_written() -> None:
    duerp = clean_room()
    room = duerp.work_units()[-1][0]
    said = {"family": "Trucs divers", "gravity": "forte", "level": "III", "exposed": "3", "place": "Salle 12"}
    line = entry(Line(work_unit=room, hazard="Azote liquide", as_written=said))
    vague = {"due": "été 2027", "who": "à voir", "cost": "à chiffrer", "status": "en cours, bien avancé"}
    action = entry(Action(what="Capoter", as_written=vague))
    report = compose(replace(duerp, entries=[*duerp.entries, line, action]), "fr")
    told = next(row for row in cells(report, "Risques") if "Azote liquide" in row[2])
    assert ("Salle 12" in told[0], "Trucs divers" in told[1], "moins de 5" in told[3]) == (True, True, True)
    assert ("non coté" in told[6], "forte" in told[6], "III" in told[6]) == (True, True, True)
    planned = next(row for row in cells(report, "Programme") if row[0] == "Capoter")
    assert all(any(words in cell for cell in planned) for words in vague.values())
    assert "tel qu'écrit" not in words(compose(duerp, "fr"))


def test_what_was_rejected_is_not_printed(french: Report) -> None:
    assert "refusé" not in words(french)


def test_the_matrix_counts_what_the_lines_say(french: Report) -> None:
    columns = [column.title for column in table(french, "Matrice").columns]
    assert columns == ["Unité de travail", "faible", "moyen", "élevé", "critique", "non coté"]
    assert cells(french, "Matrice") == [
        ("Bureaux", "0", "0", "1", "0", "0"),
        ("Salle blanche", "1", "0", "0", "1", "1"),
    ]
    counted = sum(int(cell) for row in cells(french, "Matrice") for cell in row[1:])
    assert counted == len(table(french, "Risques").rows)


def test_a_family_is_assessed_without_risk_or_not_assessed_never_both(french: Report) -> None:
    assert cells(french, "Sans risque") == [("Bureaux", "Bruit", "Aucune source de bruit")]
    missing = {unit: set(labels.split(", ")) for unit, _, labels in cells(french, "Non évaluées")}
    assert missing["Bureaux"] == {
        "Risque chimique",
        "Agents CMR",
        "Rayonnements optiques",
        "lasers",
        "Travail sur écran",
    }
    assert "Bruit" in missing["Salle blanche"], "a rejected line assesses nothing"


def test_few_people_are_not_told_as_a_number(french: Report) -> None:
    units = {name: people for name, _, _, people in cells(french, "Unités de travail")}
    assert units == {
        "Bureaux": "doctorants\u00a0: moins de 5",
        "Salle blanche": "doctorants\u00a0: 13 (6 femmes, 7 hommes)",
    }
    assert "Université (régime public)\u00a0: moins de 5" in dict(french.identity)["Employeurs"]


def test_the_programme_has_what_the_law_asks(french: Report) -> None:
    (action,) = cells(french, "Programme")
    assert action[1].startswith("3. combattre à la source")
    assert action[2] == "Acide fluorhydrique à 40 %"
    assert action[4:7] == ("31/03/2027", "", "1\u202f250,50\u00a0€")


def test_both_employers_bodies_are_printed_and_who_is_late(french: Report) -> None:
    found = {row[0]: row[3] for row in cells(french, "Consultations")}
    assert found == {"F3SCT (CNRS)": "favorable", "CSA (Université)": "avis attendu"}


def test_what_was_drafted_is_named_with_its_reader_its_words_and_who_accepted_it(french: Report) -> None:
    [(place, hazard, reader, because, accepted)] = cells(french, "Proposées")
    assert (place, hazard, because) == ("Salle blanche", "Laser de classe 4", "un laser de classe 4 sur table")
    assert reader.startswith("des règles et un lexique, sans modèle")
    assert accepted == "camille, le 03/11/2026"


@pytest.mark.parametrize(("language", "told"), [("fr", "(0,34)"), ("en", "(0.34)"), ("de", "(0,34)")])
def test_what_likeness_proposed_is_said_so_with_its_score(language: str, told: str) -> None:
    duerp = clean_room()
    by_likeness = [
        each.model_copy(update={"content": each.content.model_copy(update={"likeness": 0.34})})
        if isinstance(each.content, Line) and each.content.origin is LineOrigin.DRAFTED
        else each
        for each in duerp.entries
    ]
    shown = words(compose(Duerp(duerp.scope, duerp.edition, by_likeness, duerp.families), language))
    assert told in shown
    assert not re.search(r"proposées par un modèle|by a language model|Sprachmodell vorgeschlagen", shown)


def test_a_long_description_is_printed_by_its_beginning_and_is_nobody_s_change() -> None:
    duerp = clean_room()
    long = "On range des bouteilles. " * 6_000
    entries = [
        each.model_copy(update={"content": each.content.model_copy(update={"description": long})})
        if isinstance(each.content, WorkUnit)
        else each
        for each in duerp.entries
    ]
    told = compose(Duerp(duerp.scope, duerp.edition, entries, duerp.families), "fr")
    for row in table(told, "Unités de travail").rows:
        assert len(row.cells[1]) <= 4_002
        assert row.cells[1].startswith("On range des bouteilles.")
        assert [part.field for _, parts in row.printed for part in parts] == ["name", ""]


def test_the_law_s_wants_follow_the_families(french: Report) -> None:
    articles = {row[2] for row in cells(french, "Obligations")}
    assert {"R4412-10", "R4452-10"} <= articles
    assert "R4461-3" not in articles, "nobody dives"


def test_a_frozen_version_says_its_hash_and_no_draft(french: Report) -> None:
    assert french.edition == "Version 3 du 03/11/2026"
    assert "SHA-256" in french.footer
    today = compose(clean_room(edition=Edition(on=date(2026, 11, 29))), "fr")
    assert today.edition == "État au 29/11/2026, non figé"
    assert not re.search("draft|brouillon", words(french), re.IGNORECASE)


def test_no_section_is_empty_and_an_empty_duerp_says_its_name() -> None:
    report = compose(Duerp(SCOPE, Edition(on=date(2026, 11, 29)), [], FAMILIES), "fr")
    assert report.unit == "UMR9999"
    assert all(each.paragraphs or (each.table and each.table.rows) for each in report.sections)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_row_has_a_cell_a_column(language: str) -> None:
    for section in compose(clean_room(), language).sections:
        if section.table:
            assert {len(row.cells) for row in section.table.rows} == {len(section.table.columns)}


@pytest.mark.parametrize("colour", ["#000000", "#c62828", "#2e7d32", "#f9a825", "#0000ff"])
def test_dark_words_can_be_read_on_a_level_s_colour(colour: str) -> None:
    parts = [int(tinted(colour)[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert (luminance + 0.05) / 0.05 >= 4.5
