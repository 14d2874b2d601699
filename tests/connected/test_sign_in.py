"""People and programs sign in to a real Keycloak and get their answers from the whole chain."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from shared.client import Problem, VigieClient
from tests.connected.keycloak import BASE, REASON, Json, Realm, keycloak_realm
from tests.e2e.conftest import SERVICES, Processes, ended

pytestmark = [
    pytest.mark.connected,
    pytest.mark.processes,
    pytest.mark.skipif(not BASE, reason=REASON),
]

PUBLIC = "# Règles communes\n\n## Azote liquide\n\nL'azote liquide se manipule avec des gants cryogéniques.\n"
OF_THE_UNIT = "# Consignes de l'unité\n\n## Azote liquide\n\nL'azote liquide se prend au local B12.\n"
QUESTION = "Où prendre l'azote liquide ?"


@pytest.fixture(scope="module")
def realm() -> Iterator[Realm]:
    with keycloak_realm() as made:
        yield made


@pytest.fixture
async def stack(tmp_path: Path, broker: str, realm: Realm) -> AsyncIterator[Processes]:
    running = Processes(tmp_path, broker, **realm.environment())
    running.start(*SERVICES)
    try:
        await running.ready(*SERVICES)
        yield running
    finally:
        running.stop()


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
