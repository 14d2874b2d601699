"""The programme of a year: its actions, what each lacks, planned against done, how it stood when a body met."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.gateway.duerp.exports.composition import compose
from services.gateway.duerp.exports.duerp import Duerp, Edition
from services.gateway.duerp.model import EntryRecord, change_of, changed
from services.gateway.duerp.programme.model import YearlyProgramme, is_of_year, missing
from services.gateway.duerp.programme.views import programme_view
from shared.duerp.exposure_factors import exposure_factors
from shared.duerp.families import risk_families
from shared.http_api.duerp.entries import ChangeType
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.programme import Action, ActionStatus, Closing, Consultation
from shared.http_api.duerp.unit import Employer, Regime, Unit, WorkUnit
from shared.http_api.duerp.yearly_programme import Programme, ProgrammeItem, ProgrammeKind, ProgrammeState
from tests.services.gateway.conftest import STRANGER, Rig
from tests.services.gateway.duerp.exports.clean_room import FAMILIES, SCOPE, entry
from tests.services.gateway.duerp.test_duerp_api import OWN, added, get, put

TODAY = date(2026, 11, 29)
PLACE = entry(WorkUnit(name="Atelier"))
NOISE = entry(Line(work_unit=PLACE.id, family="noise", hazard="Presse"))
SOLVENT = entry(Line(work_unit=PLACE.id, family="chemical_general", hazard="Acétone"))
WHOLE = {"conditions": "Hors production", "indicator": "85 dB(A)", "cost": "1200", "resources": "Atelier"}


def action(what: str = "Capoter", **fields: Any) -> Action:
    return Action.model_validate({"what": what, "due": date(2026, 6, 1), **fields})


def seen(*contents: Any, year: int = 2026, **employer: Any) -> Programme:
    unit = Unit(name="Labo", employers=[Employer(name="CNRS", regime=Regime.PUBLIC, **employer)])
    records = [each if isinstance(each, EntryRecord) else entry(each) for each in contents]
    programme = YearlyProgramme(year, TODAY, [entry(unit), PLACE, NOISE, SOLVENT, *records])
    return programme_view("UMR9999", programme, [change_of(each, ChangeType.ADDED) for each in records])


@pytest.mark.parametrize(
    ("fields", "years"),
    [
        ({"due": date(2026, 6, 1)}, {2026, 2027}),
        ({"start": date(2025, 1, 1), "due": date(2026, 6, 1)}, {2025, 2026, 2027}),
        ({"due": date(2025, 6, 1), "status": "done", "done_on": date(2026, 2, 1)}, {2025, 2026}),
        ({"due": date(2025, 6, 1), "status": "done", "done_on": date(2025, 2, 1)}, {2025}),
        ({"due": None}, {2026, 2027}),
        ({"status": "abandoned", "closed": Closing(on=date(2026, 3, 1), reason="Déménagement")}, {2026}),
    ],
)
def test_an_action_is_carried_over_until_it_is_done_or_given_up(fields: dict[str, Any], years: set[int]) -> None:
    made = action(**fields)
    assert {year for year in range(2024, 2028) if is_of_year(made, date(2026, 1, 1), year)} == years


def test_each_action_tells_what_the_law_wants_and_it_lacks() -> None:
    assert missing(action(**WHOLE)) == []
    assert missing(Action(what="Capoter")) == list(ProgrammeItem)
    view = seen(action(**WHOLE, lines=[NOISE.id]), action("Ranger", cost="0"))
    first = next(each for each in view.actions if each.content.what == "Capoter")
    assert (view.complete, first.factors, first.families) == (1, ["noise"], ["noise"])
    assert (view.factors, view.factors_without) == (["noise"], ["hazardous_chemicals"])


def test_what_was_not_done_says_why_and_the_budget_is_exact() -> None:
    done = action("Faite", status=ActionStatus.DONE, done_on=date(2026, 5, 2), cost="0.10", spent="0.20")
    late = action("En retard", cost="0.20", not_done_because="Devis refusé")
    coming = action("À venir", due=date(2026, 12, 20))
    dropped = action("Abandonnée", status="abandoned", closed=Closing(on=date(2026, 3, 1), reason="Fermeture"))
    view = seen(done, late, coming, dropped)
    states = {each.content.what: (each.state, each.why_not) for each in view.actions}
    assert states == {
        "Faite": (ProgrammeState.DONE, ""),
        "En retard": (ProgrammeState.NOT_DONE, "Devis refusé"),
        "À venir": (ProgrammeState.PLANNED, ""),
        "Abandonnée": (ProgrammeState.ABANDONED, "Fermeture"),
    }
    assert [str(each) for each in (view.budget.estimated, view.budget.done, view.budget.spent)] == [
        "0.30",
        "0.10",
        "0.20",
    ]
    assert view.budget.unknown == 2
    assert seen(done, year=2025).actions == []


@pytest.mark.parametrize(
    ("fifty", "kind"),
    [(True, ProgrammeKind.PROGRAMME), (False, ProgrammeKind.LIST), (None, ProgrammeKind.TO_CHECK)],
)
def test_from_fifty_at_the_employer_it_is_a_programme_else_a_list(fifty: bool | None, kind: ProgrammeKind) -> None:
    assert seen(action(), has_fifty=fifty).kind is kind


def test_a_body_sees_how_the_programme_stood_on_its_day() -> None:
    first = entry(action("Capoter"))
    second = changed(
        first,
        action("Capoter", status=ActionStatus.DONE, done_on=date(2026, 11, 20)),
        "alix",
        datetime(2026, 11, 20, 9, tzinfo=UTC),
    )
    bodies = [Consultation(body=f"F3SCT {day}", met_on=date(2026, 11, day)) for day in (2, 10, 25)]
    records = [PLACE, second, *map(entry, bodies)]
    history = [change_of(first, ChangeType.ADDED), change_of(second, ChangeType.CHANGED)]
    view = programme_view("UMR9999", YearlyProgramme(2026, TODAY, records), history)
    assert [(each.body, each.actions, each.done) for each in view.committees] == [
        ("F3SCT 2", 0, 0),
        ("F3SCT 10", 1, 0),
        ("F3SCT 25", 1, 1),
    ]


def test_the_factors_are_the_laws_ten_and_their_families_are_known() -> None:
    assert len(exposure_factors()) == 10
    assert set().union(*exposure_factors().values()) <= {each.id for each in risk_families()}


def test_the_document_has_the_years_figures_and_the_exposure_factors() -> None:
    unit = entry(Unit(name="Labo", employers=[Employer(name="Start-up", regime=Regime.PRIVATE, has_fifty=False)]))
    made = entry(action(**WHOLE, lines=[NOISE.id], not_done_because="Devis refusé"))
    duerp = Duerp(SCOPE, Edition(on=TODAY), [unit, PLACE, NOISE, made], FAMILIES)
    section = next(each for each in compose(duerp, "fr").sections if "action" in each.title.casefold())
    assert section.title == "Liste d'actions de prévention"
    assert "1 actions, 0 réalisées, 1 non réalisées" in section.paragraphs[0]
    assert section.table is not None
    assert "bruit" in section.table.rows[0].cells[-1]
    assert "Devis refusé" in section.table.rows[0].cells[-2]


async def test_the_programme_over_http_is_the_units_own(rig: Rig) -> None:
    made = await added(rig, "actions", {"what": "Capoter", "due": "2027-06-01", "cost": "10.5"})
    consulted = {"body": "F3SCT", "met_on": "2027-01-10"}
    await added(rig, "consultations", consulted)
    view = (await get(rig, f"{OWN}/programme", year=2027)).json()
    assert [(each["content"]["what"], each["missing"]) for each in view["actions"]] == [
        ("Capoter", ["conditions", "indicator", "resources"])
    ]
    assert (view["budget"]["estimated"], view["kind"]) == ("10.5", "to_check")
    assert [(each["body"], each["actions"]) for each in view["committees"]] == [("F3SCT", 1)]
    said = made["content"] | {"not_done_because": "Devis refusé"}
    assert (await put(rig, made["url"], said, 1)).json()["content"]["not_done_because"] == "Devis refusé"
    assert (await get(rig, f"{OWN}/programme", STRANGER)).status_code == 404
