"""A unit with a DUERP to look at: work units, elements, risks that are rated and not, actions, a frozen version."""

import asyncio
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from openpyxl import Workbook

from services.standalone.local_issuer import Person
from shared.access import Role
from shared.client import UnitDuerp
from shared.http_api.duerp.entries import Entry, LineState
from shared.http_api.duerp.lines import ExistingMeasure, Finding, Line, LineEvidence, SharedLine, Statement
from shared.http_api.duerp.programme import Action, ActionStatus
from shared.http_api.duerp.scales import Rating, Scale
from shared.http_api.duerp.unit import (
    Duty,
    DutyHeld,
    Element,
    ElementKind,
    Headcount,
    PeopleStatus,
    Site,
    Unit,
    WorkUnit,
)
from shared.http_api.duerp.versions import FreezeBody
from tests.e2e.conftest import ended
from tests.support.stack import Running

CODE = "UMR9999"
KEEPER = Person("camille", units=(CODE,), roles=(Role.PREVENTION_ASSISTANT,))

DOCUMENTS = {
    "Consigne azote liquide.md": "# Azote liquide : quels gants porter\n\nPour l'azote liquide, porter des gants "
    "cryogéniques amples, que l'on retire d'un geste, et une visière. Les gants en nitrile gèlent et collent.",
    "Fiche de poste cryogénie.md": "# Gants pour l'azote liquide\n\nLes gants à porter pour l'azote liquide sont "
    "rangés à l'entrée de la salle B12. Vérifier leur état avant chaque remplissage.",
}

PEOPLE = [
    Headcount(status=PeopleStatus.PERMANENT, women=16, men=23),
    Headcount(status=PeopleStatus.DOCTORAL, women=9, men=7, unspecified=1),
]

WORK_UNITS = (
    ("Salle de cryogénie", "Remplissage et stockage d'azote liquide"),
    ("Atelier de mécanique", "Tournage, fraisage, soudure"),
    ("Laboratoire de chimie", "Synthèses sous sorbonne"),
    ("Bureaux", "Travail sur écran"),
)
RISKS: tuple[tuple[int, str, str, str, int | None], ...] = (
    (0, "cryogenics_gases_anoxia", "Azote liquide", "Remplissage du réservoir, porte fermée", 3),
    (0, "heat_cold", "Contact avec une surface froide", "Transfert d'une canne sans gants", 1),
    (1, "machines_equipment", "Tour à métaux", "Usinage avec le carter ouvert", 2),
    (1, "noise", "Bruit de la fraiseuse", "Plus de deux heures par jour", 1),
    (1, "electrical", "Armoire électrique", "Changement d'un fusible par une personne non habilitée", None),
    (2, "chemical_cmr", "Benzène", "Pesée hors sorbonne", 3),
    (2, "fire", "Solvants inflammables", "Stockage de plus de cinq litres hors armoire", 2),
    (3, "screens", "Travail sur écran", "Poste sans réglage de hauteur", 0),
    (3, "psychosocial", "Charge de travail", "Fins de contrat", None),
)


STORE = "Zone de stockage"
STORED = """Bouteilles d'argon et d'hydrogène sous 200 bars, attachées. Transpalette électrique pour les livraisons.
Fûts d'acétone et d'éthanol dans une armoire ventilée. Pas de source radioactive, laser retiré en 2023."""


@dataclass(frozen=True, slots=True)
class ExampleUnit:
    """Addresses of what there is to look at; `described` has proposals, `imported` a file to confirm."""

    home: str
    line: str
    work_unit: str
    described: str
    action: str
    shared_line: str
    shared_rating: str
    imported: str


