"""Usage by week: numbers for admins alone, with no number of few people."""

from collections.abc import Mapping
from datetime import date, datetime

import pytest

from services.gateway.questions.usage import FEWEST, UsageService
from shared.access import PUBLIC, Principal, Role
from shared.errors import Forbidden
from tests.services.gateway.conftest import ADMIN, READER, Rig
from tests.services.gateway.test_conversations import FIRST, answered
from tests.services.gateway.test_withdrawals import sent

LOOKS_AFTER = Principal("a", frozenset({PUBLIC}), frozenset({Role.ADMIN}))


class Counts:
    """As many people as there are days since the first of November."""

    async def questions(self, since: datetime, until: datetime) -> Mapping[str, int]:
        return {"answered": (until - since).days}

    async def people(self, since: datetime, until: datetime) -> int:
        return max(0, (until.date() - date(2026, 11, 9)).days // 2)

    async def documents(self, since: datetime, until: datetime) -> int:
        return since.day


async def test_weeks_begin_on_monday_and_few_people_are_not_told_in_number() -> None:
    weeks = await UsageService(Counts()).weeks(LOOKS_AFTER, date(2026, 11, 29), 3)
    assert [each.monday.isoformat() for each in weeks] == ["2026-11-23", "2026-11-16", "2026-11-09"]
    assert [each.people for each in weeks] == [10, 7, None]
    assert FEWEST > 3
    assert (await UsageService(Counts()).weeks(LOOKS_AFTER, date(2026, 11, 1), 1))[0].people == 0
    with pytest.raises(Forbidden):
        await UsageService(Counts()).weeks(
            Principal("b", frozenset({PUBLIC}), frozenset({Role.READER})), date(2026, 11, 1), 1
        )


async def test_what_was_asked_and_sent_this_week_is_counted_for_admins_alone(rig: Rig) -> None:
    await answered(rig, {"question": FIRST})
    await sent(rig)
    told = (await rig.http.get("/v1/usage", params={"weeks": 2}, headers=rig.headers(ADMIN))).json()["weeks"]
    assert told[0] | {"monday": None} == {"monday": None, "questions": {"answered": 1}, "documents": 1, "people": None}
    assert told[1]["questions"] == {}
    assert (await rig.http.get("/v1/usage", headers=rig.headers(READER))).status_code == 403
