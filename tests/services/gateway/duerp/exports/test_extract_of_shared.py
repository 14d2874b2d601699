"""What several work units share, in the extract of one of them: a text that tells of others too is left out."""

from datetime import UTC, date, datetime

from services.gateway.duerp.exports.duerp import Duerp, Edition
from services.gateway.duerp.exports.extract import limited
from services.gateway.duerp.model import EntryRecord, added
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import Finding, Line, SharedLine, SharedRating, Statement
from shared.http_api.duerp.programme import Action, Event, EventType, Transmission
from shared.http_api.duerp.unit import Element, ElementKind, Unit, WorkUnit

SCOPE = "unit:UMR5219"
OTHERS = "AUTRES"
"""Stands in every text that tells of another work unit."""


def entry(content: Content) -> EntryRecord:
    return added(SCOPE, content, "alice", datetime(2018, 1, 1, tzinfo=UTC))


BENCH_OF_BOTH = entry(Element(kind=ElementKind.EQUIPMENT, name=f"Banc {OTHERS}"))
CLEAN = entry(WorkUnit(name="Salle blanche", elements=[BENCH_OF_BOTH.id]))
OFFICE = entry(WorkUnit(name=OTHERS, elements=[BENCH_OF_BOTH.id]))
BENCH = entry(Element(kind=ElementKind.EQUIPMENT, name="Banc", work_units=[CLEAN.id], shared_with=[OTHERS]))
BUILDING = entry(Element(kind=ElementKind.PREMISES, name=f"Bâtiment {OTHERS}", work_units=[CLEAN.id, OFFICE.id]))
OWN_LINE = entry(Line(work_unit=CLEAN.id, family="chemical_general", hazard="HF"))
OTHER_LINE = entry(Line(work_unit=OFFICE.id, family="screens", hazard=OTHERS))
SHARED = entry(SharedLine(family="psychosocial", hazard="Charge de travail"))
NOT_SHARED = entry(SharedLine(family="psychosocial", hazard=OTHERS, work_units=[OFFICE.id]))
ENTRIES = [
    entry(Unit(name="Institut", code="UMR 5219", description=OTHERS)),
    *(CLEAN, OFFICE, BENCH, BENCH_OF_BOTH, BUILDING, OWN_LINE, OTHER_LINE, SHARED, NOT_SHARED),
    entry(SharedRating(line=SHARED.id, work_unit=CLEAN.id, comment="ici")),
    entry(SharedRating(line=SHARED.id, work_unit=OFFICE.id, comment=OTHERS)),
    entry(Statement(work_unit=CLEAN.id, family="noise", finding=Finding.NO_RISK, reason="mesuré")),
    entry(Statement(work_unit=OFFICE.id, family="noise", finding=Finding.NO_RISK, reason=OTHERS)),
    entry(Action(what="Oxymètre", lines=[OWN_LINE.id])),
    entry(Action(what=OTHERS, lines=[OTHER_LINE.id])),
    entry(Action(what=OTHERS, lines=[OWN_LINE.id, OTHER_LINE.id])),
    entry(Action(what=OTHERS)),
    entry(Event(type=EventType.ACCIDENT, on=date(2019, 1, 1), what=OTHERS, lines=[OWN_LINE.id])),
    entry(Transmission(to=OTHERS, sent_on=date(2019, 1, 1))),
]


def test_what_tells_of_others_too_is_left_out() -> None:
    duerp = Duerp(scope=SCOPE, edition=Edition(on=date(2018, 1, 1)), entries=ENTRIES, families={})
    kept = "\n".join(each.content.model_dump_json() for each in limited(duerp, [CLEAN.id]).entries)
    for own in ("Salle blanche", "Banc", "HF", "Charge de travail", "ici", "mesuré", "Oxymètre", "UMR 5219"):
        assert own in kept, own
    assert OTHERS not in kept
    assert str(OFFICE.id) not in kept
