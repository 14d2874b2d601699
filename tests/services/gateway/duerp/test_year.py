"""A year of a DUERP over HTTP: begun, answered line by line and many at once; reminders with their days."""

import time
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.gateway.duerp.year.reminders import reminders, year_later
from shared.clock import utc_now
from shared.http_api.duerp.programme import Action, ActionStatus, Closing, Consultation, Event, EventType
from shared.http_api.duerp.unit import Element, ElementKind, Unit
from shared.http_api.duerp.year import ReminderType
from tests.services.gateway.conftest import READER, STRANGER, Rig
from tests.services.gateway.duerp.exports.clean_room import entry
from tests.services.gateway.duerp.test_duerp_api import OF_BOTH, OWN, added, get, post, put

Json = dict[str, Any]


async def a_year(rig: Rig, *hazards: str) -> tuple[Json, list[Json]]:
    """Lines that were frozen as version 1, and the cycle that was begun after."""
    place = await added(rig, "work-units", {"name": "Atelier"})
    lines = [
        await added(rig, "lines", {"work_unit": place["id"], "family": "noise", "hazard": hazard}) for hazard in hazards
    ]
    assert (await post(rig, f"{OWN}/versions", {"title": "2026"})).status_code == 201
    begun = await post(rig, f"{OWN}/year", {"year": 2027})
    assert begun.status_code == 200, begun.text
    assert begun.json()["content"]["since"] == 1
    return place, lines


def said(line: Json, answer: str, why: str = "") -> Json:
    return {"id": line["id"], "revision": line["revision"], "answer": answer, "why": why}


async def answered(rig: Rig, *answers: Json) -> list[str]:
    response = await post(rig, f"{OWN}/year/answers", {"year": 2027, "answers": list(answers)})
    assert response.status_code == 200, response.text
    return [each["outcome"] for each in response.json()["outcomes"]]


async def test_a_year_asks_of_each_line_with_last_years_words_beside(rig: Rig) -> None:
    _, (lathe, press, saw) = await a_year(rig, "Tour", "Presse", "Scie")
    assert await answered(rig, said(lathe, "yes"), said(press, "changed"), said(saw, "gone", "vendue")) == ["done"] * 3
    view = (await get(rig, f"{OWN}/year")).json()
    assert [view[each] for each in ("lines", "answered", "yes", "changed", "gone", "pending")] == [3, 3, 1, 1, 1, 1]
    assert [each["now"]["hazard"] for each in view["asked"]] == ["Presse"]

    changed = await put(rig, press["url"], press["content"] | {"situation": "Deux postes"}, 1)
    assert changed.status_code == 200
    view = (await get(rig, f"{OWN}/year", everything=True)).json()
    now = {each["now"]["hazard"]: each for each in view["asked"]}
    assert (view["pending"], now["Presse"]["differs"]) == (0, ["situation"])
    assert (now["Presse"]["before"]["situation"], now["Presse"]["now"]["situation"]) == ("", "Deux postes")
    assert (now["Tour"]["answer"], now["Tour"]["by"]) == ("yes", "alice")

    gone = (await get(rig, saw["url"])).json()
    assert gone["archived_at"] is not None
    told = (await get(rig, f"{OWN}/changes", entry=saw["id"])).json()["changes"]
    assert (told[0]["type"], told[0]["why"]) == ("archived", "vendue")


async def test_who_comes_second_is_told_and_a_line_that_is_gone_takes_a_reason(rig: Rig) -> None:
    _, (lathe, press) = await a_year(rig, "Tour", "Presse")
    await put(rig, lathe["url"], lathe["content"] | {"harm": "Surdité"}, 1)
    unknown = {"id": str(uuid4()), "revision": 1, "answer": "yes"}
    assert await answered(rig, said(lathe, "yes"), said(press, "gone"), unknown) == ["outdated", "refused", "missing"]
    assert (await get(rig, press["url"])).json()["archived_at"] is None
    assert await answered(rig, said(press, "yes")) == ["done"]
    assert await answered(rig, said(press, "yes")) == ["unchanged"]


