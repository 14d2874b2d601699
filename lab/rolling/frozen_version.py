"""A small DUERP with a frozen version, made by one version of Vigie and verified by another.

It is written as JSON with the fields that every version knows: a newer client would send fields that an older gateway
refuses.
"""

from typing import Any

from services.standalone.local_issuer import Person
from shared.access import Role
from shared.client import VigieClient
from shared.http_api.duerp.lines import Line

UNIT = "UMR5219"
KEEPER = Person("camille", units=(UNIT,), roles=(Role.PREVENTION_ASSISTANT,))
_HAZARD = "Azote liquide"


async def freeze_a_version(client: VigieClient) -> list[str]:
    """Fill the unit's DUERP and freeze it; return the digests of its versions."""
    place = await _added(client, "work-units", name="Salle de cryogénie")
    situation = "Remplissage du réservoir, porte fermée"
    await _added(client, "lines", work_unit=place["id"], hazard=_HAZARD, situation=situation)
    return [await freeze_another(client)]


async def freeze_another(client: VigieClient) -> str:
    """Freeze the unit's DUERP as it is; return the version's digest."""
    return str((await _added(client, "versions", title="Version annuelle"))["sha256"])


async def is_intact(client: VigieClient, digests: list[str]) -> bool:
    """Return whether the versions, oldest first, are those that were frozen, verify, and the line stands there too."""
    duerp = client.duerp(UNIT)
    lines = [each.content.hazard async for each in duerp.entries(Line)]
    found = {each.sequence: each.sha256 async for each in duerp.versions()}
    return [found[each] for each in sorted(found)] == digests and lines == [_HAZARD] and (await duerp.verify()).intact


async def _added(client: VigieClient, kind: str, **content: str) -> dict[str, Any]:
    response = await client.http.post(f"/v1/duerp/{UNIT}/{kind}", json=content)
    added: dict[str, Any] = response.raise_for_status().json()
    return added
