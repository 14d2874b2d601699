"""A clean room's DUERP, as entries: two work units, a shared line, actions, consultations of two employers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from services.gateway.duerp.exports.duerp import Duerp, Edition
from services.gateway.duerp.model import EntryRecord, added
from services.gateway.duerp.scales.examples import example
from shared.http_api.duerp.entries import Decided, LineState
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import (
    ExistingMeasure,
    Finding,
    Line,
    LineOrigin,
    SharedLine,
    SharedRating,
    Statement,
)
from shared.http_api.duerp.programme import Action, Consultation, Opinion, Transmission
from shared.http_api.duerp.scales import Rating
from shared.http_api.duerp.unit import (
    ConsultedBody,
    Duty,
    DutyHeld,
    Element,
    ElementKind,
    Employer,
    Headcount,
    PeopleStatus,
    Regime,
    Unit,
    WorkUnit,
)

SCOPE = "unit:UMR9999"
NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
FAMILIES = {
    "chemical_general": "Risque chimique",
    "chemical_cmr": "Agents CMR",
    "optical_laser": "Rayonnements optiques, lasers",
    "psychosocial": "Risques psychosociaux",
    "screens": "Travail sur écran",
    "noise": "Bruit",
}
STATUSES = PeopleStatus


def entry(content: Content, state: LineState | None = None) -> EntryRecord:
    """Make an entry as somebody typed it on the day of the tests."""
    made = added(SCOPE, content, "alix", NOW)
    if state is None or made.decided is None:
        return made
    return made.model_copy(update={"decided": Decided(state=state, by="camille", at=NOW)})


def rating(scale: UUID, gravity: str, frequency: str, control: str, score: str, level: str, colour: str) -> Rating:
    values = {"gravity": gravity, "frequency": frequency, "control": control}
    return Rating(scale=scale, version=1, values=values, score=Decimal(score), level=level, colour=colour)


def entries(*, more: int = 0) -> Sequence[EntryRecord]:
    """Make the clean room's entries, with `more` lines of long words behind the first ones."""
    scale = entry(example("vigie"))
    room = entry(WorkUnit(name="Salle blanche", description="Gravure et lithographie", people=[_people(6, 7)]))
    office = entry(WorkUnit(name="Bureaux", people=[_people(1, 2)]))
    bench = entry(Element(kind=ElementKind.EQUIPMENT, name="Banc de gravure", work_units=[room.id]))
    acid = entry(
        Line(
            work_unit=room.id,
            elements=[bench.id],
            family="chemical_general",
            hazard="Acide fluorhydrique à 40 %",
            situation="=Remplissage des bacs & rinçage <b>manuel</b>",
            harm="Brûlure grave, intoxication",
            exposed=[_people(6, 7)],
            measures=[ExistingMeasure(what="Sorbonne", rank=8, proof="PV 2026-04", checked_on=date(2026, 4, 2))],
            articles=["R4412-10", "D4154-1"],
            residual=rating(scale.id, "4", "3", "3", "36", "critique", "#c62828"),
        ),
        LineState.ACCEPTED,
    )
    laser = entry(
        Line(
            work_unit=room.id,
            family="optical_laser",
            hazard="Laser de classe 4",
            origin=LineOrigin.DRAFTED,
            origin_detail="un laser de classe 4 sur table",
            residual=rating(scale.id, "3", "2", "1", "6", "faible", "#2e7d32"),
        ),
        LineState.ACCEPTED,
    )
    refused = entry(Line(work_unit=room.id, family="noise", hazard="Bruit des pompes refusé"), LineState.REJECTED)
    load = entry(SharedLine(family="psychosocial", hazard="Charge de travail"), LineState.ACCEPTED)
    in_office = entry(
        SharedRating(
            line=load.id,
            work_unit=office.id,
            residual=rating(scale.id, "3", "4", "2", "24", "élevé", "#ef6c00"),
        )
    )
    many = [
        entry(
            Line(
                work_unit=room.id,
                family="chemical_cmr",
                hazard=f"Agent {at} " + "mutagène et toxique pour la reproduction " * 4,
                situation="https://exemple.fr/" + "tres-longue-adresse/" * 8,
                measures=[ExistingMeasure(what="Boîte à gants. " * 12)],
                residual=rating(scale.id, "3", "3", "2", "18", "élevé", "#ef6c00"),
            ),
            LineState.ACCEPTED,
        )
        for at in range(more)
    ]
    return [
        scale, room, office, bench, acid, laser, refused, load, in_office, *many,
        entry(_unit()),
        entry(Statement(work_unit=office.id, family="noise", finding=Finding.NO_RISK, reason="Aucune source de bruit")),
        entry(
            Action(
                what="Remplacer le remplissage manuel par une pompe",
                rank=3,
                lines=[acid.id],
                responsible="A. Martin",
                due=date(2027, 3, 31),
                cost=Decimal("1250.50"),
                indicator="Plus aucun transvasement manuel",
            )
        ),
        entry(
            Consultation(
                body="F3SCT", employer="CNRS", version=3, sent_on=date(2026, 11, 4), met_on=date(2026, 11, 20),
                opinion=Opinion.FAVOURABLE,
            )
        ),
        entry(Consultation(body="CSA", employer="Université", version=3, sent_on=date(2026, 11, 4))),
        entry(Transmission(to="Médecine de prévention", version=2, sent_on=date(2025, 12, 1), how="courriel")),
    ]  # fmt: skip


def clean_room(*, more: int = 0, edition: Edition | None = None) -> Duerp:
    frozen = Edition(on=date(2026, 11, 3), version=3, digest="0f3a" * 16, frozen_by="Camille Roux")
    return Duerp(SCOPE, edition or frozen, entries(more=more), FAMILIES)


def _people(women: int, men: int) -> Headcount:
    return Headcount(status=PeopleStatus.DOCTORAL, women=women, men=men)


def _unit() -> Unit:
    return Unit(
        name="Laboratoire de microfabrication",
        code="UMR 9999",
        director="Camille Roux",
        employers=[
            Employer(name="CNRS", regime=Regime.PUBLIC, hosts=True, employs=40, has_fifty=True),
            Employer(name="Université", regime=Regime.PUBLIC, employs=3),
        ],
        bodies=[ConsultedBody(name="F3SCT", employer="CNRS"), ConsultedBody(name="CSA", employer="Université")],
        people=[Headcount(status=PeopleStatus.PERMANENT, women=20, men=21), _people(6, 7)],
        duties=[
            DutyHeld(duty=Duty.PREVENTION_ASSISTANT, holder="Alix Petit"),
            DutyHeld(duty=Duty.LASER, holder="A. Martin"),
        ],
    )
