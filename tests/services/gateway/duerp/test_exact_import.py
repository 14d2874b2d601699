"""An export of ours written again: the same entries by id and revision, conflicts told, nothing new beside them."""

import json
from typing import Any

import httpx
import pytest

from services.gateway.duerp.scales.examples import example
from services.standalone.local_issuer import Person
from tests.services.gateway.conftest import ASSISTANT, STRANGER, Rig
from tests.services.gateway.duerp.test_duerp_api import OWN, SECRET, added, get, post, put
from tests.services.gateway.duerp.test_imports import reported, sent_by
from tests.support.sql import run_sql

Json = dict[str, Any]
OTHER = "/v1/duerp/UMR1"
FORMATS = ("json", "xlsx", "csv")


async def filled(rig: Rig) -> Json:
    """Write one of each kind, and return the rated line."""
    await put(rig, OWN, {"name": "Institut", "director": "Dora Martin"}, None)
    scale = await added(rig, "scales", example("vigie").model_dump(mode="json"))
    room = await added(rig, "elements", {"kind": "premises", "name": "Salle 12"})
    place = await added(rig, "work-units", {"name": "Salle blanche", "elements": [room["id"]]})
    rating = {"scale": scale["id"], "version": 1, "values": {"gravity": "4", "frequency": "2", "control": "1"}}
    line = await added(
        rig,
        "lines",
        {
            "work_unit": place["id"],
            "family": "chemical_general",
            "hazard": SECRET,
            "situation": "=1+1\nGravure \U0001f9e4",
            "elements": [room["id"]],
            "residual": rating,
            "exposed": [{"status": "doctoral", "women": 2, "men": 1}],
        },
    )
    shared = await added(rig, "shared-lines", {"family": "psychosocial", "hazard": "Charge de travail"})
    await added(rig, "shared-ratings", {"line": shared["id"], "work_unit": place["id"], "residual": rating})
    reason = {"work_unit": place["id"], "family": "noise", "finding": "no_risk", "reason": "mesuré"}
    await added(rig, "statements", reason)
    await added(rig, "actions", {"what": "Capoter", "lines": [line["id"], shared["id"]], "cost": "0.05"})
    await added(rig, "consultations", {"body": "CSA"})
    accepted = await post(rig, f"{line['url']}/decision", {"state": "accepted"}, headers={"if-match": '"1"'})
    found: Json = accepted.json()
    return found


async def exported(rig: Rig, kind: str = "json", at: str = OWN, person: Person = ASSISTANT) -> bytes:
    response = await get(rig, f"{at}/export", person, format=kind)
    assert response.status_code == 200, response.text
    return response.content


async def sent(rig: Rig, file: bytes, kind: str, at: str = OWN, person: Person = ASSISTANT) -> Json:
    files = {"file": (f"DUERP.{kind}", file)}
    begun = await rig.http.post(f"{at}/imports", headers=rig.headers(person), files=files)
    assert begun.status_code == 202, begun.text
    await reported(rig)
    found: Json = (await get(rig, begun.json()["url"], person)).json()
    assert found["state"] == "to_confirm", found
    return found


async def written(rig: Rig, found: Json, person: Person = ASSISTANT, *, replace: bool = False) -> httpx.Response:
    headers = sent_by(rig, person, found["revision"])
    return await rig.http.post(f"{found['url']}/write", json={"replace": replace}, headers=headers)


def counts_of(response: httpx.Response) -> Json:
    assert response.status_code == 200, response.text
    return {name: count for name, count in response.json()["written"].items() if count}


def contents(file: bytes) -> list[Json]:
    return sorted((each for each in json.loads(file)["entries"]), key=lambda each: str(each["id"]))


@pytest.mark.parametrize("kind", FORMATS)
async def test_an_export_that_comes_back_is_the_same_entries_and_nothing_new(rig: Rig, kind: str) -> None:
    await filled(rig)
    before = await exported(rig)
    found = await sent(rig, await exported(rig, kind), kind)
    entries = len(contents(before))
    assert found["summary"]["own"] == {"unit": "UMR5219", "entries": entries, "changed": 0}
    assert counts_of(await written(rig, found)) == {"already_there": entries}
    assert contents(await exported(rig)) == contents(before)


@pytest.mark.parametrize("kind", FORMATS)
async def test_an_export_into_an_empty_vigie_is_the_same_duerp(rig: Rig, kind: str) -> None:
    await filled(rig)
    before, file = await exported(rig), await exported(rig, kind)
    async with rig.gateway.database.writing() as session:
        for table in ("duerp_changes", "duerp_entries"):
            await run_sql(session, f"DELETE FROM {table}")
    assert contents(await exported(rig)) == []
    found = await sent(rig, file, kind)
    assert counts_of(await written(rig, found))["lines"] == 1
    assert contents(await exported(rig)) == contents(before)
    again = await sent(rig, file, kind)
    assert counts_of(await written(rig, again)) == {"already_there": len(contents(before))}


