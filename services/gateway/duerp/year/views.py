"""From a cycle and what is due to the JSON of the API."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import islice
from uuid import UUID

from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.views import url_of
from services.gateway.duerp.year.model import Year, place_of
from services.gateway.duerp.year.reminders import Due
from shared.http_api.duerp.lines import Line, SharedLine
from shared.http_api.duerp.year import (
    Asked,
    Reminder,
    Reminders,
    StillTrue,
    WorkUnitProgress,
    YearQuery,
    YearView,
)
from shared.language.catalogue import Catalogue

_catalogue = Catalogue()


def year_view(unit: str, year: Year, query: YearQuery) -> YearView:
    answers = Counter(year.answer(line) for line in year.lines)
    found = list(
        islice(year.asks(query.work_unit, everything=query.everything), query.skip, query.skip + query.limit + 1)
    )
    gone = year.gone()
    return YearView(
        unit=unit,
        cycle=year.cycle.id,
        **year.said.model_dump(),
        lines=len(year.lines) + gone,
        answered=len(year.lines) - answers[None] + gone,
        yes=answers[StillTrue.YES],
        changed=answers[StillTrue.CHANGED],
        gone=gone,
        pending=sum(year.is_pending(line) for line in year.lines),
        added=year.added,
        work_units=_progress(year),
        asked=[_asked(year, line, unit) for line in found[: query.limit]],
        more=len(found) > query.limit,
    )


def _progress(year: Year) -> list[WorkUnitProgress]:
    lines = Counter(place_of(line) for line in year.lines)
    answered = Counter(place_of(line) for line in year.lines if year.answer(line) is not None)
    names: dict[UUID | None, str] = dict(year.work_units.items())
    names[None] = ""
    return [
        WorkUnitProgress(work_unit=place, name=name, lines=lines[place], answered=answered[place])
        for place, name in names.items()
        if lines[place]
    ]


def _asked(year: Year, line: EntryRecord, unit: str) -> Asked:
    assert isinstance(line.content, Line | SharedLine)
    known = year.answers.get(line.id)
    return Asked(
        line=line.id,
        kind=line.kind,
        url=url_of(line.kind, unit, line.id),
        revision=line.revision,
        now=line.content,
        before=year.before(line),
        differs=year.differs(line),
        decided=line.decided,
        answer=known[1].answer if known else None,
        why=known[1].why if known else "",
        by=known[0].updated_by if known else None,
        pending=year.is_pending(line),
        answered=known[0].revision if known else 0,
    )


def reminders_view(unit: str, today: date, due: Sequence[Due], language: str) -> Reminders:
    told = [_reminder(each, unit, today, language) for each in due]
    return Reminders(unit=unit, today=today, late=sum(each.late for each in told), reminders=told)


def _reminder(due: Due, unit: str, today: date, language: str) -> Reminder:
    key = f"duerp.reminders.{due.type.value.replace('_', '-')}"
    return Reminder(
        type=due.type,
        on=due.on,
        late=due.on < today,
        sentence=_catalogue.text(language, key, name=due.name),
        name=due.name,
        about=due.about.id if due.about else None,
        url=url_of(due.about.kind, unit, due.about.id) if due.about else None,
        articles=list(due.articles),
    )
