"""The issuer's keys over HTTP: seldom fetched, once at a time, remembered through an outage (S6, fault 18)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from services.gateway.http.jwks_http import JwksHttp
from services.gateway.settings import JwksSettings
from shared.errors import Unavailable
from tests.support.issuer import URL, StubIssuer, public_jwk

SETTINGS = JwksSettings(cooldown_s=30, refresh_s=300, ttl_s=3600, timeout_s=2)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def issuer() -> StubIssuer:
    return StubIssuer()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def keys(issuer: StubIssuer, clock: Clock) -> AsyncIterator[JwksHttp]:
    keys = JwksHttp(URL, SETTINGS, clock=clock, transport=issuer.transport())
    yield keys
    await keys.close()


async def settled(keys: JwksHttp) -> None:
    if keys._fetching is not None:
        await keys._fetching


async def test_known_keys_cost_no_fetch(keys: JwksHttp, issuer: StubIssuer, clock: Clock) -> None:
    await keys.open()
    for _ in range(100):
        clock.now += 1
        assert await keys.key("ec-1") is not None
    assert issuer.fetches == 1


async def test_fault_18_a_flood_of_unknown_ids_makes_one_fetch_in_30_s(
    keys: JwksHttp, issuer: StubIssuer, clock: Clock
) -> None:
    await keys.open()
    assert await asyncio.gather(*(keys.key(f"forged-{n}") for n in range(200))) == [None] * 200
    assert issuer.fetches == 1  # the one at the start is recent enough
    for second in range(1, 91):
        clock.now += 1
        assert await asyncio.gather(*(keys.key(f"forged-{second}-{n}") for n in range(10))) == [None] * 10
    assert issuer.fetches == 4


async def test_fault_18_a_flood_while_the_issuer_is_slow_shares_one_fetch(
    keys: JwksHttp, issuer: StubIssuer, clock: Clock
) -> None:
    await keys.open()
    clock.now += 31
    issuer.answering.clear()
    waiting = [asyncio.create_task(keys.key(f"forged-{n}")) for n in range(50)]
    while issuer.fetches < 2:
        await asyncio.sleep(0)
    waiting[0].cancel()  # who hangs up does not take the fetch from the others
    assert await keys.key("ec-1") is not None  # and known keys do not wait for it
    issuer.answering.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert results[1:] == [None] * 49
    assert issuer.fetches == 2


async def test_fault_18_a_new_key_is_accepted_after_a_refresh(keys: JwksHttp, issuer: StubIssuer, clock: Clock) -> None:
    await keys.open()
    issuer.keys["ec-2"] = ec.generate_private_key(ec.SECP256R1())
    assert await keys.key("ec-2") is None
    clock.now += 30
    assert await keys.key("ec-2") is not None
    assert await keys.key("ec-1") is not None


async def test_s6_a_key_that_the_issuer_took_out_ends_with_the_next_refresh(
    keys: JwksHttp, issuer: StubIssuer, clock: Clock
) -> None:
    await keys.open()
    del issuer.keys["ec-1"]
    clock.now += 301
    assert await keys.key("ec-1") is not None  # whoever comes first does not wait for the fetch
    await settled(keys)
    assert await keys.key("ec-1") is None


async def test_fault_18_known_keys_outlive_the_issuer_until_their_ttl_then_nothing_can_be_told(
    keys: JwksHttp, issuer: StubIssuer, clock: Clock
) -> None:
    await keys.open()
    issuer.down = True
    for _ in range(59):
        clock.now += 60
        assert await keys.key("ec-1") is not None
        await settled(keys)
    with pytest.raises(Unavailable):
        await keys.key("of-a-rotation-that-nobody-saw")
    clock.now += 61
    with pytest.raises(Unavailable):
        await keys.key("ec-1")
    issuer.down = False
    clock.now += 5
    assert await keys.key("ec-1") is not None


async def test_fault_18_an_issuer_that_is_down_at_the_start_is_asked_again_soon(
    keys: JwksHttp, issuer: StubIssuer, clock: Clock
) -> None:
    issuer.down = True
    await keys.open()
    for _ in range(20):
        with pytest.raises(Unavailable):
            await keys.key("ec-1")
    assert issuer.fetches == 1
    issuer.down = False
    clock.now += 5
    assert await keys.key("ec-1") is not None


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(500),
        httpx.Response(302, headers={"location": "https://evil.example/jwks"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"keys": []}),
        httpx.Response(200, content=b" " * 300_000),
    ],
    ids=["error", "redirect", "html", "list", "empty", "too large"],
)
async def test_an_answer_that_is_no_key_set_leaves_the_known_keys(
    keys: JwksHttp, issuer: StubIssuer, clock: Clock, response: httpx.Response
) -> None:
    await keys.open()
    issuer.response = response
    clock.now += 301
    await keys.key("ec-1")
    await settled(keys)
    assert issuer.fetches == 2
    assert await keys.key("ec-1") is not None


async def test_an_issuer_that_does_not_answer_is_left_after_the_time_out(issuer: StubIssuer) -> None:
    keys = JwksHttp(URL, JwksSettings(timeout_s=0.05), transport=issuer.transport())
    issuer.answering.clear()
    await keys.open()
    with pytest.raises(Unavailable):
        await keys.key("ec-1")
    await keys.close()


async def test_what_cannot_verify_a_signature_is_no_key(keys: JwksHttp, issuer: StubIssuer) -> None:
    good = public_jwk(issuer.keys["rsa-1"])
    short = public_jwk(rsa.generate_private_key(public_exponent=65537, key_size=1024))
    issuer.response = httpx.Response(200, json={"keys": [
        {**good, "kid": "good", "use": "sig"},
        {**good, "kid": "no-use"},
        {**good, "kid": "encryption", "use": "enc"},
        {**good, "kid": "encryption-2", "alg": "RSA-OAEP"},
        {**good},
        {**short, "kid": "short"},
        {"kty": "oct", "kid": "secret", "k": "c2VjcmV0", "alg": "HS256"},
        {"kty": "RSA", "kid": "broken"},
        "a word",
    ]})  # fmt: skip
    await keys.open()
    assert set(keys._keys) == {"good", "no-use"}


async def test_a_missing_certificate_file_is_told_at_the_start(issuer: StubIssuer, tmp_path: Path) -> None:
    keys = JwksHttp(URL, JwksSettings(ca_file=tmp_path / "none.pem"), transport=issuer.transport())
    with pytest.raises(FileNotFoundError):
        await keys.open()
    await keys.close()


async def test_an_issuer_that_is_away_at_the_start_is_told_and_so_is_that_it_is_back(
    keys: JwksHttp, issuer: StubIssuer, clock: Clock
) -> None:
    issuer.down = True
    await keys.open()
    clock.now += 10
    assert (await keys.finding()) is not None
    issuer.down = False
    clock.now += 10
    assert (await keys.finding()) is None
    assert await keys.key("ec-1") is not None
