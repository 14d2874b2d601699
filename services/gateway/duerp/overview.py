"""A unit's DUERP as a whole: families by work unit, what is pointed out, what is to be reviewed. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from uuid import UUID

from services.gateway.duerp.consulting import late_since
from services.gateway.duerp.contents import LINES
from services.gateway.duerp.known_records import MadeOfRevisions
from services.gateway.duerp.model import EntryRecord, missing
from shared.http_api.duerp.entries import Assessment, EntryKind, FamilyView, LateConsultation, LineState, Overview
from shared.http_api.duerp.lines import ExistingMeasure, Finding, Line, LineText, SharedLine, SharedRating, Statement
from shared.http_api.duerp.personal import personal_remarks
from shared.http_api.duerp.programme import Action, Consultation, Event
from shared.http_api.duerp.scales import Rating


def remarks_of(record: EntryRecord) -> Sequence[str]:
    """Return the codes of what is pointed out: what a line lacks, a residual rating unborne by measures, persons."""
    return _pointed_out.of(record)


def _remarks(record: EntryRecord) -> Sequence[str]:
    codes = [f"{name}-missing" for name in missing(record.content)]
    codes += personal_remarks(record.content)
    if isinstance(record.content, Line):
        codes += [] if record.content.residual else ["not-rated"]
        codes += ["residual-unchecked"] if _unchecked(record.content.residual, record.content.measures) else []
    return codes


_pointed_out = MadeOfRevisions(_remarks)


def overview(unit: str, records: Sequence[EntryRecord], today: date) -> Overview:
    """Tell a unit's DUERP in figures.

    Args:
        records: all its entries that are not archived.
        today: the day that opinions are late on.
    """
    contents = {record.id: record for record in records}
    lines = [record for record in records if record.kind in LINES]
    return Overview(
        unit=unit,
        counts=Counter(record.kind for record in records),
        states=Counter(record.decided.state for record in lines if record.decided),
        families=_families(records),
        to_review=_to_review(records),
        remarked=[record.id for record in records if remarks_of(record) or _shared_unchecked(record, contents)],
        open_actions=[each.id for each in records if isinstance(each.content, Action) and each.content.closed is None],
        late_consultations=[
            LateConsultation(
                consultation=each.id, body=said.body, employer=said.employer, version=said.version, since=since
            )
            for each in records
            if isinstance(said := each.content, Consultation) and (since := late_since(said, today))
        ],
    )


def _to_review(records: Iterable[EntryRecord]) -> list[UUID]:
    """Lines of events that are not closed, in the order of the events, each once."""
    events = [each.content for each in records if isinstance(each.content, Event) and each.content.closed is None]
    return list(dict.fromkeys(line for event in events for line in event.lines))


def _families(records: Sequence[EntryRecord]) -> list[FamilyView]:
    """What is said of each family in each work unit; a rejected line says nothing."""
    work_units = [record.id for record in records if record.kind is EntryKind.WORK_UNIT]
    lines = Counter(
        (work_unit, record.content.family)
        for record in records
        if isinstance(record.content, LineText) and record.content.family and not _is_rejected(record)
        for work_unit in _places(record.content, work_units)
    )
    findings: dict[tuple[UUID, str], Finding] = defaultdict(lambda: Finding.NOT_ASSESSED)
    for record in records:
        if isinstance(record.content, Statement):
            findings[record.content.work_unit, record.content.family] = record.content.finding
    order = {work_unit: number for number, work_unit in enumerate(work_units)}
    known = sorted(
        (place for place in {*lines, *findings} if place[0] in order),
        key=lambda place: (order[place[0]], place[1]),
    )
    return [_family(work_unit, family, lines[work_unit, family], findings) for work_unit, family in known]


def _family(work_unit: UUID, family: str, lines: int, findings: dict[tuple[UUID, str], Finding]) -> FamilyView:
    finding = findings[work_unit, family]
    return FamilyView(
        work_unit=work_unit,
        family=family,
        assessment=Assessment.LINES if lines else Assessment(finding.value),
        lines=lines,
        contradicted=lines > 0 and finding is Finding.NO_RISK,
    )


def _places(content: LineText, work_units: Sequence[UUID]) -> Iterator[UUID]:
    """The work units that a line stands in."""
    if isinstance(content, Line):
        yield content.work_unit
    elif isinstance(content, SharedLine):
        yield from work_units if content.work_units is None else content.work_units


def _is_rejected(record: EntryRecord) -> bool:
    return record.decided is not None and record.decided.state is LineState.REJECTED


def _shared_unchecked(record: EntryRecord, records: dict[UUID, EntryRecord]) -> bool:
    """Whether a shared line's rating is one that neither its own measures nor the line's bear out."""
    if not isinstance(record.content, SharedRating):
        return False
    line = records.get(record.content.line)
    shared = line.content.measures if line is not None and isinstance(line.content, SharedLine) else []
    return _unchecked(record.content.residual, [*record.content.measures, *shared])


def _unchecked(residual: Rating | None, measures: Sequence[ExistingMeasure]) -> bool:
    if residual is None or not residual.lower_than_gross:
        return False
    return not any(measure.checked_on for measure in measures)
