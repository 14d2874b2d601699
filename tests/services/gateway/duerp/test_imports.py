"""Imports over HTTP: what is accepted, what is shown of it, who sees it, and what is left when it ends."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.gateway.duerp.imports.model import source_of
from services.gateway.outbox.ports import OutboxEntry
from services.standalone.local_issuer import Person
from shared.contracts.duerp_files import PART_BATCH, DuerpFileRead, DuerpFileSubmitted
from shared.contracts.object_layout import part_key, preview_prefix
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, STRANGER, Rig
from tests.support.duerp_files import DuerpFileReader

Json = dict[str, Any]
OWN = "/v1/duerp/UMR5219/imports"
FILE = (
    "Unité de travail;Famille de risque;Danger;Situation;Mesures existantes;Gravité;Fréquence;Action;Responsable\n"
    "Salle blanche;Risque chimique;Acide fluorhydrique;Gravure sous sorbonne;Sorbonne contrôlée;4;2;Former;A. Petit\n"
    "Salle blanche;Trucs divers;Azote liquide;Transvasement;Oxymètre;3;2;;\n"
    "Atelier;Bruit;Pompe sans capot;;;2;3;;\n"
)


def sent_by(rig: Rig, person: Person, revision: int | None = None) -> dict[str, str]:
    return rig.headers(person) | ({"if-match": f'"{revision}"'} if revision else {})


async def begin(
    rig: Rig,
    text: str = FILE,
    name: str = "DUERP-2025.csv",
    person: Person = ASSISTANT,
    key: str = "",
    **fields: str,
) -> httpx.Response:
    headers = rig.headers(person) | ({"idempotency-key": key} if key else {})
    return await rig.http.post(OWN, headers=headers, data=fields, files={"file": (name, text.encode())})


async def get(rig: Rig, path: str, person: Person = ASSISTANT, **params: Any) -> Any:
    response = await rig.http.get(path, headers=rig.headers(person), params=params)
    assert response.status_code == 200, response.text
    return response.json()


async def submitted(rig: Rig) -> list[OutboxEntry]:
    return [each for each in await rig.outbox.due(10) if isinstance(each.event, DuerpFileSubmitted)]


async def reported(rig: Rig) -> list[DuerpFileRead]:
    """Ingest reads what is in the outbox, and the gateway hears of it."""
    reader = DuerpFileReader(rig.verifier, rig.store)
    reports = []
    for each in await submitted(rig):
        assert isinstance(each.event, DuerpFileSubmitted)
        reports.append(await reader.report(each.event))
        await rig.gateway.imports.read(reports[-1])
    return reports


async def an_import(rig: Rig, text: str = FILE, name: str = "DUERP-2025.csv") -> Json:
    response = await begin(rig, text, name)
    assert response.status_code == 202, response.text
    await reported(rig)
    found: Json = await get(rig, response.json()["url"])
    return found


async def test_a_file_is_accepted_read_and_shown_before_anything_is_written(rig: Rig) -> None:
    response = await begin(rig)
    assert (response.status_code, response.headers["etag"]) == (202, '"1"')
    begun = response.json()
    assert (begun["state"], begun["counts"], begun["file_name"]) == ("reading", None, "DUERP-2025.csv")
    assert response.headers["location"] == begun["url"]
    assert (await get(rig, f"{begun['url']}/lines"))["lines"] == []
    await reported(rig)
    found = await get(rig, begun["url"])
    assert (found["state"], found["counts"]["lines"], found["counts"]["report"]) == ("to_confirm", 3, 1)
    columns = {each["header"]: (each["field"], each["examples"][:1]) for each in found["summary"]["mapping"]}
    assert columns["Danger"] == ("hazard", ["Acide fluorhydrique"])
    assert found["summary"]["scale"]["gravity"]["direction"] is None
    lines = (await get(rig, f"{begun['url']}/lines"))["lines"]
    assert [(each["row"], each["work_unit"], each["family"]) for each in lines] == [
        (2, "Salle blanche", "chemical_general"),
        (3, "Salle blanche", None),
        (4, "Atelier", "noise"),
    ]
    (finding,) = (await get(rig, f"{begun['url']}/report"))["report"]
    assert (finding["row"], finding["code"]) == (3, "unknown_family")
    assert "Trucs divers" in finding["message"]
    assert not await submitted(rig)
    assert (await get(rig, "/v1/duerp/UMR5219/lines"))["entries"] == []


async def test_parts_are_read_by_pages_across_their_objects(rig: Rig) -> None:
    count = PART_BATCH + 20
    rows = "".join(f"Atelier;Bruit;Pompe {number};;;;;;\n" for number in range(count))
    found = await an_import(rig, FILE.splitlines()[0] + "\n" + rows)
    assert found["counts"]["lines"] == count
    pages: list[int] = []
    after: int | None = -1
    while after is not None:
        page = await get(rig, f"{found['url']}/lines", limit=333, after=after)
        pages.append(len(page["lines"]))
        after = page["next"]
    assert pages == [333, count - 333]
    (last,) = (await get(rig, f"{found['url']}/lines", limit=5, after=count - 2))["lines"]
    assert last["hazard"] == f"Pompe {count - 1}"


async def test_a_file_that_cannot_be_read_says_why(rig: Rig) -> None:
    found = await an_import(rig, "%PDF-1.7 nothing", "duerp.pdf")
    assert found["state"] == "failed"
    assert found["failure"]["params"]["reason"] == "pdf-table"
    assert ".docx" in found["error"]
    assert not await submitted(rig)


async def test_what_a_person_says_of_a_file_is_read_again_with_it(rig: Rig) -> None:
    found = await an_import(rig)
    said = {
        "columns": {},
        "families": {"Trucs divers": "cryogenics_gases_anoxia"},
        "directions": {"gravity": "higher_is_worse"},
    }
    url = f"{found['url']}/mapping"
    assert (await rig.http.put(url, json=said, headers=sent_by(rig, ASSISTANT))).status_code == 428
    assert (await rig.http.put(url, json=said, headers=sent_by(rig, ASSISTANT, 1))).status_code == 412
    response = await rig.http.put(url, json=said, headers=sent_by(rig, ASSISTANT, found["revision"]))
    assert (response.status_code, response.json()["state"], response.json()["reading"]) == (202, "reading", 2)
    again = await rig.http.put(url, json=said, headers=sent_by(rig, ASSISTANT, found["revision"]))
    assert again.json()["revision"] == response.json()["revision"]
    await reported(rig)
    after = await get(rig, found["url"])
    assert (after["state"], after["counts"]["report"], after["said"]) == ("to_confirm", 0, said)
    assert after["summary"]["scale"]["gravity"]["direction"] == "higher_is_worse"
    assert (await get(rig, f"{found['url']}/lines"))["lines"][1]["family"] == "cryogenics_gases_anoxia"
    assert not [key for key in rig.store.objects if key.startswith(preview_prefix(UUID(found["id"]), 1))]


@pytest.mark.parametrize(
    "said",
    [
        {"families": {"Trucs": "no_such_family"}},
        {"columns": {"Danger": "no_such_field"}},
        {"directions": {"gravity": "upwards"}},
        {"directions": {"luck": "higher_is_worse"}},
    ],
)
async def test_what_does_not_exist_cannot_be_said_of_a_file(rig: Rig, said: Json) -> None:
    found = await an_import(rig)
    headers = sent_by(rig, ASSISTANT, found["revision"])
    response = await rig.http.put(f"{found['url']}/mapping", json=said, headers=headers)
    assert (response.status_code, response.json()["reason"]) == (422, "duerp-mapping")


async def test_what_was_said_of_last_years_file_is_offered_for_this_years(rig: Rig) -> None:
    said = '{"families": {"Trucs divers": "cryogenics_gases_anoxia"}}'
    await begin(rig, name="DUERP 2025 (v2).csv", mapping=said)
    for name, other in (("DUERP-2026.csv", FILE), ("tout autre nom.csv", FILE), ("DUERP_2027.csv", "Danger;Bruit\n")):
        response = await begin(rig, other, name)
        await reported(rig)
        found = await get(rig, response.json()["url"])
        assert found["offered"]["families"] == {"Trucs divers": "cryogenics_gases_anoxia"}, name
        assert found["said"]["families"] == {}
    stranger = await begin(rig, "Danger;Local\nBruit;A1\n", "registre.csv")
    await reported(rig)
    assert (await get(rig, stranger.json()["url"]))["offered"] is None


def test_numbers_do_not_tell_sources_apart() -> None:
    assert source_of("DUERP 2025 - v2.xlsx") == source_of("duerp_2026.ods") != source_of("plan 2026.ods")


async def test_a_request_that_is_sent_again_begins_one_import_and_leaves_one_file(rig: Rig) -> None:
    first, second = await begin(rig, key="once"), await begin(rig, key="once")
    assert first.json()["id"] == second.json()["id"]
    assert len(rig.store.objects) == 1
    assert (await begin(rig, "Danger\nautre\n", key="once")).status_code == 409
    assert len(rig.store.objects) == 1
    assert len((await get(rig, OWN))["imports"]) == 1


async def test_a_discarded_import_leaves_no_object_and_no_name_whatever_is_reported_later(rig: Rig) -> None:
    found = await an_import(rig)
    (entry,) = [each for each in rig.store.objects if each.startswith("duerp-files/")]
    assert found["id"].replace("-", "") in entry
    response = await rig.http.post(f"{found['url']}/discard", headers=sent_by(rig, ASSISTANT, found["revision"]))
    assert (response.status_code, response.json()["state"], response.json()["file_name"]) == (200, "discarded", "-")
    assert rig.store.objects == {}
    late = part_key(UUID(found["id"]), 1, "lines", 0)
    rig.store.objects[late] = b"{}"  # ingest was at it
    report = DuerpFileRead(import_id=UUID(found["id"]), reading=1, scope="unit:UMR5219")
    await rig.gateway.imports.read(report)
    assert rig.store.objects == {}
    assert (await get(rig, found["url"]))["summary"] is None
    ended = response.json()["revision"]
    for path, body in (("discard", None), ("mapping", {"families": {"a": "noise"}})):
        method = "PUT" if path == "mapping" else "POST"
        after = await rig.http.request(
            method, f"{found['url']}/{path}", json=body, headers=sent_by(rig, ASSISTANT, ended)
        )
        assert (after.status_code, after.json()["reason"]) == (409, "duerp-import-state")


async def test_a_report_heard_twice_or_late_changes_nothing(rig: Rig) -> None:
    response = await begin(rig)
    (report,) = await reported(rig)
    found = await get(rig, response.json()["url"])
    await rig.gateway.imports.read(report)
    assert await get(rig, found["url"]) == found
    await rig.http.put(
        f"{found['url']}/mapping",
        json={"families": {"Trucs divers": "cryogenics_gases_anoxia"}},
        headers=sent_by(rig, ASSISTANT, found["revision"]),
    )
    await rig.gateway.imports.read(report)
    assert (await get(rig, found["url"]))["state"] == "reading"


async def test_the_sweep_keeps_what_an_import_wants_and_removes_the_rest(rig: Rig) -> None:
    found = await an_import(rig)
    kept = set(rig.store.objects)
    rig.store.written_at.clear()
    for key in (f"duerp-files/{uuid4().hex}", f"duerp-previews/{uuid4().hex}/000001/summary"):
        rig.store.objects[key] = b"left behind"
    await rig.gateway.chores.run_once()
    assert set(rig.store.objects) == kept
    assert (await get(rig, found["url"]))["state"] == "to_confirm"


async def test_imports_are_their_keepers_alone(rig: Rig) -> None:
    found = await an_import(rig)
    paths = ["", f"/{found['id']}", *(f"/{found['id']}/{part}" for part in ("lines", "actions", "report"))]
    for person, status in ((READER, 403), (ADMIN, 404), (STRANGER, 404)):
        for path in paths:
            response = await rig.http.get(f"{OWN}{path}", headers=rig.headers(person))
            assert response.status_code == status, (person, path)
        for path in ("/mapping", "/discard"):
            method = "PUT" if path == "/mapping" else "POST"
            sent = await rig.http.request(
                method, f"{found['url']}{path}", json={}, headers=sent_by(rig, person, found["revision"])
            )
            assert sent.status_code in (403, 404), (person, path)
        assert (await begin(rig, person=person)).status_code in (403, 404)
    assert len([key for key in rig.store.objects if key.startswith("duerp-files/")]) == 1
    other = await rig.http.get(f"/v1/duerp/UMR1/imports/{found['id']}", headers=rig.headers(STRANGER))
    assert other.status_code == 404
    assert (await get(rig, "/v1/duerp/UMR1/imports", STRANGER))["imports"] == []


async def test_an_empty_file_is_refused(rig: Rig) -> None:
    assert (await begin(rig, "")).status_code == 422
    assert rig.store.objects == {}