async def test_who_answers_second_is_told_where_they_say_what_they_read(rig: Rig) -> None:
    _, (lathe,) = await a_year(rig, "Tour")
    assert (await get(rig, f"{OWN}/year")).json()["asked"][0]["answered"] == 0
    assert await answered(rig, said(lathe, "yes") | {"after": 0}) == ["done"]
    assert await answered(rig, said(lathe, "gone", "vendu") | {"after": 0}) == ["outdated"]
    assert (await get(rig, lathe["url"])).json()["archived_at"] is None
    (asked,) = (await get(rig, f"{OWN}/year", everything=True)).json()["asked"]
    assert (asked["answer"], asked["answered"]) == ("yes", 1)
    assert await answered(rig, said(lathe, "gone", "vendu") | {"after": asked["answered"]}) == ["done"]


async def test_an_answer_of_a_former_year_is_none_of_this_one(rig: Rig) -> None:
    _, (lathe,) = await a_year(rig, "Tour")
    assert await answered(rig, said(lathe, "yes")) == ["done"]
    assert (await post(rig, f"{OWN}/year", {"year": 2028})).status_code == 200
    (asked,) = (await get(rig, f"{OWN}/year", year=2028)).json()["asked"]
    assert asked["answered"] == 0
    response = await post(rig, f"{OWN}/year/answers", {"year": 2028, "answers": [said(lathe, "yes") | {"after": 0}]})
    assert [each["outcome"] for each in response.json()["outcomes"]] == ["done"]


async def test_a_line_that_came_later_is_not_asked_and_the_next_year_asks_again(rig: Rig) -> None:
    place, (lathe,) = await a_year(rig, "Tour")
    await added(rig, "lines", {"work_unit": place["id"], "family": "noise", "hazard": "Perceuse"})
    assert await answered(rig, said(lathe, "yes")) == ["done"]
    view = (await get(rig, f"{OWN}/year")).json()
    assert (view["lines"], view["answered"], view["added"], view["asked"]) == (1, 1, 1, [])
    assert (await post(rig, f"{OWN}/year", {"year": 2028})).status_code == 200
    view = (await get(rig, f"{OWN}/year")).json()
    assert (view["year"], view["lines"], view["answered"]) == (2028, 2, 0)
    assert [each["work_unit"] for each in view["work_units"]] == [place["id"]]


async def test_a_cycle_that_is_closed_takes_no_answer_and_cannot_move_to_another_year(rig: Rig) -> None:
    _, (lathe,) = await a_year(rig, "Tour")
    cycle = (await get(rig, f"{OWN}/cycles")).json()["entries"][0]
    assert (await put(rig, cycle["url"], cycle["content"] | {"year": 2030}, 1)).status_code == 422
    closed = cycle["content"] | {"closed_on": utc_now().date().isoformat()}
    assert (await put(rig, cycle["url"], closed, 1)).status_code == 200
    late = await post(rig, f"{OWN}/year/answers", {"year": 2027, "answers": [said(lathe, "yes")]})
    assert late.status_code == 409
    assert (await post(rig, f"{OWN}/year/answers", {"year": 2031, "answers": [said(lathe, "yes")]})).status_code == 404


async def test_a_reader_answers_nothing_and_nobody_hears_of_another_unit(rig: Rig) -> None:
    place, (lathe,) = await a_year(rig, "Tour")
    body = {"year": 2027, "answers": [said(lathe, "yes")]}
    assert (await post(rig, f"{OWN}/year/answers", body, READER)).status_code == 403
    for path in ("year", "reminders"):
        assert (await get(rig, f"{OWN}/{path}", STRANGER)).status_code == 404
    other = "/v1/duerp/UMR1"
    assert (await post(rig, f"{other}/year", {"year": 2027}, OF_BOTH)).status_code == 200
    assert (await get(rig, f"{other}/year", OF_BOTH)).json()["lines"] == 0
    crossing = await post(rig, f"{other}/year/answers", body, OF_BOTH)
    assert [each["outcome"] for each in crossing.json()["outcomes"]] == ["missing"]
    named = [{"id": lathe["id"], "revision": 1}]
    for what in ("accept", "archive"):
        told = await post(rig, f"{other}/together", {"what": what, "lines": named}, OF_BOTH)
        assert [each["outcome"] for each in told.json()["outcomes"]] == ["missing"]
    move = {"what": "move", "lines": named, "work_unit": place["id"]}
    assert (await post(rig, f"{other}/together", move, OF_BOTH)).status_code == 422
    assert (await post(rig, f"{other}/share", {"lines": named}, OF_BOTH)).status_code == 404
    copy = await post(rig, f"{other}/work-units/{place['id']}/duplicate", {"name": "Copie"}, OF_BOTH)
    assert copy.status_code == 404


