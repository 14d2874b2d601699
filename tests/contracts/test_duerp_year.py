"""Many at once, the year, the programme and statistics in the database: SQLite, and PostgreSQL if there is one."""

import asyncio
from datetime import date, timedelta

from services.gateway.database.engine import Database
from services.gateway.duerp.figures.service import StatisticsService
from services.gateway.duerp.figures.sql import SqlDelegationVersions
from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.programme.service import ProgrammeService
from services.gateway.duerp.programme.sql import SqlActionHistory
from services.gateway.duerp.service import Desk, Match
from services.gateway.duerp.sql import SqlDuerpRows
from services.gateway.duerp.together.service import TogetherService
from services.gateway.duerp.versions.article_texts import CorpusArticles
from services.gateway.duerp.versions.service import VersionService
from services.gateway.duerp.versions.sql import SqlVersionCatalogue, SqlVersionRows
from services.gateway.duerp.year.service import YearService
from services.gateway.outbox.idempotency_sql import SqlIdempotency
from services.gateway.outbox.unit_of_work import SqlUnitsOfWork
from shared.access import PUBLIC, Principal, Role
from shared.clock import utc_now
from shared.http_api.duerp.entries import LineState
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.programme import Action, ActionStatus, Consultation
from shared.http_api.duerp.together import Named, Outcome, Together, TogetherBody
from shared.http_api.duerp.unit import Headcount, PeopleStatus, Unit, WorkUnit
from shared.http_api.duerp.versions import FreezeBody
from shared.http_api.duerp.year import AnswersBody, LineAnswer, StillTrue
from tests.contracts.test_duerp_repository import desk_of
from tests.contracts.test_repositories import database  # noqa: F401 (a fixture)
from tests.fakes.shared import MemoryStore

YEAR = 2027


def together(database: Database) -> TogetherService:  # noqa: F811
    return TogetherService(SqlUnitsOfWork(database, SqlDuerpRows.within, lambda: None))


def years(database: Database) -> YearService:  # noqa: F811
    return YearService(SqlUnitsOfWork(database, SqlDuerpRows.within, lambda: None), SqlVersionCatalogue(database))


async def lines_of(desk: Desk, count: int) -> list[EntryRecord]:
    place = await desk.add(WorkUnit(name="Atelier"))
    return [
        await desk.add(Line(work_unit=place.id, family="noise", hazard=f"Machine {number}")) for number in range(count)
    ]


async def freeze(database: Database, desk: Desk) -> None:  # noqa: F811
    work = SqlUnitsOfWork(database, SqlVersionRows.within, lambda: None)
    articles = CorpusArticles(database, MemoryStore())
    versions = VersionService(work, SqlVersionCatalogue(database), articles, SqlIdempotency(database))
    await versions.freeze(desk, FreezeBody(title="2026"))


async def test_of_two_who_decide_at_once_about_the_same_lines_one_is_told(database: Database) -> None:  # noqa: F811
    desk, service = desk_of(database), together(database)
    lines = await lines_of(desk, 6)
    named = [Named(id=each.id, revision=1) for each in lines]
    accepted, rejected = await asyncio.gather(
        service.revise(desk, TogetherBody(what=Together.ACCEPT, lines=named)),
        service.revise(desk, TogetherBody(what=Together.REJECT, lines=named[::-1], why="Doublon")),
    )
    ends = sorted(
        [{each.outcome for each in accepted}, {each.outcome for each in rejected}],
        key=lambda told: Outcome.DONE in told,
    )
    assert ends == [{Outcome.OUTDATED}, {Outcome.DONE}]
    found = await desk.entries()
    assert {each.revision for each in found if isinstance(each.content, Line)} == {2}


async def test_a_year_is_answered_and_its_history_stays(database: Database) -> None:  # noqa: F811
    desk, service = desk_of(database), years(database)
    lines = await lines_of(desk, 3)
    await freeze(database, desk)
    cycle = await service.open(desk, YEAR)
    assert await service.open(desk, YEAR) == cycle
    answers = [LineAnswer(id=each.id, revision=1, answer=StillTrue.YES) for each in lines[:2]]
    answers.append(LineAnswer(id=lines[2].id, revision=1, answer=StillTrue.GONE, why="Vendue"))
    told = await service.answer(desk, AnswersBody(year=YEAR, answers=answers))
    assert {each.outcome for each in told} == {Outcome.DONE}
    view = await service.year(desk, None)
    assert (len(view.lines), view.gone(), [view.differs(line) for line in view.lines]) == (2, 1, [[], []])
    other = desk_of(database, "UMR1")
    await service.open(other, YEAR)
    told = await service.answer(other, AnswersBody(year=YEAR, answers=answers))
    assert {each.outcome for each in told} == {Outcome.MISSING}


async def test_a_programme_reads_how_it_stood_from_the_history(database: Database) -> None:  # noqa: F811
    desk, today = desk_of(database), utc_now().date()
    action = await desk.add(Action(what="Capoter", due=today + timedelta(days=1)))
    await desk.add(Consultation(body="F3SCT", met_on=today))
    done = Action(what="Capoter", due=today, status=ActionStatus.DONE, done_on=today)
    await desk.replace(action.id, done, Match(frozenset({1})))
    programme, history = await ProgrammeService(SqlActionHistory(database)).programme(desk, None)
    assert [change.revision for change in history] == [1, 2]
    assert [counts[ActionStatus.DONE] for _, _, _, counts in programme.committees(history)] == [1]
    assert await SqlActionHistory(database).actions("unit:UMR1") == []


async def test_statistics_take_the_newest_version_of_each_unit_of_the_delegation(database: Database) -> None:  # noqa: F811
    people = [Headcount(status=PeopleStatus.PERMANENT, women=9, men=8)]
    for unit, delegation in (("UMR5219", "DR14"), ("UMR1", "DR14"), ("UMR2", "DR15")):
        desk = desk_of(database, unit)
        await desk.add(Unit(name=unit, delegation=delegation, people=people))
        line = (await lines_of(desk, 1))[0]
        await freeze(database, desk)
        await desk.decide(line.kind, line.id, LineState.ACCEPTED, "", Match(frozenset({1})))
        await lines_of(desk, 2)
        if unit == "UMR1":
            await freeze(database, desk)
        await lines_of(desk, 5)
    advisor = Principal("ada", frozenset({PUBLIC, "delegation:DR14"}), frozenset({Role.PREVENTION_ADVISOR}))
    service = StatisticsService(SqlDelegationVersions(database))
    found = await service.units(advisor, "DR14", utc_now().date())
    assert sorted((each.code, sum(each.lines.values())) for each in found) == [("UMR1", 3), ("UMR5219", 1)]
    assert await service.units(advisor, "DR14", date(2020, 1, 1)) == []
