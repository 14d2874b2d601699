"""What is refused is counted by status and kind, and by nobody's name (S25)."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from services.gateway.documents.quotas import Quota, Quotas
from services.gateway.http.dependencies import provide
from services.gateway.http.limits import Allowance, Limits
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, UNIT, Rig

Refused = Callable[[Rig], Awaitable[httpx.Response]]


async def no_token(rig: Rig) -> httpx.Response:
    return await rig.http.get("/v1/documents")


async def no_token_on_openai_routes(rig: Rig) -> httpx.Response:
    return await rig.http.post("/v1/chat/completions", json={})


async def nowhere(rig: Rig) -> httpx.Response:
    return await rig.http.get("/v1/nothing", headers=rig.headers(READER))


async def another_method(rig: Rig) -> httpx.Response:
    return await rig.http.delete("/v1/status", headers=rig.headers(READER))


async def no_characters(rig: Rig) -> httpx.Response:
    return await rig.http.get("/v1/documents?search=%00", headers=rig.headers(READER))


async def no_json(rig: Rig) -> httpx.Response:
    return await rig.http.post("/v1/questions", headers=rig.headers(READER), content=b"{")


async def a_large_body(rig: Rig) -> httpx.Response:
    return await rig.http.post("/v1/questions", headers=rig.headers(READER), content=b" " * 2_000_000)


async def a_full_unit(rig: Rig) -> httpx.Response:
    rig.part(Quotas).quota = Quota(size=1)
    return await rig.upload(ASSISTANT, b"ab", scope=UNIT)


async def one_too_many(rig: Rig) -> httpx.Response:
    provide(rig.app, Limits(Allowance(requests_s=1), Allowance(), burst_s=0.1))
    await rig.http.get("/v1/status", headers=rig.headers(READER))
    return await rig.http.get("/v1/status", headers=rig.headers(READER))


async def a_forbidden_list(rig: Rig) -> httpx.Response:
    return await rig.http.get("/v1/admin/users", headers=rig.headers(READER))


@pytest.mark.parametrize(
    ("refused", "status", "kind"),
    [
        (no_token, 401, "unauthenticated"),
        (no_token_on_openai_routes, 401, "unauthenticated"),
        (nowhere, 404, "not-found"),
        (another_method, 405, "method-not-allowed"),
        (no_characters, 422, "invalid-input"),
        (no_json, 422, "invalid-input"),
        (a_large_body, 413, "payload-too-large"),
        (a_full_unit, 413, "quota-exceeded"),
        (one_too_many, 429, "person-requests"),
        (a_forbidden_list, 403, "forbidden"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
async def test_s25_a_refusal_counts_once_by_status_and_kind(rig: Rig, refused: Refused, status: int, kind: str) -> None:
    assert (await refused(rig)).status_code == status
    assert counted(await rig.http.get("/metrics")) == [f'{{kind="{kind}",status="{status}"}} 1.0']


async def test_s25_what_is_answered_is_no_refusal(rig: Rig) -> None:
    assert (await rig.http.get("/v1/status", headers=rig.headers(ADMIN))).status_code == 200
    assert counted(await rig.http.get("/metrics")) == []


def counted(metrics: httpx.Response) -> list[str]:
    name = "vigie_requests_refused_total"
    return [line.removeprefix(name) for line in metrics.text.splitlines() if line.startswith(name)]