async def test_what_a_person_changed_in_a_cell_is_the_entry_s_next_revision(rig: Rig) -> None:
    line = await filled(rig)
    rows = (await exported(rig, "csv")).decode().split("\r\n")
    rows = [row.replace(SECRET, "Fluorure d'hydrogène", 1) for row in rows]
    found = await sent(rig, "\r\n".join(rows).encode(), "csv")
    assert found["summary"]["own"]["changed"] == 1
    plan = (await get(rig, f"{found['url']}/plan")).json()
    assert (plan["counts"]["updated"], plan["conflicts"]) == (1, [])
    assert counts_of(await written(rig, found))["updated"] == 1
    after = (await get(rig, line["url"])).json()
    assert (after["revision"], after["content"]["hazard"]) == (3, "Fluorure d'hydrogène")
    assert after["decided"]["state"] == "proposed", "what was accepted is what was read"
    assert after["content"]["residual"] == line["content"]["residual"]
    assert len((await get(rig, f"{OWN}/lines")).json()["entries"]) == 1


async def test_an_entry_that_somebody_changed_since_is_a_conflict_that_is_told_and_left(rig: Rig) -> None:
    line = await filled(rig)
    file = (await exported(rig)).decode().replace(SECRET, "Fluorure").encode()
    await put(rig, line["url"], line["content"] | {"harm": "Brûlure"}, 2)
    found = await sent(rig, file, "json")
    plan = (await get(rig, f"{found['url']}/plan")).json()
    (conflict,) = plan["conflicts"]
    assert (conflict["entry"], conflict["revision"], conflict["exported"]) == (line["id"], 3, 2)
    told = {each["field"]: (each["before"], each["after"]) for each in conflict["fields"]}
    assert told == {"hazard": (SECRET, "Fluorure"), "harm": ("Brûlure", "")}
    assert counts_of(await written(rig, found))["conflicts"] == 1
    assert (await get(rig, line["url"])).json()["content"]["hazard"] == SECRET
    again = counts_of(await written(rig, await sent(rig, file, "json"), replace=True))
    assert (again["conflicts"], again["replaced"]) == (1, 1)
    after = (await get(rig, line["url"])).json()
    assert (after["revision"], after["content"]["hazard"], after["content"]["harm"]) == (4, "Fluorure", "")


async def test_an_archived_entry_comes_back_on_a_persons_word_alone(rig: Rig) -> None:
    line = await filled(rig)
    file = await exported(rig)
    await post(rig, f"{line['url']}/archive", {"why": "sorti"}, headers={"if-match": '"2"'})
    assert counts_of(await written(rig, await sent(rig, file, "json")))["conflicts"] == 1
    assert (await get(rig, line["url"])).json()["archived_at"] is not None
    assert counts_of(await written(rig, await sent(rig, file, "json"), replace=True))["replaced"] == 1
    assert (await get(rig, line["url"])).json()["archived_at"] is None


async def test_another_units_export_becomes_new_entries_that_touch_none_of_its_own(rig: Rig) -> None:
    line = await filled(rig)
    before = await exported(rig)
    found = await sent(rig, before, "json", OTHER, STRANGER)
    counts = counts_of(await written(rig, found, STRANGER))
    assert (counts["lines"], counts["shared_ratings"], counts["units"]) == (1, 1, 1)
    (copied,) = (await get(rig, f"{OTHER}/lines", STRANGER)).json()["entries"]
    assert copied["id"] != line["id"]
    (place,) = (await get(rig, f"{OTHER}/work-units", STRANGER)).json()["entries"]
    assert copied["content"]["work_unit"] == place["id"]
    assert copied["content"]["residual"]["score"] == line["content"]["residual"]["score"]
    assert contents(await exported(rig)) == contents(before)


async def test_what_a_file_claims_is_held_against_the_rules(rig: Rig) -> None:
    line = await filled(rig)
    told = json.loads(await exported(rig))
    for each in told["entries"]:
        content = each["content"]
        if each["kind"] == "line":
            content["residual"]["score"], content["residual"]["level"] = "0", "faible"
        if each["kind"] == "shared_rating":
            content["residual"]["version"] = 9
        if each["kind"] == "action":
            content["lines"].append("00000000-0000-4000-8000-000000000000")
        if each["kind"] == "statement":
            content["reason"] = ""
    found = await sent(rig, json.dumps(told).encode(), "json")
    counts = counts_of(await written(rig, found))
    assert (counts["unread"], counts["unrated"], counts.get("conflicts", 0)) == (1, 1, 0)
    after = (await get(rig, line["url"])).json()
    assert after["content"]["residual"]["score"] == line["content"]["residual"]["score"]
    (action,) = (await get(rig, f"{OWN}/actions")).json()["entries"]
    assert len(action["content"]["lines"]) == 2


async def test_nothing_is_imported_into_a_closed_unit(rig: Rig) -> None:
    await filled(rig)
    found = await sent(rig, await exported(rig), "json")
    closed = {"name": "Institut", "closed_on": "2026-01-01", "kept_by": "Délégation"}
    assert (await put(rig, OWN, closed, 1)).status_code == 200
    assert (await written(rig, found)).status_code == 409