async def test_many_lines_are_accepted_at_once_and_each_tells_what_became_of_it(rig: Rig) -> None:
    place, lines = await a_year(rig, "Tour", "Presse", "Scie")
    bare = await added(rig, "lines", {"work_unit": place["id"], "hazard": "Sans famille"})
    await put(rig, lines[2]["url"], lines[2]["content"] | {"harm": "Coupure"}, 1)
    named = [{"id": each["id"], "revision": 1} for each in [*lines, bare]]
    told = await post(rig, f"{OWN}/together", {"what": "accept", "lines": named})
    outcomes = told.json()["outcomes"]
    assert [each["outcome"] for each in outcomes] == ["done", "done", "outdated", "refused"]
    assert "famille" in outcomes[3]["reason"] or "family" in outcomes[3]["reason"]
    assert (await get(rig, lines[0]["url"])).json()["decided"]["state"] == "accepted"
    assert (await get(rig, lines[2]["url"])).json()["decided"]["state"] == "proposed"
    other = await added(rig, "work-units", {"name": "Annexe"})
    named = [{"id": lines[0]["id"], "revision": 2}]
    moved = await post(rig, f"{OWN}/together", {"what": "move", "lines": named, "work_unit": other["id"]})
    assert moved.json()["done"] == 1
    assert (await get(rig, lines[0]["url"])).json()["content"]["work_unit"] == other["id"]
    rejected = await post(rig, f"{OWN}/together", {"what": "reject", "lines": [{"id": lines[1]["id"], "revision": 2}]})
    assert [each["outcome"] for each in rejected.json()["outcomes"]] == ["refused"]


async def test_lines_that_say_the_same_become_one_that_actions_name_from_then_on(rig: Rig) -> None:
    place, (lathe,) = await a_year(rig, "Compresseur")
    other = await added(rig, "work-units", {"name": "Annexe"})
    own = {"work_unit": other["id"], "family": "noise", "hazard": "Compresseur", "comment": "Porte ouverte l'été"}
    twin = await added(rig, "lines", own | {"measures": [{"what": "Capotage"}]})
    action = await added(rig, "actions", {"what": "Isoler", "lines": [lathe["id"], twin["id"]]})
    named = [{"id": each["id"], "revision": 1} for each in (lathe, twin)]
    response = await post(rig, f"{OWN}/share", {"lines": named})
    assert response.status_code == 201, response.text
    shared = response.json()
    assert [shared[each] for each in ("ratings", "archived", "actions")] == [2, 2, 1]
    line = (await get(rig, shared["url"])).json()["content"]
    assert (line["hazard"], line["work_units"]) == ("Compresseur", [place["id"], other["id"]])
    ratings = (await get(rig, f"{OWN}/shared-ratings", work_unit=other["id"])).json()["entries"]
    assert [each["content"]["measures"][0]["what"] for each in ratings] == ["Capotage"]
    assert ratings[0]["content"]["comment"] == "Porte ouverte l'été"
    assert (await get(rig, action["url"])).json()["content"]["lines"] == [shared["line"]]
    assert (await post(rig, f"{OWN}/share", {"lines": named})).status_code == 412


