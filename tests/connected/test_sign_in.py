"""People and programs sign in to a real Keycloak and get their answers from the whole chain."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from shared.client import Problem, VigieClient
from tests.e2e.conftest import ended
from tests.support.deployed_stack import GIVEN, REASON, connected_processes
from tests.support.keycloak import Json, Realm, keycloak_realm
from tests.support.people import RealmPeople
from tests.support.processes import Processes
from tests.support.up import VIGIE
from tests.support.warm_start import ROOT

pytestmark = [
    pytest.mark.connected,
    pytest.mark.processes,
    pytest.mark.skipif(not GIVEN, reason=REASON),
]

PUBLIC = "# Règles communes\n\n## Azote liquide\n\nL'azote liquide se manipule avec des gants cryogéniques.\n"
OF_THE_UNIT = "# Consignes de l'unité\n\n## Azote liquide\n\nL'azote liquide se prend au local B12.\n"
QUESTION = "Où prendre l'azote liquide ?"


@pytest.fixture(scope="module")
def realm() -> Iterator[Realm]:
    with keycloak_realm() as made:
        yield made


@pytest.fixture
async def stack(tmp_path: Path, realm: Realm) -> AsyncIterator[Processes]:
    async with connected_processes(RealmPeople(realm), tmp_path) as made, made.running() as running:
        yield running


SIGN_INS: dict[str, Callable[[Realm], Json]] = {
    "authorization code with PKCE": lambda realm: realm.sign_in("rene"),
    "device flow": lambda realm: realm.device_sign_in("rene"),
    "client credentials": lambda realm: realm.client_credentials(),
}


async def _titles(stack: Processes, tokens: Json) -> set[str]:
    """The documents that an answer rests on."""
    async with VigieClient(stack.url, tokens["access_token"], "fr") as client:
        answer = await client.ask(QUESTION)
        return {(await client.passage(found.passage)).title for found in answer.evidence}


async def test_each_way_in_leads_to_an_answer_from_what_its_person_may_read(stack: Processes, realm: Realm) -> None:
    admin, alice = realm.sign_in("admin"), realm.sign_in("alice")
    async with VigieClient(stack.url, admin["access_token"], "fr") as client:
        assert (await ended(client, await client.submit("commun.md", PUBLIC.encode()))).state == "indexed"
    async with VigieClient(stack.url, alice["access_token"], "fr") as client:
        sent = await client.submit("unite.md", OF_THE_UNIT.encode(), scope="unit:UMR5219")
        assert (await ended(client, sent)).state == "indexed"
        with pytest.raises(Problem):
            await client.submit("x.md", PUBLIC.encode(), scope="unit:UMR8535")
    found = {name: await _titles(stack, sign_in(realm)) for name, sign_in in SIGN_INS.items()}
    assert found == {
        "authorization code with PKCE": {"commun.md", "unite.md"},
        "device flow": {"commun.md", "unite.md"},
        "client credentials": {"commun.md"},
    }

    # A program reads a unit's documents once its account is a member; a person who left reads them no more.
    realm.join("service-account-vigie-consumer", "/units/UMR5219")
    assert await _titles(stack, realm.client_credentials()) == {"commun.md", "unite.md"}
    tokens = realm.sign_in("rene")
    realm.leave("rene", "/units/UMR5219")
    renewed = realm.token(grant_type="refresh_token", client_id="vigie-web", refresh_token=tokens["refresh_token"])
    assert await _titles(stack, renewed) == {"commun.md"}
    async with VigieClient(stack.url, tokens["id_token"], "fr") as client:
        with pytest.raises(Problem):
            await client.ask(QUESTION)


async def test_the_command_signs_in_asks_and_signs_out(stack: Processes, realm: Realm, tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "VIGIE_LANG": "en", "VIGIE_URL": stack.url}

    async def vigie(*arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *VIGIE,
            *arguments,
            cwd=ROOT,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def output(*arguments: str) -> tuple[int | None, str]:
        process = await vigie(*arguments)
        told, _ = await process.communicate()
        return process.returncode, told.decode()

    assert (await output("ask", QUESTION))[0] == 1  # not signed in yet
    login = await vigie("login")
    assert login.stdout is not None
    await login.stdout.readline()
    address = (await login.stdout.readline()).decode().strip()
    assert address.startswith(f"{realm.issuer}/device?user_code=")
    await asyncio.to_thread(realm.approve, address, "denise")
    told, _ = await asyncio.wait_for(login.communicate(), 60)
    assert (login.returncode, "denise" in told.decode()) == (0, True)

    note = tmp_path / "unite.md"
    note.write_text(OF_THE_UNIT, encoding="utf-8")
    code, told_by_ingest = await output("ingest", str(note), "--scope", "unit:UMR5219")
    assert code == 0, told_by_ingest
    code, answer = await output("ask", QUESTION, "--json")
    assert (code, "B12" in answer) == (0, True)
    who = json.loads((await output("whoami", "--json"))[1])
    assert (who["name"], who["groups"], who["roles"]) == ("denise", ["/units/UMR5219"], ["unit-director"])
    assert (await output("logout"))[0] == 0
    assert (await output("ask", QUESTION))[0] == 1
