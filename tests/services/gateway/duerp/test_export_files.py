"""Files of a DUERP that are kept: written once, waited for or come back for, theirs who read the unit."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.gateway.documents.sweep import Sweep
from services.gateway.duerp.exports import files as files_module
from services.gateway.duerp.exports.asked import AskedFile
from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.http.limits import Allowance, Limits
from services.gateway.http.preferences import Preferences, preferences
from shared.errors import StoreUnavailable
from tests.fakes.shared import RecordedEvents
from tests.services.gateway.conftest import ASSISTANT, READER, STRANGER, Rig
from tests.services.gateway.duerp.test_duerp_api import OWN, SECRET, a_line, added, get, post, put
from tests.support.sql import run_sql

LATER = {"prefer": "respond-async"}


async def later(rig: Rig, person: Any = READER, prefer: str = "respond-async", **params: Any) -> httpx.Response:
    headers = rig.headers(person) | {"prefer": prefer}
    return await rig.http.get(f"{OWN}/export", headers=headers, params=params)


async def ready(rig: Rig, url: str) -> dict[str, Any]:
    """Come back until the file is there, as a page does."""
    async with asyncio.timeout(20):
        while (told := (await get(rig, url)).json())["state"] != "ready":
            await asyncio.sleep(0.02)
    found: dict[str, Any] = told
    return found


def written(rig: Rig) -> list[str]:
    return sorted(key for key in rig.store.objects if key.startswith("duerp-exports/") and key.endswith("/file"))


async def test_a_file_that_is_asked_for_later_is_accepted_followed_and_given(rig: Rig) -> None:
    await a_line(rig)
    accepted = await later(rig, format="pdf")
    assert (accepted.status_code, accepted.headers["preference-applied"]) == (202, "respond-async")
    begun = accepted.json()
    assert (begun["state"], begun["name"], accepted.headers["location"]) == ("writing", None, begun["url"])
    told = await ready(rig, begun["url"])
    file = await get(rig, told["file"])
    assert file.content.startswith(b"%PDF-")
    assert (len(file.content), file.headers["content-type"]) == (told["bytes"], "application/pdf")
    assert told["name"] in file.headers["content-disposition"]


async def test_who_would_wait_some_seconds_has_a_quick_file_at_once(rig: Rig) -> None:
    await a_line(rig)
    assert (await later(rig, prefer="respond-async, wait=20", format="csv")).status_code == 200


async def test_a_file_of_the_same_content_is_written_once_whoever_asks(rig: Rig) -> None:
    await a_line(rig)
    both = await asyncio.gather(
        get(rig, f"{OWN}/export", format="csv"), get(rig, f"{OWN}/export", READER, format="csv")
    )
    again = await later(rig, format="csv")
    assert [each.status_code for each in (*both, again)] == [200] * 3
    assert len({each.content for each in (*both, again)}) == 1
    assert len(written(rig)) == 1


@pytest.mark.parametrize("change", ["line", "state", "archive"])
async def test_any_change_makes_another_file(rig: Rig, change: str) -> None:
    line = await a_line(rig)
    before = (await get(rig, f"{OWN}/export", format="json")).content
    if change == "line":
        await put(rig, line["url"], line["content"] | {"hazard": "Autre danger"}, line["revision"])
    elif change == "state":
        await post(rig, f"{line['url']}/decision", {"state": "accepted"}, headers={"if-match": "*"})
    else:
        await post(rig, f"{line['url']}/archive", {}, headers={"if-match": "*"})
    assert (await get(rig, f"{OWN}/export", format="json")).content != before
    assert len(written(rig)) == 2


async def test_languages_and_formats_are_files_of_their_own(rig: Rig) -> None:
    await a_line(rig)
    for language in ("fr", "de"):
        headers = rig.headers(READER) | {"accept-language": language}
        for kind in ("csv", "json"):
            await rig.http.get(f"{OWN}/export", headers=headers, params={"format": kind})
    assert len(written(rig)) == 4


async def test_a_version_s_file_is_another_one_when_an_opinion_comes(rig: Rig) -> None:
    await a_line(rig)
    await post(rig, f"{OWN}/versions", {"title": "2026"})
    first = await get(rig, f"{OWN}/export", format="docx", version=1)
    await added(rig, "work-units", {"name": "Bureaux"})
    assert (await get(rig, f"{OWN}/export", format="docx", version=1)).content == first.content, (
        "kept: nothing of it moved"
    )
    assert len(written(rig)) == 1
    await added(rig, "consultations", {"body": "F3SCT", "version": 1, "sent_on": "2026-01-02", "opinion": "favourable"})
    assert (await get(rig, f"{OWN}/export", format="docx", version=1)).content != first.content


async def test_an_altered_version_is_not_given_from_what_was_kept(rig: Rig) -> None:
    await a_line(rig)
    await post(rig, f"{OWN}/versions", {"title": "2026"})
    assert (await get(rig, f"{OWN}/export", format="csv", version=1)).status_code == 200
    async with rig.gateway.database.writing() as session:
        await run_sql(session, "UPDATE duerp_versions SET text = replace(text, '2026', '2027')")
    refused = await get(rig, f"{OWN}/export", format="csv", version=1)
    assert refused.status_code == 500
    assert SECRET not in refused.text


async def test_nobody_of_another_unit_finds_a_file_by_its_address(rig: Rig) -> None:
    await a_line(rig)
    begun = (await later(rig, format="csv")).json()
    await ready(rig, begun["url"])
    theirs = begun["url"].replace("UMR5219", "UMR1")
    for url in (begun["url"], begun["file"], theirs, f"{theirs}/file"):
        response = await rig.http.get(url, headers=rig.headers(STRANGER))
        assert response.status_code == 404
        assert SECRET not in response.text


async def test_another_replica_writes_what_the_first_was_killed_over(rig: Rig) -> None:
    await a_line(rig)
    begun = (await later(rig, format="csv")).json()
    await ready(rig, begun["url"])
    for key in written(rig):
        del rig.store.objects[key]
    async with rig.another(RecordedEvents()) as other:
        other_http = httpx.AsyncClient(transport=httpx.ASGITransport(app=other.app), base_url="http://vigie")
        async with other_http as http:
            file = await http.get(begun["file"], headers=rig.headers(READER))
    assert file.status_code == 200
    assert SECRET in file.text


async def test_a_file_that_fails_says_so_to_who_comes_back_and_is_begun_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_line(rig)
    right = files_module._content

    def failing(*_: object) -> bytes:
        raise StoreUnavailable(what="fonts")

    monkeypatch.setattr(files_module, "_content", failing)
    begun = (await later(rig, format="csv")).json()
    async with asyncio.timeout(10):
        while (told := await get(rig, begun["url"])).status_code == 200:
            await asyncio.sleep(0.02)
    assert told.status_code == 503
    monkeypatch.setattr(files_module, "_content", right)
    assert (await ready(rig, begun["url"]))["bytes"] > 0


async def test_s25_a_file_counts_until_it_is_written_also_when_nobody_waits(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, right = threading.Event(), files_module._content

    def waiting(asked: AskedFile, duerps: Sequence[Duerp]) -> bytes:
        assert go_on.wait(20)
        return right(asked, duerps)

    monkeypatch.setattr(files_module, "_content", waiting)
    limits = Limits(Allowance(exports=1), Allowance(), burst_s=1)
    rig.app.state.provided[Limits] = limits
    await a_line(rig)
    begun = await later(rig, ASSISTANT, format="pdf")
    assert (begun.status_code, (await later(rig, ASSISTANT, format="docx")).status_code) == (202, 429)
    assert (await later(rig, ASSISTANT, format="pdf")).status_code == 202, "one that is being written is joined"
    go_on.set()
    await ready(rig, begun.json()["url"])
    async with asyncio.timeout(10):
        while len(limits):
            await asyncio.sleep(0.01)


async def test_a_full_store_keeps_nothing_and_gives_the_file(rig: Rig) -> None:
    await a_line(rig)
    rig.store.failing = StoreUnavailable(what="store")
    assert (await get(rig, f"{OWN}/export", format="csv")).status_code == 200
    assert written(rig) == []


async def test_the_sweep_leaves_a_file_some_days(rig: Rig) -> None:
    await a_line(rig)
    await rig.upload(ASSISTANT, scope="unit:UMR5219")
    await get(rig, f"{OWN}/export", format="csv")
    (key,) = written(rig)
    sweep: Sweep = next(each.run.__self__ for each in rig.gateway.chores._chores if each.name == "sweep-store")  # type: ignore[attr-defined]
    for age, there in ((6, True), (8, False)):
        rig.store.written_at[key] = datetime.now(UTC) - timedelta(days=age)
        await sweep.sweep_store()
        assert (key in rig.store.objects) is there


@pytest.mark.parametrize(
    ("header", "read"),
    [
        (None, Preferences()),
        ("respond-async", Preferences(is_async=True)),
        ("Respond-Async, WAIT=5", Preferences(is_async=True, wait_s=5)),
        ('wait="7"; x=1, respond-async; y', Preferences(is_async=True, wait_s=7)),
        ("wait=1, wait=2", Preferences(wait_s=1)),
        ("wait=-1, respond-async", Preferences(is_async=True)),
        ("wait=99999999999999999999", Preferences()),
        (",,=;,", Preferences()),
    ],
)
def test_a_prefer_header_is_read_as_rfc_7240_says(header: str | None, read: Preferences) -> None:
    assert preferences(header) == read
