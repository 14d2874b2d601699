"""Rules of the review on entries as people type them, and the review over HTTP."""

import asyncio
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.review.findings import Found, Reviewed
from services.gateway.duerp.review.rules import review
from services.gateway.duerp.review.views import review_view
from services.gateway.duerp.scales.examples import example
from services.standalone.local_issuer import Person
from shared.duerp.drafting.lexicon import lexicon
from shared.http_api.duerp.entries import LineState
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import ExistingMeasure, Finding, Line, SharedLine, Statement
from shared.http_api.duerp.programme import Action, ActionStatus, Closing, Consultation, Event, EventType, Transmission
from shared.http_api.duerp.review import Dismissal
from shared.http_api.duerp.scales import Rating
from shared.http_api.duerp.unit import ConsultedBody, Element, ElementKind, Unit, WorkUnit
from shared.language.catalogue import LANGUAGES
from shared.language.spelling import vocabulary
from tests.services.gateway.conftest import ASSISTANT, READER, STRANGER, Rig
from tests.services.gateway.duerp.exports.clean_room import entry
from tests.support.work import calls_of

TODAY = date(2026, 11, 29)
LEGAL = {"optical_results", "cmr_substitution", "diving_items"}
PLACE = entry(WorkUnit(name="Station"))


def found(*contents: Content | EntryRecord) -> list[Found]:
    records = [each if isinstance(each, EntryRecord) else entry(each) for each in contents]
    return review(Reviewed([PLACE, *records], TODAY))


def rules(*contents: Content | EntryRecord) -> set[str]:
    return {each.rule for each in found(*contents)} - {"families_unsaid", "never_sent", "never_consulted"}


def line(family: str | None, hazard: str, **fields: Any) -> Line:
    checked = [ExistingMeasure(what="Capotage", rank=8, checked_on=date(2026, 1, 5))]
    return Line(work_unit=PLACE.id, family=family, hazard=hazard, **({"measures": checked} | fields))


def laser(**fields: Any) -> Line:
    return line("optical_laser", "Laser de classe 4", articles=["R4452-10"], **fields)


def dmf(family: str = "chemical_cmr", **fields: Any) -> Line:
    return line(family, "DMF comme solvant", articles=["R4412-66"], **fields)


def diver(**fields: Any) -> Line:
    return line("hyperbaric_diving", "Plongée à l'air", articles=["R4461-3"], **fields)


SIX = (
    "Jusqu'à 30 m, 45 min par jour ; accident de décompression ; interactions avec la navigation ; courants et "
    "température de l'eau ; détendeurs révisés chaque année ; recommandations du médecin : visite annuelle."
)


def test_three_findings_where_a_laser_dmf_and_a_diver_lack_what_the_law_wants_and_none_with_it() -> None:
    assert rules(laser(), dmf(), diver()) == LEGAL
    told = rules(
        laser(comment="Résultats de l'évaluation : valeurs limites respectées hors faisceau direct."),
        dmf(comment="Recherche d'un substitut : le Cyrene ne convient pas à cette étape, essai du 3 mars."),
        diver(comment=SIX),
    )
    assert told == set()


@pytest.mark.parametrize(
    "said",
    [
        "On a cherché à remplacer le DMF : rien de satisfaisant pour cette étape.",
        "Aucun substitut trouvé après essais.",
        "Un autre solvant, moins toxique, a été essayé en mars et n'a pas convenu.",
        "We looked for a less toxic solvent and found none.",
        "Ersatz gesucht, keiner geeignet.",
    ],
)
def test_that_a_substitute_was_looked_for_is_read_in_other_words_whatever_came_of_it(said: str) -> None:
    assert rules(dmf(comment=said)) == set()


@pytest.mark.parametrize(
    "said",
    [
        "Aucun substitut n'a été cherché.",
        "Pas de recherche de substitut.",
        "Substitution non étudiée.",
        "Recherche d'un substitut à faire.",
        "R4412-66 : à compléter.",
        "No substitute was looked for.",
        "Ein Ersatz wurde nicht gesucht.",
    ],
)
def test_that_no_substitute_was_looked_for_is_none(said: str) -> None:
    assert rules(dmf(comment=said)) == {"cmr_substitution"}


@pytest.mark.parametrize(
    ("said", "is_found"),
    [
        ("Calcul d'exposition : sous la VLE à 2 m.", False),
        ("Mesurage du 3 mars, conforme.", False),
        ("Les résultats de la thèse sont bons.", True),
        ("Aucun mesurage n'a été fait.", True),
        ("Valeurs limites : à évaluer.", True),
    ],
)
def test_results_on_optical_radiation_are_of_its_assessment(said: str, is_found: bool) -> None:
    assert ("optical_results" in rules(laser(comment=said))) is is_found