async def example_unit(stack: Running) -> ExampleUnit:
    """Fill the unit `CODE` and return where it is."""
    async with stack.client() as client:
        for name, text in DOCUMENTS.items():
            await ended(client, await client.submit(name, text.encode()))
    async with stack.client(KEEPER, "fr") as client:
        duerp = client.duerp(CODE)
        scale = await duerp.add(
            next(each.scale for each in (await duerp.scale_examples()).examples if each.id == "vigie")
        )
        description = Unit(
            name="Laboratoire des matériaux froids", code="UMR 9999", scale=scale.id,
            people=PEOPLE, sites=[Site(name="Campus nord", address="12 rue des Sciences")],
            duties=[DutyHeld(duty=Duty.LASER, holder="Responsable de la plateforme optique", detail="Formation 2024")],
        )  # fmt: skip
        await duerp.describe(description)
        units = [await duerp.add(WorkUnit(name=name, description=about)) for name, about in WORK_UNITS]
        lines = await _lines(duerp, scale, units)
        await duerp.freeze(FreezeBody(title="Année 2025", participants=["Conseil de laboratoire"]))
        cold = await duerp.find(Line, lines[1])
        changed = cold.content.model_copy(update={"harm": "Gelures", "residual": _rating(scale, 2)})
        await duerp.decide(await duerp.replace(cold, changed), LineState.ACCEPTED)
        tank = Element(
            kind=ElementKind.EQUIPMENT, name="Réservoir d'azote de 200 L", room="B12", work_units=[units[0].id]
        )
        room = Element(kind=ElementKind.PREMISES, name="Salle B12", building="B", room="B12", work_units=[units[0].id])
        for element in (room, tank):
            await duerp.add(element)
        drill = ExistingMeasure(what="Exercice d'évacuation deux fois par an", rank=9, proof="Compte rendu")
        shared = await duerp.add(
            SharedLine(
                family="fire", hazard="Incendie", situation="Évacuation par un seul escalier", measures=[drill],
                exposed=PEOPLE,
            )
        )  # fmt: skip
        reason = "Aucune source de rayonnement dans ces bureaux."
        family = "ionising_radiation"
        said = Statement(work_unit=units[3].id, family=family, finding=Finding.NO_RISK, reason=reason)
        await duerp.add(said)
        action = await duerp.add(
            Action(
                what="Poser un détecteur d'oxygène à l'entrée", lines=[lines[0]], responsible="Direction technique",
                due=date(2027, 3, 1), status=ActionStatus.STARTED,
            )
        )  # fmt: skip
        await duerp.add(
            Action(what="Poser des écrans antibruit", due=date(2026, 3, 1), not_done_because="Devis refusé")
        )
        await duerp.freeze(FreezeBody(title="Année 2026"))
        await duerp.year.open(2027)
        noisy = await duerp.find(Line, lines[3])
        exposed = [Headcount(status=PeopleStatus.PERMANENT, women=7, men=12)]
        changed = noisy.content.model_copy(update={"exposed": exposed, "harm": "Surdité, fatigue"})
        await duerp.decide(await duerp.replace(noisy, changed), LineState.ACCEPTED)
        described = await duerp.add(WorkUnit(name=STORE, description=STORED))
        async for _ in duerp.drafting(described.id, STORED):
            pass
        begun = await duerp.imports.begin(await asyncio.to_thread(_workbook, stack.data / "DUERP 2024.xlsx"))
        await duerp.imports.until_read(begun.id)
    home = f"/duerp/{CODE}"
    return ExampleUnit(
        home=home,
        line=f"{home}/lines/{lines[0]}",
        work_unit=f"{home}/work-units/{units[0].id}",
        described=f"{home}/work-units/{described.id}",
        action=f"{home}/actions/{action.id}",
        shared_line=f"{home}/shared-lines/{shared.id}",
        shared_rating=f"{home}/shared-lines/{shared.id}/ratings/{units[0].id}",
        imported=f"{home}/imports/{begun.id}",
    )


def _workbook(file: Path) -> Path:
    """Write last year's file of another hand: a column and a family that nobody knows, a scale without a direction."""
    book = Workbook()
    forge = book.create_sheet("Forge", 0)
    forge.append(("Unité de travail", "Danger", "Risque zarbi", "Famille", "Gravité", "Fréquence"))
    forge.append(("Forge", "Sol glissant", "Huile", "zarbi", 2, 3))
    forge.append(("Forge", "Marteau-pilon", "Deux heures par jour", "Bruit", 3, 4))
    book.save(file)
    return file


async def _lines(duerp: UnitDuerp, scale: Entry[Scale], units: list[Entry[WorkUnit]]) -> list[UUID]:
    lines: list[UUID] = []
    for place, family, hazard, situation, worst in RISKS:
        content = Line(
            work_unit=units[place].id, family=family, hazard=hazard, situation=situation,
            measures=[ExistingMeasure(what="Consigne affichée", checked_on=date(2026, 9, 1))],
            evidence=[LineEvidence(reference="Consigne azote, page 1")] if not lines else [],
            residual=_rating(scale, worst),
        )  # fmt: skip
        added = await duerp.add(content)
        if worst is not None:
            await duerp.decide(added, LineState.ACCEPTED)
        lines.append(added.id)
    return lines


def _rating(scale: Entry[Scale], worst: int | None) -> Rating | None:
    """A rating with this value on every axis that the calculation needs, from the harmless end on."""
    if worst is None or scale.content.residual is None:
        return None
    needed = getattr(scale.content.residual.formula, "axes", [axis.key for axis in scale.content.axes])
    axes = [axis for axis in scale.content.axes if axis.key in needed]
    values = {axis.key: axis.values[min(worst, len(axis.values) - 1)].name for axis in axes}
    return Rating(scale=scale.id, version=scale.revision, values=values)
