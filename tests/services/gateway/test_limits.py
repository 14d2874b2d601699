"""What one person, one unit and one scope may ask, and what somebody hears who asks for more (S25)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.documents.quotas import Quota, Quotas
from services.gateway.http.dependencies import provide
from services.gateway.http.limits import Allowance, Held, Limits
from services.standalone.local_issuer import Person
from shared.access import Principal, Role
from shared.errors import TooManyRequests
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, STRANGER, UNIT, Json, Rig

ALICE = Principal("alice", frozenset({"public", "unit:A"}), frozenset())
ANNA = Principal("anna", frozenset({"public", "unit:A"}), frozenset())
AMY = Principal("amy", frozenset({"public", "unit:A"}), frozenset())
BEN = Principal("ben", frozenset({"public", "unit:B"}), frozenset())


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def admitted(limits: Limits, principal: Principal, tries: int) -> int:
    count = 0
    for _ in range(tries):
        try:
            limits.admit(principal)
        except TooManyRequests:
            continue
        count += 1
    return count


def refusal(act: Callable[[], object]) -> dict[str, str | int]:
    with pytest.raises(TooManyRequests) as refused:
        act()
    return refused.value.params


# --- counting --------------------------------------------------------------------------------------------------------


def test_s25_a_person_has_a_burst_and_then_their_rate() -> None:
    clock = Clock()
    limits = Limits(Allowance(requests_s=5), Allowance(), burst_s=2, clock=clock)
    assert admitted(limits, ALICE, 50) == 10
    assert admitted(limits, BEN, 50) == 10, "somebody else has their own"
    clock.now += 1
    assert admitted(limits, ALICE, 50) == 5
    clock.now += 100
    assert admitted(limits, ALICE, 50) == 10


def test_s25_people_of_a_unit_share_its_rate() -> None:
    limits = Limits(Allowance(requests_s=4), Allowance(requests_s=8), burst_s=1, clock=Clock())
    assert [admitted(limits, who, 50) for who in (ALICE, ANNA, AMY, BEN)] == [4, 4, 0, 4]
    assert refusal(lambda: limits.admit(AMY))["reason"] == "unit-requests"
    assert refusal(lambda: limits.admit(ALICE))["reason"] == "person-requests"


@given(rate=st.floats(0.1, 50), burst_s=st.floats(0.1, 20), gaps=st.lists(st.floats(0, 3), min_size=1, max_size=200))
def test_s25_who_waits_as_long_as_they_are_told_is_admitted(rate: float, burst_s: float, gaps: list[float]) -> None:
    clock = Clock()
    limits = Limits(Allowance(requests_s=rate), Allowance(), burst_s=burst_s, clock=clock)
    for gap in gaps:
        clock.now += gap
        try:
            limits.admit(ALICE)
        except TooManyRequests as refused:
            wait = refused.params["retry_after_s"]
            assert isinstance(wait, int)
            assert 1 <= wait <= 1 / rate + 1
            clock.now += wait
            limits.admit(ALICE)


def test_s25_a_refused_request_counts_for_nobody() -> None:
    clock = Clock()
    limits = Limits(Allowance(requests_s=1), Allowance(requests_s=2), burst_s=1, clock=clock)
    assert admitted(limits, ALICE, 100) == 1
    assert admitted(limits, ANNA, 1) == 1, "what Alice was refused is not taken from the unit"


def test_s25_streams_and_uploads_are_counted_while_they_last() -> None:
    limits = Limits(Allowance(streams=2, uploads=1), Allowance(streams=3), burst_s=1, clock=Clock())
    first, _second = limits.hold(ALICE, Held.STREAM), limits.hold(ALICE, Held.STREAM)
    assert refusal(lambda: limits.hold(ALICE, Held.STREAM))["reason"] == "person-streams"
    limits.hold(ANNA, Held.STREAM)
    assert refusal(lambda: limits.hold(ANNA, Held.STREAM))["reason"] == "unit-streams"
    first()
    limits.hold(ANNA, Held.STREAM)
    upload = limits.hold(ALICE, Held.UPLOAD)
    assert refusal(lambda: limits.hold(ALICE, Held.UPLOAD))["reason"] == "person-uploads"
    upload()
    limits.hold(ALICE, Held.UPLOAD)


def test_s25_exports_are_counted_beside_the_others() -> None:
    limits = Limits(Allowance(uploads=1, exports=1), Allowance(exports=2), burst_s=1, clock=Clock())
    limits.hold(ALICE, Held.UPLOAD)
    export = limits.hold(ALICE, Held.EXPORT)
    assert refusal(lambda: limits.hold(ALICE, Held.EXPORT))["reason"] == "person-exports"
    limits.hold(ANNA, Held.EXPORT)
    assert refusal(lambda: limits.hold(AMY, Held.EXPORT))["reason"] == "unit-exports"
    limits.hold(BEN, Held.EXPORT)
    export()
    limits.hold(ALICE, Held.EXPORT)


def test_s25_nothing_is_kept_of_who_is_gone() -> None:
    clock = Clock()
    limits = Limits(Allowance(requests_s=100, streams=5), Allowance(), burst_s=10, clock=clock)
    for number in range(20_000):
        somebody = Principal(f"p{number}", frozenset({"public"}), frozenset())
        limits.admit(somebody)
        limits.hold(somebody, Held.STREAM)()
        clock.now += 0.001
    assert len(limits) < 2_500


def test_s25_nothing_is_limited_where_nothing_is_set() -> None:
    limits = Limits(Allowance(), Allowance(), burst_s=1, clock=Clock())
    assert admitted(limits, ALICE, 10_000) == 10_000
    for _ in range(1_000):
        limits.hold(ALICE, Held.STREAM)


# --- at the door -----------------------------------------------------------------------------------------------------


def told(response: httpx.Response) -> tuple[int, str, str, bool]:
    problem = response.json()
    return response.status_code, problem["type"], problem["reason"], int(response.headers["retry-after"]) >= 1


TOO_MANY = "urn:vigie:problem:too-many-requests"


async def test_s25_too_many_requests_are_told_when_to_come_again(rig: Rig) -> None:
    provide(rig.app, Limits(Allowance(requests_s=1), Allowance(), burst_s=3, clock=Clock()))

    async def ask(person: Person) -> httpx.Response:
        return await rig.http.get("/v1/documents", headers=rig.headers(person))

    assert [(await ask(READER)).status_code for _ in range(3)] == [200] * 3
    refused = await ask(READER)
    assert told(refused) == (429, TOO_MANY, "person-requests", True)
    assert refused.json()["detail"].startswith("Too many requests at once: you send more")
    assert (await ask(STRANGER)).status_code == 200
    assert (await rig.http.get("/livez")).status_code == 200, "probes are nobody's"


async def test_s25_a_body_of_who_sends_too_much_is_not_read(rig: Rig) -> None:
    provide(rig.app, Limits(Allowance(requests_s=1), Allowance(), burst_s=1, clock=Clock()))
    assert (await rig.upload(ASSISTANT, scope=UNIT)).status_code == 202
    read: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        read.append(b"")
        yield b"x"

    form = rig.headers(ASSISTANT) | {"content-type": "multipart/form-data; boundary=b"}
    refused = await rig.http.post("/v1/documents", headers=form, content=body())
    assert told(refused) == (429, TOO_MANY, "person-requests", True)
    assert len(rig.store.objects) == 1


async def test_s25_the_openai_surface_says_it_as_its_clients_read_it(rig: Rig) -> None:
    provide(rig.app, Limits(Allowance(requests_s=1), Allowance(), burst_s=1, clock=Clock()))
    body = {"model": "nothing", "messages": [{"role": "user", "content": "?"}]}
    ask = [await rig.http.post("/v1/chat/completions", headers=rig.headers(READER), json=body) for _ in range(2)]
    assert [each.status_code for each in ask] == [404, 429]
    assert ask[1].json()["error"]["code"] == "rate_limit_exceeded"
    assert int(ask[1].headers["retry-after"]) >= 1


async def test_s25_a_stream_is_counted_while_it_is_open(rig: Rig) -> None:
    limits = Limits(Allowance(streams=1), Allowance(), burst_s=1)
    provide(rig.app, limits)
    document: Json = (await rig.upload(ASSISTANT, scope=UNIT)).json()
    following = asyncio.ensure_future(rig.http.get(document["events"], headers=rig.headers(READER)))
    while not len(limits):
        await asyncio.sleep(0)
    refused = await rig.http.get(document["events"], headers=rig.headers(READER))
    assert told(refused) == (429, TOO_MANY, "person-streams", True)
    asked = {"question": "Qui ?"}
    stream = rig.headers(READER) | {"accept": "text/event-stream"}
    assert (await rig.http.post("/v1/questions", headers=stream, json=asked)).status_code == 429
    await rig.http.delete(document["url"], headers=rig.headers(ASSISTANT))
    rig.gateway.followers.moved(UUID(document["id"]))
    assert (await following).status_code == 200
    assert len(limits) == 0
    assert (await rig.http.get(document["events"], headers=rig.headers(READER))).status_code == 200


async def test_s25_an_upload_is_counted_while_it_comes(rig: Rig) -> None:
    limits = Limits(Allowance(uploads=1), Allowance(), burst_s=1)
    provide(rig.app, limits)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        begun.set()
        await go_on.wait()
        yield b"Words.\r\n--b--\r\n"

    form = rig.headers(ADMIN) | {"content-type": "multipart/form-data; boundary=b"}
    sending = asyncio.ensure_future(rig.http.post("/v1/documents", headers=form, content=slowly()))
    await begun.wait()
    assert told(await rig.upload(ADMIN)) == (429, TOO_MANY, "person-uploads", True)
    assert (await rig.upload(ASSISTANT, scope=UNIT)).status_code == 202
    go_on.set()
    assert (await sending).status_code == 202
    assert len(limits) == 0
    assert (await rig.upload(ADMIN)).status_code == 202


@pytest.mark.parametrize(
    ("path", "admitted"),
    [("export?format=docx", 200), ("extract?work_unit=a&since=2026-01-01", 404)],
    ids=["whole", "extract"],
)
async def test_s25_an_export_is_counted_while_it_is_written(rig: Rig, path: str, admitted: int) -> None:
    limits = Limits(Allowance(exports=1), Allowance(), burst_s=1)
    provide(rig.app, limits)

    async def ask(person: Person, path: str, unit: str = "UMR5219") -> httpx.Response:
        return await rig.http.get(f"/v1/duerp/{unit}/{path}", headers=rig.headers(person))

    writing = asyncio.ensure_future(ask(ASSISTANT, "export"))
    while not len(limits):
        await asyncio.sleep(0)
    assert told(await ask(ASSISTANT, path)) == (429, TOO_MANY, "person-exports", True)
    assert not writing.done()
    assert (await ask(READER, path)).status_code == admitted, "no version has been frozen that could be extracted"
    assert (await ask(ASSISTANT, path, "UMR1")).status_code == 404, "whose DUERP it is comes before how much was asked"
    assert (await writing).status_code == 200
    assert len(limits) == 0
    assert (await ask(ASSISTANT, path)).status_code == admitted


# --- quotas ----------------------------------------------------------------------------------------------------------


async def test_s25_a_scope_takes_no_more_than_its_bytes(rig: Rig) -> None:
    rig.part(Quotas).quota = Quota(size=2_500_000)
    for name in ("a.txt", "b.txt"):
        assert (await rig.upload(ASSISTANT, b"x" * 1_000_000, name, scope=UNIT)).status_code == 202
    refused = await rig.upload(ASSISTANT, b"y" * 1_000_000, "c.txt", scope=UNIT)
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (413, "urn:vigie:problem:quota-exceeded")
    assert (problem["scope"], problem["used_mb"], problem["allowed_mb"]) == (UNIT, 2, 2)
    assert problem["detail"] == f"There is no more room for documents of {UNIT}: its files take 2 MB of 2 MB."
    assert len(rig.store.objects) == 2
    again = await rig.upload(ASSISTANT, b"x" * 1_000_000, "a.txt", scope=UNIT)
    assert again.status_code == 202, "the same once more takes nothing"
    small = (await rig.upload(ASSISTANT, b"small", "d.txt", scope=UNIT)).json()
    renamed = await rig.http.patch(small["url"], headers=rig.headers(ASSISTANT), json={"title": "Another"})
    assert renamed.status_code == 200
    [quota] = (await rig.http.get("/v1/status", headers=rig.headers(READER))).json()["quotas"]
    assert quota == {
        "scope": UNIT, "documents": 3, "bytes": 2_000_005, "max_documents": None, "max_bytes": 2_500_000
    }  # fmt: skip
    other = await rig.upload(STRANGER, b"z" * 1_000_000, "c.txt", scope="unit:UMR1")
    assert other.status_code == 202, "another unit has its own"


async def test_s25_a_scope_has_no_more_than_its_documents_until_one_is_withdrawn(rig: Rig) -> None:
    rig.part(Quotas).quota = Quota(documents=2)
    first: Json = (await rig.upload(ASSISTANT, b"a", "a.txt", scope=UNIT)).json()
    await rig.upload(ASSISTANT, b"b", "b.txt", scope=UNIT)
    refused = await rig.upload(ASSISTANT, b"c", "c.txt", scope=UNIT)
    assert (refused.status_code, refused.json()["used"], refused.json()["allowed"]) == (413, 2, 2)
    assert (await rig.upload(ASSISTANT, b"newer", "b.txt", scope=UNIT)).status_code == 202
    await rig.http.delete(first["url"], headers=rig.headers(ASSISTANT))
    assert (await rig.upload(ASSISTANT, b"c", "c.txt", scope=UNIT)).status_code == 202


async def test_s25_what_is_public_has_no_quota(rig: Rig) -> None:
    rig.part(Quotas).quota = Quota(documents=1, size=1)
    for name in ("a.txt", "b.txt"):
        assert (await rig.upload(ADMIN, b"Public words.", name)).status_code == 202
    [told] = (await rig.http.get("/v1/status", headers=rig.headers(ADMIN))).json()["quotas"]
    assert (told["scope"], told["documents"]) == ("public", 2)
    assert (told["max_documents"], told["max_bytes"]) == (None, None)


async def test_s7_who_does_not_read_a_scope_is_not_told_what_it_has(rig: Rig) -> None:
    rig.part(Quotas).quota = Quota(documents=1)
    await rig.upload(ASSISTANT, b"a", "a.txt", scope=UNIT)
    refusals = [await rig.upload(ADMIN, b"b", name, scope=UNIT) for name in ("a.txt", "b.txt")]
    assert [each.status_code for each in refusals] == [413, 413], "whether the key is there is not told either"
    assert refusals[0].json() == refusals[1].json()
    assert not {"used", "allowed"} & refusals[0].json().keys()


def test_everybody_is_a_party_of_their_own_units_alone() -> None:
    limits = Limits(Allowance(), Allowance(requests_s=1), burst_s=1, clock=Clock())
    of_none = Principal("root", frozenset({"public"}), frozenset({Role.ADMIN}))
    assert admitted(limits, of_none, 100) == 100
