"""The routes of the yearly update of one unit's DUERP, of reminders, and of many entries at once."""

from collections.abc import Sequence
from uuid import UUID

from shared.client.routes import Routes, segment
from shared.client.transport import Transport
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.together import (
    DuplicateBody,
    DuplicateView,
    Named,
    ShareBody,
    SharedView,
    Together,
    TogetherBody,
    TogetherView,
)
from shared.http_api.duerp.year import (
    AnswersBody,
    Cycle,
    LineAnswer,
    OpenYearBody,
    Reminders,
    RemindersQuery,
    YearQuery,
    YearView,
)


class UnitYear(Routes):
    """The year of one unit's DUERP: each line is asked about, many are changed at once."""

    def __init__(self, transport: Transport, unit: str) -> None:
        super().__init__(transport)
        self._url = f"/v1/duerp/{segment(unit)}"

    async def open(self, year: int) -> Entry[Cycle]:
        """Begin the update of a year; the same again is the one that was begun."""
        body = OpenYearBody(year=year).model_dump(mode="json")
        return await self._model(Entry[Cycle], "POST", f"{self._url}/year", json=body)

    async def view(self, query: YearQuery | None = None) -> YearView:
        """How far a year's update has come, and the lines that it still asks of."""
        params = (query or YearQuery()).model_dump(mode="json", exclude_none=True)
        return await self._model(YearView, "GET", f"{self._url}/year", params=params)

    async def answer(self, year: int, answers: Sequence[LineAnswer]) -> TogetherView:
        """Say of lines whether they are still true; each tells what became of it."""
        body = AnswersBody(year=year, answers=list(answers)).model_dump(mode="json")
        return await self._model(TogetherView, "POST", f"{self._url}/year/answers", json=body)

    async def reminders(self, within_days: int = 90) -> Reminders:
        """What is to be done within some days, and all that is late."""
        params = RemindersQuery(within_days=within_days).model_dump(mode="json")
        return await self._model(Reminders, "GET", f"{self._url}/reminders", params=params)

    async def revise(
        self, what: Together, lines: Sequence[Named], why: str = "", work_unit: UUID | None = None
    ) -> TogetherView:
        """Do the same to many lines; each tells what became of it."""
        body = TogetherBody(what=what, lines=list(lines), why=why, work_unit=work_unit).model_dump(mode="json")
        return await self._model(TogetherView, "POST", f"{self._url}/together", json=body)

    async def share(self, lines: Sequence[Entry[Line]], work_units: Sequence[UUID] | None = ()) -> SharedView:
        """Make one line that work units share of several; `work_units`: where it holds besides, None: everywhere."""
        named = [Named(id=each.id, revision=each.revision) for each in lines]
        body = ShareBody(lines=named, work_units=None if work_units is None else list(work_units))
        return await self._model(SharedView, "POST", f"{self._url}/share", json=body.model_dump(mode="json"))

    async def duplicate(self, work_unit: UUID | str, name: str) -> DuplicateView:
        """Copy a work unit with its lines, which are proposed there, neither rated nor checked."""
        body = DuplicateBody(name=name).model_dump(mode="json")
        return await self._model(
            DuplicateView, "POST", f"{self._url}/work-units/{segment(work_unit)}/duplicate", json=body
        )
