"""Looking people and groups up: for admins alone, from whichever directory there is."""

import json
from pathlib import Path

import pytest

from services.gateway.directory.file import FileDirectory
from services.gateway.directory.service import DirectoryService
from services.standalone.local_issuer import Person
from shared.access import Role
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, Json, Rig

DIRECTOR = Person("denise", units=("UMR5219",), delegations=("DR14",), roles=(Role.UNIT_DIRECTOR,))
ADVISOR = Person("corinne", delegations=("DR14",), roles=(Role.PREVENTION_ADVISOR,))


@pytest.fixture
def known(rig: Rig) -> Rig:
    for person in (ASSISTANT, READER, DIRECTOR):
        rig.issuer.remember(person)
    rig.part(DirectoryService)._directory = FileDirectory(rig.issuer.people_file)
    return rig


async def get(rig: Rig, path: str, person: Person = ADMIN) -> tuple[int, Json]:
    response = await rig.http.get(f"/v1/admin/{path}", headers=rig.headers(person))
    return response.status_code, response.json()


async def test_an_admin_sees_who_reads_what(known: Rig) -> None:
    status, body = await get(known, "users?search=DEN")
    assert (status, body["people"]) == (200, [{
        "subject": "denise", "name": "denise", "full_name": None, "enabled": True,
        "groups": ["/units/UMR5219", "/delegations/DR14"], "scopes": ["delegation:DR14", "unit:UMR5219"],
        "roles": ["unit-director"],
    }])  # fmt: skip
    assert [each["name"] for each in (await get(known, "users"))[1]["people"]] == ["alice", "denise", "rene"]
    assert [each["name"] for each in (await get(known, "users?limit=1"))[1]["people"]] == ["alice"]
    assert (await get(known, "groups?search=umr"))[1]["groups"] == [{"path": "/units/UMR5219", "scope": "unit:UMR5219"}]
    assert len((await get(known, "groups"))[1]["groups"]) == 2


@pytest.mark.parametrize("person", [ASSISTANT, READER, DIRECTOR, ADVISOR], ids=lambda person: person.user)
async def test_s7_nobody_else_does(known: Rig, person: Person) -> None:
    for path in ("users", "groups", "users?search=alice"):
        status, body = await get(known, path, person)
        assert status == 403
        assert "alice" not in json.dumps(body)
    assert (await known.http.get("/v1/admin/users")).status_code == 401


async def test_where_there_is_no_directory_that_is_said(rig: Rig) -> None:
    rig.part(DirectoryService)._directory = None
    assert (await get(rig, "users"))[0] == 404


async def test_wishes_have_limits(known: Rig) -> None:
    for path in ("users?limit=0", "users?limit=101", f"users?search={'x' * 101}"):
        assert (await get(known, path))[0] == 422


async def test_a_file_that_is_not_there_yet_has_nobody_a_broken_one_is_our_fault(rig: Rig, tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    rig.part(DirectoryService)._directory = FileDirectory(file)
    assert await get(rig, "users") == (200, {"people": []})
    file.write_text("{")
    assert (await get(rig, "users"))[0] == 503


async def test_everybody_hears_what_they_may_do_and_an_admin_what_they_read(rig: Rig) -> None:
    async def me(person: Person) -> Json:
        told: Json = (await rig.http.get("/v1/me", headers=rig.headers(person))).json()
        return told

    assistant = await me(ASSISTANT)
    assert (assistant["subject"], assistant["may_administer"]) == ("alice", False)
    assert assistant["scopes"] == [
        {"scope": "public", "may_write": False, "may_keep_duerp": False},
        {"scope": "unit:UMR5219", "may_write": True, "may_keep_duerp": True},
    ]
    rights = {each["scope"]: (each["may_write"], each["may_keep_duerp"]) for each in (await me(DIRECTOR))["scopes"]}
    assert rights == {"public": (False, False), "delegation:DR14": (False, False), "unit:UMR5219": (True, True)}
    assert [each["may_write"] for each in (await me(READER))["scopes"]] == [False, False]
    admin = await me(ADMIN)
    assert admin["may_administer"]
    assert admin["scopes"] == [{"scope": "public", "may_write": True, "may_keep_duerp": False}]
    assert (await rig.http.get("/v1/me")).status_code == 401
