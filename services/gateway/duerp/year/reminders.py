"""What is to be done by which day: the yearly update, checks, actions, events, opinions. Pure."""

from calendar import isleap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.gateway.duerp.consulting import late_since
from services.gateway.duerp.model import EntryRecord
from shared.http_api.duerp.programme import Action, ActionStatus, Consultation, Event
from shared.http_api.duerp.unit import Element, Unit
from shared.http_api.duerp.year import ReminderType

_OPEN = frozenset({ActionStatus.PLANNED, ActionStatus.STARTED})


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do by a day; `about`: the entry to open."""

    type: ReminderType
    on: date
    name: str
    about: EntryRecord | None = None
    articles: Sequence[str] = ()


def reminders(records: Sequence[EntryRecord], last_frozen: date | None, today: date, within: timedelta) -> list[Due]:
    """Return what is to be done within some days, and all that is late, the earliest first.

    Args:
        records: all entries that are not archived. last_frozen: the day of the newest version.
    """
    every = [*_yearly(records, last_frozen, today), *(due for record in records for due in _of(record, today))]
    return sorted((each for each in every if each.on <= today + within), key=lambda each: (each.on, each.name))


def year_later(day: date) -> date:
    """Return the same day a year later; 28 February after the 29th."""
    later = day.year + 1
    return date(later, 2, 28) if (day.month, day.day) == (2, 29) and not isleap(later) else day.replace(year=later)


def _yearly(records: Sequence[EntryRecord], last_frozen: date | None, today: date) -> Iterator[Due]:
    """The update of each year (R4121-2 1°): a year after the last version, today where there is none."""
    about = next((each for each in records if isinstance(each.content, Unit)), None)
    if isinstance(about and about.content, Unit) and about.content.closed_on is not None:  # type: ignore[union-attr]  # the test before says so
        return
    if records:
        on = year_later(last_frozen) if last_frozen else today
        yield Due(ReminderType.YEARLY_UPDATE, on, "", about, ("R4121-2", "L4121-3-1"))


def _of(record: EntryRecord, today: date) -> Iterator[Due]:
    match record.content:
        case Element(next_check=date() as on, out_of_service=gone) as element if gone is None or gone > on:
            yield Due(ReminderType.CHECK, on, element.name, record, ("R4224-17",))
        case Action(due=date() as on, closed=None, status=status) as action if status in _OPEN:
            yield Due(ReminderType.ACTION, on, action.what, record, ("L4121-3-1",))
        case Event(closed=None) as event:
            yield Due(ReminderType.EVENT, event.on, event.what, record, ("R4121-2",))
        case Consultation() as asked:
            if since := late_since(asked, today):
                yield Due(ReminderType.CONSULTATION, since, asked.body, record, ("L4121-3",))