@pytest.mark.parametrize("family", ["chemical_cmr", "chemical_general"])
def test_dmf_is_a_cmr_in_a_line_on_chemicals_too(family: str) -> None:
    assert rules(dmf(family)) == {"cmr_substitution"}


def test_a_measurement_that_names_the_line_is_a_result() -> None:
    beam = entry(laser())
    measured = Event(
        type=EventType.MEASUREMENT,
        on=TODAY,
        what="Mesurage des UV",
        lines=[beam.id],
        closed=Closing(on=TODAY, reason="conforme"),
    )
    assert rules(beam, measured) == set()


def test_five_of_the_six_items_on_diving_are_not_six() -> None:
    assert rules(diver(comment=SIX.replace("recommandations du médecin : visite annuelle", ""))) == {"diving_items"}


def test_an_article_that_a_line_merely_cites_says_nothing() -> None:
    assert rules(diver(comment="Voir R. 4461-3 : fiche en annexe 4.")) == set()
    assert rules(diver()) == {"diving_items"}


def test_a_rejected_line_is_not_reviewed() -> None:
    assert "optical_results" not in rules(entry(laser(measures=[]), LineState.REJECTED))


@pytest.mark.parametrize(
    ("measures", "rule"),
    [
        ([], "line_without_measure"),
        ([ExistingMeasure(what="Port de gants", checked_on=TODAY)], "instructions_alone"),
        ([ExistingMeasure(what="Lire la notice", rank=9, checked_on=TODAY)], "instructions_alone"),
        ([ExistingMeasure(what="Sorbonne", rank=8)], "measures_unchecked"),
    ],
)
def test_weak_measures_are_pointed_out(measures: list[ExistingMeasure], rule: str) -> None:
    assert rules(line("noise", "Pompes", measures=measures)) == {rule}


def test_gloves_beside_a_fume_hood_are_not_alone_and_an_action_is_a_measure_to_come() -> None:
    both = [ExistingMeasure(what="Gants", rank=9, checked_on=TODAY), ExistingMeasure(what="Sorbonne", rank=8)]
    assert rules(line("noise", "Pompes", measures=both)) == set()
    bare = entry(line("noise", "Pompes", measures=[]))
    planned = Action(what="Capoter", lines=[bare.id], responsible="A", due=date(2027, 1, 1), indicator="dB")
    assert rules(bare, planned) == set()


@pytest.mark.parametrize(("gravity", "control", "is_found"), [("4", "4", True), ("4", "3", False), ("3", "4", False)])
def test_the_worst_gravity_with_the_worst_control_comes_first(gravity: str, control: str, is_found: bool) -> None:
    scale = entry(example("vigie"))
    values = {"gravity": gravity, "frequency": "1", "control": control}
    rated = line("noise", "Pompes", residual=Rating(scale=scale.id, version=1, values=values))
    assert rules(scale, rated) == ({"worst_uncontrolled"} if is_found else set())


def test_what_is_late_or_open_is_pointed_out() -> None:
    gone = Element(
        kind=ElementKind.PREMISES, name="Local", next_check=date(2020, 1, 1), out_of_service=date(2021, 1, 1)
    )
    pressure = Element(kind=ElementKind.EQUIPMENT, name="Autoclave", next_check=date(2026, 11, 28))
    late = Action(what="Capoter", responsible="A", due=date(2026, 1, 1), indicator="dB")
    done = late.model_copy(update={"status": ActionStatus.DONE, "done_on": TODAY})
    accident = Event(type=EventType.ACCIDENT, on=TODAY, what="Coupure")
    every = {"check_overdue", "equipment_without_line", "action_late", "event_open", "work_unit_without_line"}
    assert rules(gone, pressure, late, done, accident) == every
    assert rules(line("noise", "x"), Action(what="Capoter")) == {"action_incomplete"}


def test_families_are_unsaid_until_a_line_or_a_statement_says_something() -> None:
    said = [
        SharedLine(family="noise", hazard="Bruit"),
        Statement(work_unit=PLACE.id, family="road", finding=Finding.NOT_ASSESSED),
    ]
    unsaid = next(each for each in found(*said) if each.rule == "families_unsaid")
    assert {"noise", "road"}.isdisjoint(unsaid.families)
    assert len(unsaid.families) == 34
    assert unsaid.about.id == PLACE.id