async def test_a_copied_work_unit_has_its_lines_unrated_and_unchecked(rig: Rig) -> None:
    place, (lathe,) = await a_year(rig, "Tour")
    measures = [{"what": "Carter", "rank": 8, "checked_on": "2026-01-05"}]
    exposed = [{"status": "permanent", "women": 2}]
    await put(rig, lathe["url"], lathe["content"] | {"measures": measures, "exposed": exposed}, 1)
    await added(rig, "statements", {"work_unit": place["id"], "family": "screens", "finding": "not_assessed"})
    response = await post(rig, f"{OWN}/work-units/{place['id']}/duplicate", {"name": "Atelier 2"})
    assert response.status_code == 201, response.text
    copy = response.json()
    assert (copy["lines"], copy["statements"]) == (1, 1)
    found = (await get(rig, f"{OWN}/lines", work_unit=copy["work_unit"])).json()["entries"][0]
    assert found["content"]["measures"] == [measures[0] | {"proof": "", "checked_on": None}]
    assert (found["content"]["exposed"], found["content"]["origin"]) == ([], "copied")
    assert found["decided"]["state"] == "proposed"


@pytest.mark.parametrize(("day", "later"), [("2026-03-01", "2027-03-01"), ("2028-02-29", "2029-02-28")])
def test_a_year_later_is_a_day_that_there_is(day: str, later: str) -> None:
    assert year_later(date.fromisoformat(day)).isoformat() == later


def test_what_is_late_is_told_however_few_days_are_asked_for() -> None:
    today = date(2026, 11, 29)
    day = timedelta(days=1)
    records = [
        entry(Unit(name="Labo")),
        entry(Element(kind=ElementKind.EQUIPMENT, name="Autoclave", next_check=today - 40 * day)),
        entry(Element(kind=ElementKind.EQUIPMENT, name="Vendu", next_check=today, out_of_service=today - day)),
        entry(Action(what="Sorbonne", due=today + 10 * day)),
        entry(Action(what="Faite", due=today, status=ActionStatus.DONE, done_on=today)),
        entry(Event(type=EventType.ACCIDENT, on=today - 2 * day, what="Chute")),
        entry(Event(type=EventType.ACCIDENT, on=today, what="Clos", closed=Closing(on=today, reason="vu"))),
        entry(Consultation(body="F3SCT", sent_on=today - 90 * day)),
    ]
    found = reminders(records, date(2025, 12, 1), today, timedelta(0))
    assert [each.name for each in found] == ["F3SCT", "Autoclave", "Chute"]
    found = reminders(records, date(2025, 12, 1), today, 30 * day)
    assert [(each.type, each.on) for each in found][-2:] == [
        (ReminderType.YEARLY_UPDATE, date(2026, 12, 1)),
        (ReminderType.ACTION, today + 10 * day),
    ]
    assert reminders([], None, today, day) == []


async def test_reminders_speak_the_readers_language(rig: Rig) -> None:
    await added(rig, "elements", {"kind": "equipment", "name": "Autoclave", "next_check": "2020-01-01"})
    headers = rig.headers(READER) | {"accept-language": "fr"}
    told = (await rig.http.get(f"{OWN}/reminders", headers=headers)).json()
    assert told["late"] == 1
    assert [each["type"] for each in told["reminders"]] == ["check", "yearly_update"]
    assert told["reminders"][0]["sentence"] == "Contrôle périodique\u00a0: Autoclave"
    assert told["reminders"][0]["url"].startswith(f"{OWN}/elements/")


@pytest.mark.thorough
async def test_three_hundred_lines_are_asked_of_and_answered_in_time(rig: Rig) -> None:
    _, lines = await a_year(rig, *(f"Machine {number}" for number in range(300)))
    begun = time.process_time()
    view = (await get(rig, f"{OWN}/year")).json()
    assert time.process_time() - begun < 1
    begun = time.process_time()
    assert await answered(rig, *(said(each, "yes") for each in lines)) == ["done"] * 300
    assert time.process_time() - begun < 2
    assert (len(view["asked"]), view["more"]) == (50, True)
    assert (await get(rig, f"{OWN}/year")).json()["answered"] == 300
