"""Writing an import into a DUERP over HTTP: what it adds, what it leaves, once, and back."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.contracts.object_layout import part_key
from tests.services.gateway.conftest import ASSISTANT, READER, STRANGER, Rig
from tests.services.gateway.duerp.test_imports import an_import, get, sent_by

Json = dict[str, Any]
DUERP = "/v1/duerp/UMR5219"
HEAD = (
    "Unité de travail;Local;Famille;Danger;Situation;Mesures existantes;Gravité;Fréquence;Criticité;"
    "Action;Responsable;Délai;Coût;État\n"
)
ROWS = (
    "Salle blanche;Salle 12;Risque chimique;Acide fluorhydrique;Gravure;Sorbonne;4;2;8;"
    "Former;A. Petit;30/09/2026;1 500 €;En cours\n"
    "Salle blanche;;Trucs divers;Azote liquide;Transvasement;;3;2;6;;;;;\n"
    "Atelier;Salle 12;Bruit;Pompe sans capot;;;2;3;6;Capoter;;été 2027;à chiffrer;\n"
    "Tous;;Psychosociaux;Charge de travail;;;2;4;8;;;;;\n"
    "Atelier;;Travail sur écran;Non concerné;;;;;;;;;;\n"
)


async def entries(rig: Rig, kind: str) -> list[Json]:
    found: list[Json] = (await get(rig, f"{DUERP}/{kind}", limit=1000))["entries"]
    return found


async def write(rig: Rig, found: Json, revision: int | None = None, *, replace: bool = False) -> httpx.Response:
    headers = sent_by(rig, ASSISTANT, revision or found["revision"])
    return await rig.http.post(f"{found['url']}/write", json={"replace": replace}, headers=headers)


async def written(rig: Rig, text: str = HEAD + ROWS, name: str = "DUERP-2025.csv", *, replace: bool = False) -> Json:
    response = await write(rig, await an_import(rig, text, name), replace=replace)
    assert response.status_code == 200, response.text
    found: Json = response.json()
    return found


async def test_what_a_file_says_is_in_the_duerp_and_nothing_that_it_does_not_say(rig: Rig) -> None:
    found = await written(rig)
    assert found["state"] == "written"
    counts = {name: count for name, count in found["written"].items() if count}
    assert counts == {
        "work_units": 2,
        "elements": 1,
        "lines": 3,
        "shared_lines": 1,
        "statements": 1,
        "actions": 2,
        "to_complete": counts["to_complete"],
    }
    units = {each["content"]["name"]: each["id"] for each in await entries(rig, "work-units")}
    assert list(units) == ["Salle blanche", "Atelier"]
    (room,) = await entries(rig, "elements")
    assert room["content"]["kind"] == "premises"
    assert set(room["content"]["work_units"]) == set(units.values())
    acid, nitrogen, pump = await entries(rig, "lines")
    assert (acid["content"]["work_unit"], acid["content"]["elements"]) == (units["Salle blanche"], [room["id"]])
    assert (acid["content"]["family"], acid["content"]["hazard"]) == ("chemical_general", "Acide fluorhydrique")
    assert [each["what"] for each in acid["content"]["measures"]] == ["Sorbonne"]
    assert (acid["content"]["origin"], acid["content"]["origin_detail"]) == ("imported", "DUERP-2025.csv, csv, 2")
    assert acid["decided"]["state"] == "proposed"
    assert (acid["content"]["gross"], acid["content"]["residual"]) == (None, None)
    assert acid["content"]["as_written"] == {"gravity": "4", "frequency": "2", "level": "8"}
    assert nitrogen["content"]["family"] is None
    assert nitrogen["content"]["as_written"]["family"] == "Trucs divers"
    (shared,) = await entries(rig, "shared-lines")
    assert (shared["content"]["work_units"], shared["content"]["family"]) == (None, "psychosocial")
    (statement,) = await entries(rig, "statements")
    assert (statement["content"]["family"], statement["content"]["finding"]) == ("screens", "no_risk")
    assert "Non concerné" in statement["content"]["reason"]
    train, cover = (each["content"] for each in await entries(rig, "actions"))
    assert (train["responsible"], train["due"], train["cost"]) == ("A. Petit", "2026-09-30", "1500")
    assert (train["lines"], train["as_written"]) == ([acid["id"]], {"status": "En cours"})
    assert (cover["responsible"], cover["due"], cover["cost"]) == (None, None, None)
    assert (cover["lines"], cover["as_written"]) == ([pump["id"]], {"due": "été 2027", "cost": "à chiffrer"})
    change = (await get(rig, f"{DUERP}/changes", entry=acid["id"]))["changes"]
    assert [(each["type"], each["by"]) for each in change] == [("added", "alice")]


async def test_a_plan_tells_what_writing_does(rig: Rig) -> None:
    found = await an_import(rig, HEAD + ROWS)
    plan = (await get(rig, f"{found['url']}/plan"))["counts"]
    assert await entries(rig, "lines") == []
    assert (await write(rig, found)).json()["written"] == plan


async def test_an_import_is_written_once_and_its_file_sent_again_adds_nothing(rig: Rig) -> None:
    found = await written(rig)
    before = await get(rig, f"{DUERP}/changes", limit=1000)
    again = await write(rig, found, 2)
    assert (again.status_code, again.json()["revision"]) == (200, found["revision"])
    other = await an_import(rig, HEAD + ROWS, "DUERP-2026.csv")
    lines = (await get(rig, f"{other['url']}/lines"))["lines"]
    assert [each["already_there"] is not None for each in lines] == [True, True, True, True, False]
    second = (await write(rig, other)).json()["written"]
    assert {name for name, count in second.items() if count} == {"already_there", "to_complete"}
    assert await get(rig, f"{DUERP}/changes", limit=1000) == before


async def test_a_line_of_a_file_is_found_in_its_own_work_unit_and_family_alone(rig: Rig) -> None:
    await written(rig)
    twin = (
        "Unité de travail;Famille;Danger;Situation\n"
        "ATELIER;Bruit;pompe  sans capot;\n"  # as another file writes the same
        "Salle blanche;Bruit;Pompe sans capot;\n"  # there is one in another work unit
        "Atelier;Risque chimique;Pompe sans capot;\n"  # and of another family
        "Cave;Bruit;Pompe sans capot;\n"  # and in none that is known
        "Salle blanche;Autres trucs;Azote liquide;Transvasement\n"  # a family that nobody knows is none, as there
        "Tous;Psychosociaux;Charge de travail;\n"
    )
    found = await an_import(rig, twin, "DUERP-2026.csv")

    async def there() -> list[bool]:
        lines = (await get(rig, f"{found['url']}/lines"))["lines"]
        return [each["already_there"] is not None for each in lines]

    assert await there() == [True, False, False, False, True, True]
    for line in await entries(rig, "lines"):
        if line["content"]["family"] == "noise":
            away = await rig.http.post(f"{line['url']}/archive", json={}, headers=sent_by(rig, ASSISTANT, 1))
            assert away.status_code == 200
    assert (await there())[0] is False


async def test_what_is_there_is_replaced_on_a_persons_word_alone(rig: Rig) -> None:
    await written(rig)
    (acid,) = [each for each in await entries(rig, "lines") if each["content"]["hazard"] == "Acide fluorhydrique"]
    changed = HEAD + ROWS.replace("Sorbonne;4", "Sorbonne | Gants;4").replace("Capoter", "Remplacer")
    kept = await written(rig, changed)
    assert (kept["written"].get("replaced", 0), kept["written"]["actions"]) == (0, 1)
    assert await get(rig, acid["url"]) == acid
    replaced = await written(rig, changed, replace=True)
    assert (replaced["written"]["replaced"], replaced["written"].get("lines", 0)) == (1, 0)
    after = await get(rig, acid["url"])
    assert (after["revision"], after["decided"]["state"]) == (2, "proposed")
    assert after["content"]["measures"] != acid["content"]["measures"]


SCALED = (
    "Unité de travail;Famille;Danger;Gravité (1 = faible, 2 = moyenne, 4 = mortelle);"
    "Fréquence (1 = rare, 2 = mensuelle, 3 = quotidienne);Criticité\n"
)


@pytest.mark.parametrize(
    ("levels", "score"),
    [
        (("8", "6", "2"), "8"),
        (("6", "5", "3"), "6"),
        (("8", "5", "2"), None),
        (("forte", "6", "2"), None),
    ],
    ids=["a product", "a sum", "neither", "too few figures"],
)
async def test_a_files_scale_is_the_units_only_where_its_lines_bear_it_out(
    rig: Rig, levels: tuple[str, str, str], score: str | None
) -> None:
    rated = zip((("Pompe", 4, 2), ("Scie", 2, 3), ("Tour", 1, 2)), levels, strict=True)
    rows = "".join(f"Atelier;Bruit;{hazard};{g};{f};{level}\n" for (hazard, g, f), level in rated)
    await written(rig, SCALED + rows)
    scales, line = await entries(rig, "scales"), (await entries(rig, "lines"))[0]["content"]
    assert line["as_written"] == {"gravity": "4", "frequency": "2", "level": levels[0]}
    assert (len(scales), line["gross"] and line["gross"]["score"]) == (int(score is not None), score)
    assert line["residual"] is None
    if score is not None:
        await written(rig, SCALED + rows.replace("Atelier", "Labo"))
        assert len(await entries(rig, "scales")) == 1


async def test_an_import_is_taken_back_but_for_what_somebody_changed_since(rig: Rig) -> None:
    found = await written(rig)
    acid, _, pump = await entries(rig, "lines")
    text = {**pump["content"], "comment": "Vue le 3 mars."}
    await rig.http.put(pump["url"], json=text, headers=sent_by(rig, ASSISTANT, 1))
    url = f"{found['url']}/take-back"
    headers = sent_by(rig, ASSISTANT, found["revision"])
    assert (await rig.http.post(url, json={"why": " "}, headers=headers)).status_code == 422
    response = await rig.http.post(url, json={"why": "mauvais fichier"}, headers=headers)
    assert (response.status_code, response.json()["state"]) == (200, "taken_back")
    counts = response.json()["written"]
    assert [each["content"]["hazard"] for each in await entries(rig, "lines")] == ["Pompe sans capot"]
    assert [each["content"]["name"] for each in await entries(rig, "work-units")] == ["Salle blanche", "Atelier"]
    assert await entries(rig, "shared-lines") == await entries(rig, "statements") == []
    assert (counts["taken_back"], counts["left"]) == (6, 4)
    (last, _) = (await get(rig, f"{DUERP}/changes", entry=acid["id"]))["changes"]
    assert (last["type"], last["why"]) == ("archived", "mauvais fichier")
    assert rig.store.objects == {}
    again = await written(rig)
    assert again["written"]["statements_restored"] == 1
    assert [each["content"]["family"] for each in await entries(rig, "statements")] == ["screens"]


async def test_what_no_field_takes_does_not_stop_an_import(rig: Rig) -> None:
    odd = "\u202eretourné\u202c"
    rows = f"{'L' * 300};;Bruit;{'x' * 9000};{odd};;;;;;;;;\n;;;;;;5;;;;;;;\n=1+1;;Bruit;=cmd|' /C calc'!A0;;;;;;;;;;\n"
    await written(rig, HEAD + rows)
    first, *_ = await entries(rig, "lines")
    assert (len(first["content"]["hazard"]), first["content"]["situation"]) == (4000, "retourné")
    unit = (await entries(rig, "work-units"))[0]["content"]
    assert (len(unit["name"]), len(unit["description"])) == (200, 300)


async def test_only_keepers_write_and_only_what_was_read(rig: Rig) -> None:
    found = await an_import(rig, HEAD + ROWS)
    for person, status in ((READER, 403), (STRANGER, 404)):
        for path, body in (("write", {}), ("take-back", {"why": "x"})):
            headers = sent_by(rig, person, found["revision"])
            response = await rig.http.post(f"{found['url']}/{path}", json=body, headers=headers)
            assert response.status_code in (403, 404), person
        assert (await rig.http.get(f"{found['url']}/plan", headers=rig.headers(person))).status_code == status
    bare = await rig.http.post(f"{found['url']}/write", json={}, headers=rig.headers(ASSISTANT))
    assert bare.status_code == 428
    assert (await write(rig, found, 1)).status_code == 412
    assert await entries(rig, "lines") == []
    failed = await an_import(rig, "%PDF-1.7 nothing", "duerp.pdf")
    assert (await write(rig, failed)).json()["reason"] == "duerp-import-state"
    back = await rig.http.post(
        f"{found['url']}/take-back", json={"why": "x"}, headers=sent_by(rig, ASSISTANT, found["revision"])
    )
    assert back.status_code == 409
    assert UUID(found["id"])


async def test_of_a_preview_that_has_lost_a_part_nothing_is_written(rig: Rig) -> None:
    found = await an_import(rig, HEAD + ROWS)
    await rig.store.delete(part_key(UUID(found["id"]), 1, "lines", 0))
    response = await write(rig, found)
    assert (response.status_code, response.json()["type"]) == (503, "urn:vigie:problem:store-unavailable")
    assert await entries(rig, "lines") == []