def test_a_document_that_nobody_got_and_a_body_that_nobody_asked() -> None:
    unit = Unit(name="U", bodies=[ConsultedBody(name="F3SCT"), ConsultedBody(name="Conseil")])
    told = [each.rule for each in found(unit, Consultation(body="f3sct"))]
    assert (told.count("never_consulted"), told.count("never_sent")) == (1, 1)
    assert "never_sent" not in [each.rule for each in found(unit, Transmission(to="Médecine", sent_on=TODAY))]


def test_every_finding_has_a_sentence_in_every_language() -> None:
    unit = Unit(name="U", bodies=[ConsultedBody(name="F3SCT")])
    all_found = found(unit, laser(measures=[]), dmf(), diver(), Element(kind=ElementKind.EQUIPMENT, name="Four"))
    for language in LANGUAGES:
        for each in review_view("U", all_found, Reviewed([], TODAY), language).findings:
            assert each.sentence
            assert "\u2026" not in each.sentence
            assert "{" not in each.sentence


def test_a_finding_is_closed_for_as_long_as_its_entry_says_the_same() -> None:
    beam = entry(laser())
    all_found = [each for each in found(beam) if each.rule == "optical_results"]
    closing = Dismissal(rule="optical_results", about=beam.id, revision=1, reason="Mesures prévues en mars")
    closed = review_view("U", all_found, Reviewed([beam, entry(closing)], TODAY), "fr")
    assert (closed.open, closed.findings[0].dismissed is None) == (0, False)
    elsewhere = closing.model_copy(update={"revision": 2})
    assert review_view("U", all_found, Reviewed([beam, entry(elsewhere)], TODAY), "fr").open == 1


def test_ten_times_the_lines_are_ten_times_the_work_of_a_review() -> None:
    def reviewed(count: int) -> int:
        lines = (dmf("chemical_general", situation=f"Synthèse {number} de {count}") for number in range(count))
        records = [PLACE, *map(entry, lines)]
        return calls_of(lambda: review(Reviewed(records, TODAY)))

    reviewed(1)  # what is read once
    assert reviewed(300) < 12 * reviewed(30)


OWN = "/v1/duerp/UMR5219"


async def post(rig: Rig, path: str, body: Any, person: Person = ASSISTANT) -> Any:
    response = await rig.http.post(f"{OWN}{path}", json=body, headers=rig.headers(person))
    assert response.status_code == 201, response.text
    return response.json()


async def test_a_finding_is_opened_closed_with_a_reason_and_opened_again(rig: Rig) -> None:
    place = await post(rig, "/work-units", {"name": "Optique"})
    beam = await post(
        rig, "/lines", {"work_unit": place["id"], "family": "optical_laser", "hazard": "Laser de classe 4"}
    )

    async def optical() -> Any:
        told = (await rig.http.get(f"{OWN}/review", headers=rig.headers(READER))).json()
        return next(each for each in told["findings"] if each["rule"] == "optical_results")

    finding = await optical()
    assert (finding["about"], finding["url"], finding["articles"]) == (beam["id"], beam["url"], ["R4452-10"])
    refused = {"rule": "optical_results", "about": beam["id"], "reason": " "}
    response = await rig.http.post(f"{OWN}/dismissals", json=refused, headers=rig.headers(ASSISTANT))
    assert response.status_code == 422
    said = {key: finding[key] for key in ("rule", "about", "revision")} | {"reason": "Mesurage le 12 mars"}
    closing = await post(rig, "/dismissals", said)
    assert (await optical())["dismissed"]["reason"] == "Mesurage le 12 mars"
    headers = rig.headers(ASSISTANT) | {"if-match": '"1"'}
    archived = await rig.http.post(f"{closing['url']}/archive", json={"why": "encore à faire"}, headers=headers)
    assert archived.status_code == 200
    assert (await optical())["dismissed"] is None


async def test_nobody_else_s_unit_is_reviewed(rig: Rig) -> None:
    assert (await rig.http.get(f"{OWN}/review", headers=rig.headers(STRANGER))).status_code == 404
    body = {"rule": "optical_results", "about": str(uuid4()), "reason": "x"}
    response = await rig.http.post(f"{OWN}/dismissals", json=body, headers=rig.headers(READER))
    assert response.status_code == 403


async def test_a_gateway_at_work_reads_the_words_of_the_rules_before_the_first_review(rig: Rig) -> None:
    lexicon.cache_clear()
    vocabulary.cache_clear()
    async with rig.gateway.at_work(), asyncio.timeout(20):
        while not (lexicon.cache_info().currsize and vocabulary.cache_info().currsize):
            await asyncio.sleep(0.01)
