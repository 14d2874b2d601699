"""An issuer that is down while people work: who is known goes on, and nobody enters unverified (fault 18)."""

import asyncio
from collections import Counter

from services.gateway.http.auth import TokenVerifier
from services.gateway.http.dependencies import provide
from services.gateway.http.jwks_http import JwksHttp
from services.gateway.settings import JwksSettings
from tests.services.gateway.conftest import Rig
from tests.support.issuer import AUDIENCE, CLIENT, ISSUER, URL, StubIssuer

SETTINGS = JwksSettings(cooldown_s=30, refresh_s=300, ttl_s=3600, timeout_s=2)
AT_ONCE = 100


async def statuses(rig: Rig, token: str) -> Counter[int]:
    """What so many requests at once are answered."""
    headers = {"authorization": f"Bearer {token}"}
    answers = await asyncio.gather(*(rig.http.get("/v1/documents", headers=headers) for _ in range(AT_ONCE)))
    for answer in answers:
        if answer.status_code == 503:
            assert answer.headers["content-type"] == "application/problem+json"
            assert int(answer.headers["retry-after"]) > 0
    return Counter(answer.status_code for answer in answers)


async def test_fault_18_an_issuer_that_goes_down_under_load_lets_the_known_go_on_and_nobody_in(
    rig: Rig,
) -> None:
    now = 1000.0
    issuer = StubIssuer()
    keys = JwksHttp(URL, SETTINGS, clock=lambda: now, transport=issuer.transport())
    await keys.open()
    verifier = TokenVerifier(keys, issuer=ISSUER, audience=AUDIENCE, clients=(CLIENT,), algorithms=("ES256",))
    provide(rig.app, verifier)
    known = issuer.token()
    assert await statuses(rig, known) == {200: AT_ONCE}

    issuer.down = True
    now += SETTINGS.refresh_s + 1
    assert await statuses(rig, known) == {200: AT_ONCE}
    issuer.keys["ec-2"] = issuer.keys["ec-1"]  # a rotation that nobody could see
    assert await statuses(rig, issuer.token(kid="ec-2")) == {503: AT_ONCE}
    assert issuer.fetches <= 4
    now += SETTINGS.ttl_s
    assert await statuses(rig, known) == {503: AT_ONCE}

    issuer.down = False
    now += SETTINGS.cooldown_s + 1
    assert await statuses(rig, known) == {200: AT_ONCE}
    assert await statuses(rig, issuer.token(kid="ec-2")) == {200: AT_ONCE}
    await keys.close()
