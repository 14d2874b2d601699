"""A DUERP in the gateway's database, on SQLite and, where VIGIE_TEST_POSTGRES names one, on PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from services.gateway.database.engine import Database
from services.gateway.database.ports import Cursor, Slice
from services.gateway.duerp.model import EntryRecord, Outdated
from services.gateway.duerp.ports import ChangeSearch, EntrySearch
from services.gateway.duerp.scales.examples import EXAMPLES, example
from services.gateway.duerp.service import Desk, DuerpService, Match
from services.gateway.duerp.sql import SqlDuerpCatalogue, SqlDuerpRows
from services.gateway.duerp.versions.article_texts import CorpusArticles
from services.gateway.duerp.versions.model import VersionRecord
from services.gateway.duerp.versions.service import VersionService
from services.gateway.duerp.versions.sql import SqlVersionCatalogue, SqlVersionRows
from services.gateway.outbox.idempotency_sql import SqlIdempotency
from services.gateway.outbox.unit_of_work import SqlUnitsOfWork
from shared.access import PUBLIC, Principal, Role
from shared.errors import Conflict, VigieError
from shared.http_api.duerp.entries import EntryKind, LineState
from shared.http_api.duerp.lines import Line, SharedLine, SharedRating
from shared.http_api.duerp.scales import Rating
from shared.http_api.duerp.unit import WorkUnit
from shared.http_api.duerp.versions import FreezeBody
from tests.contracts.test_repositories import database  # noqa: F401 (a fixture)
from tests.fakes.shared import MemoryStore

ONE = Match(frozenset({1}))


def desk_of(database: Database, unit: str = "UMR5219") -> Desk:  # noqa: F811
    units = SqlUnitsOfWork(database, SqlDuerpRows.within, lambda: None)
    service = DuerpService(units, SqlDuerpCatalogue(database), SqlIdempotency(database))
    person = Principal("alice", frozenset({PUBLIC, f"unit:{unit}"}), frozenset({Role.PREVENTION_ASSISTANT}))
    return service.desk(person, unit)


async def ends(*attempts: Awaitable[EntryRecord]) -> list[EntryRecord | VigieError]:
    """What becomes of attempts that are made at once."""

    async def end(attempt: Awaitable[EntryRecord]) -> EntryRecord | VigieError:
        try:
            return await attempt
        except VigieError as error:
            return error

    return list(await asyncio.gather(*(end(each) for each in attempts)))


async def test_what_is_written_is_read_again_as_it_was(database: Database) -> None:  # noqa: F811
    desk = desk_of(database)
    for name in EXAMPLES:
        written = await desk.add(example(name))
        assert await desk.find(EntryKind.SCALE, written.id) == written
    scale = (await desk.page(EntrySearch(kind=EntryKind.SCALE, limit=1)))[0]
    room = await desk.add(WorkUnit(name="Salle blanche 🧪"))
    rating = Rating(scale=scale.id, version=1, values={"gravity": "4", "frequency": "2", "control": "1"})
    line = await desk.add(Line(work_unit=room.id, family="optical_laser", hazard="=1+1\nclasse 4", residual=rating))
    shared = await desk.add(SharedLine(hazard="Charge de travail"))
    rated = await desk.add(SharedRating(line=shared.id, work_unit=room.id, residual=rating))
    for record in (line, shared, rated):
        assert await desk.find(record.kind, record.id) == record
    changes = await desk.changes(ChangeSearch(limit=100))
    assert len(changes) == len(EXAMPLES) + 4
    assert changes[0].content == rated.content


async def test_an_entry_that_was_listed_is_listed_as_it_is_now(database: Database) -> None:  # noqa: F811
    desk, stranger = desk_of(database), desk_of(database, "UMR1111")
    rooms = EntrySearch(kind=EntryKind.WORK_UNIT, limit=10)
    room = await desk.add(WorkUnit(name="Salle"))
    assert [each.content for each in await desk.page(rooms)] == [WorkUnit(name="Salle")]
    changed = await desk.replace(room.id, WorkUnit(name="Salle 2"), ONE)
    assert list(await desk.page(rooms)) == [changed]
    assert list(await desk.page(rooms)) == [changed], "known by now"
    assert list(await desk.entries()) == [changed]
    assert list(await stranger.page(rooms)) == []
    await desk.archive(EntryKind.WORK_UNIT, room.id, "", Match(frozenset({2})), away=True)
    assert list(await desk.page(rooms)) == []


async def test_of_two_changes_at_once_one_wins_and_the_history_has_no_gap(database: Database) -> None:  # noqa: F811
    desk = desk_of(database)
    room = await desk.add(WorkUnit(name="Atelier"))
    attempts = [desk.replace(room.id, WorkUnit(name=f"Atelier {number}"), ONE) for number in range(5)]
    found = await ends(*attempts)
    assert sum(isinstance(each, EntryRecord) for each in found) == 1
    assert sum(isinstance(each, Outdated) for each in found) == 4
    revisions = [change.revision for change in await desk.changes(ChangeSearch(entry=room.id, limit=10))]
    assert revisions == [2, 1]


@pytest.mark.parametrize("at_once", [2, 5])
async def test_what_there_may_be_one_of_is_added_once(database: Database, at_once: int) -> None:  # noqa: F811
    desk = desk_of(database)
    room = await desk.add(WorkUnit(name="Atelier"))
    shared = await desk.add(SharedLine(hazard="Charge"))
    add: Callable[[], Awaitable[EntryRecord]] = lambda: desk.add(SharedRating(line=shared.id, work_unit=room.id))  # noqa: E731
    found = await ends(*(add() for _ in range(at_once)))
    assert sum(isinstance(each, EntryRecord) for each in found) == 1
    assert sum(isinstance(each, Conflict) for each in found) == at_once - 1


async def test_pages_filters_and_the_whole_stay_in_the_unit(database: Database) -> None:  # noqa: F811
    desk, other = desk_of(database), desk_of(database, "UMR1")
    room, elsewhere = await desk.add(WorkUnit(name="A")), await other.add(WorkUnit(name="B"))
    lines = [await desk.add(Line(work_unit=room.id, family="optical_laser", hazard=str(number))) for number in range(5)]
    await other.add(Line(work_unit=elsewhere.id, family="optical_laser", hazard="autre"))
    await desk.decide(EntryKind.LINE, lines[0].id, LineState.ACCEPTED, "", ONE)
    await desk.archive(EntryKind.LINE, lines[1].id, "", ONE, away=True)

    async def told(**search: object) -> list[str]:
        found = await desk.page(EntrySearch(**{"kind": EntryKind.LINE, "limit": 10, **search}))  # type: ignore[arg-type]
        return [each.content.hazard for each in found if isinstance(each.content, Line)]

    assert await told() == ["0", "2", "3", "4"]
    assert await told(limit=2, after=Cursor(lines[2].created_at, lines[2].id)) == ["3", "4"]
    assert await told(archived=True) == ["1"]
    assert await told(states=frozenset({LineState.ACCEPTED})) == ["0"]
    assert await told(family="noise") == []
    assert await told(work_unit=elsewhere.id) == []
    assert (await desk.overview()).counts == {EntryKind.WORK_UNIT: 1, EntryKind.LINE: 4}
    assert (await other.overview()).counts == {EntryKind.WORK_UNIT: 1, EntryKind.LINE: 1}
    assert {change.scope for change in await other.changes(ChangeSearch(limit=100))} == {"unit:UMR1"}


async def test_a_version_is_read_as_it_was_frozen_and_two_at_once_take_two_numbers_or_one(database: Database) -> None:  # noqa: F811
    desk = desk_of(database)
    versions = VersionService(
        SqlUnitsOfWork(database, SqlVersionRows.within, lambda: None),
        SqlVersionCatalogue(database),
        CorpusArticles(database, MemoryStore()),
        SqlIdempotency(database),
    )
    await desk.add(example("kinney_table"))
    await desk.add(WorkUnit(name="Atelier 🧪", description="a\nb"))
    first = await versions.freeze(desk, FreezeBody(title="2025"), "a click")
    assert await versions.find(desk, 1) == first
    assert await versions.freeze(desk, FreezeBody(title="2025"), "a click") == first, "sent again, it is the same one"
    with pytest.raises(Conflict):
        await versions.freeze(desk, FreezeBody(title="another"), "a click")
    found = await asyncio.gather(
        *(versions.freeze(desk, FreezeBody(title="2026")) for _ in range(3)), return_exceptions=True
    )
    frozen = [each.sequence for each in found if isinstance(each, VersionRecord)]
    assert sorted(frozen) == list(range(2, 2 + len(frozen)))
    assert all(isinstance(each, VersionRecord | Conflict) for each in found)
    assert (await versions.verify(desk)).intact
    assert [each.sequence for each in await versions.page(desk, Slice(limit=1))] == [1 + len(frozen)]
    assert await versions.page(desk_of(database, "UMR1"), Slice(limit=9)) == []
