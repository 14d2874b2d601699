"""What the law wants of a unit's DUERP, over HTTP."""

from collections.abc import Sequence

from fastapi import APIRouter, Request

from services.gateway.duerp.contents import LINES
from services.gateway.duerp.entry_routes import AtDesk
from services.gateway.duerp.facts import facts_of
from services.gateway.duerp.model import EntryRecord
from services.gateway.http.problems import language_of
from shared.duerp.obligations import UnitFacts, obligations
from shared.http_api.duerp.entries import LineState
from shared.http_api.duerp.lines import LineText
from shared.http_api.duerp.obligations import UnitObligation, UnitObligations
from shared.http_api.duerp.unit import Unit
from shared.language.catalogue import supported

router = APIRouter(prefix="/v1/duerp/{unit}/obligations", tags=["duerp"])


@router.get("")
async def unit_obligations(request: Request, desk: AtDesk) -> UnitObligations:
    """Tell what the law wants of the unit: in the document, beside it, at each update, before people are assigned.

    Employers, their size, the people's statuses and the families with a risk decide; what nobody has said of the
    unit makes an obligation one to check.
    """
    return obligations_of(desk.unit, await desk.entries(), language_of(request))


def obligations_of(unit: str, records: Sequence[EntryRecord], language: str) -> UnitObligations:
    """Return what the law wants of a unit whose DUERP has these entries."""
    data, facts = obligations(), _facts(records)
    spoken, there = supported(language), facts.families or frozenset()
    return UnitObligations(
        unit=unit,
        checked=data.checked,
        package=data.package,
        obligations=[
            UnitObligation(
                id=each.id,
                subject=each.subject,
                standing=standing,
                text=each.text[spoken],
                doubt=each.doubt.get(spoken, ""),
                articles=list(each.articles),
                source=each.source,
                families=sorted(each.when.families & there),
            )
            for each, standing in data.of(facts)
        ],
    )


def _facts(records: Sequence[EntryRecord]) -> UnitFacts:
    """Return what decides: of a unit that nobody has described, its families alone."""
    families = [
        record.content.family
        for record in records
        if record.kind in LINES and isinstance(record.content, LineText) and record.content.family
        if record.decided is None or record.decided.state is not LineState.REJECTED
    ]
    unit = next((each.content for each in records if isinstance(each.content, Unit)), None)
    return UnitFacts(families=frozenset(families)) if unit is None else facts_of(unit, families)
