"""Bad states of what the pages stand on: they stay up, say what they wait for, and go on once it is mended (ADR 59)."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from sqlalchemy.engine import make_url

from services.web.app import create_app
from services.web.health import OWN_VERSION, checks_of, gateway_finding
from services.web.sessions.sealing import new_cookie
from services.web.sessions.sql import SqlSessions
from services.web.settings import SessionSettings, WebSettings
from shared.errors import StoreRefused, StoreUnavailable
from shared.worker.health import Health
from tests.services.web.conftest import LocalPeopleOfTest, browser
from tests.support.deployed_stack import own_database
from tests.support.tcp_ports import claimed_ports

POSTGRES = os.environ.get("VIGIE_TEST_POSTGRES", "")
on_postgres = pytest.mark.skipif(not POSTGRES, reason="VIGIE_TEST_POSTGRES names no PostgreSQL")


def nobody() -> str:
    """The URL of a PostgreSQL that is not there."""
    return f"postgresql+asyncpg://vigie@127.0.0.1:{claimed_ports()}/vigie"


@asynccontextmanager
async def pages(folder: Path, url: str, answer: httpx.Response, registry: CollectorRegistry) -> AsyncIterator[FastAPI]:
    """The pages as a process of its own has them, before a gateway that answers so."""
    settings = WebSettings(
        gateway_url="http://gateway.test",
        secure_cookies=False,
        sign_in_code_file=folder / "sign-in",
        sessions=SessionSettings(url=url),
    )
    transport = httpx.MockTransport(lambda _request: answer)
    app = create_app(settings, LocalPeopleOfTest(), transport=transport, registry=registry, patient=True)
    async with app.router.lifespan_context(app):
        yield app


def ready(version: str = OWN_VERSION) -> httpx.Response:
    return httpx.Response(200, json={"service": "gateway", "status": "ready", "version": version})


async def test_pages_without_their_database_stay_up_and_say_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    registry = CollectorRegistry()
    async with pages(tmp_path, nobody(), ready(), registry) as app, browser(app) as http:
        assert (await http.get("/livez")).status_code == 200
        told = await http.get("/readyz")
        assert told.status_code == 503
        [wait] = told.json()["waits"]
        assert (wait["part"], wait["code"]) == ("sessions", "store-unavailable")
        labels = {"service": "web", "part": "sessions", "code": "store-unavailable"}
        assert registry.get_sample_value("vigie_waits", labels) == 1
        http.cookies.set("vigie-session", new_cookie())
        for answer in (await http.get("/"), await http.post("/ask", data={"question": "?"})):
            assert answer.status_code == 503, "nobody can tell who asks: that is no defect of theirs or ours"
    lines = [record.getMessage() for record in caplog.records if record.name == "vigie.health"]
    assert len([line for line in lines if line.startswith("web waits for sessions: store-unavailable")]) == 1


async def test_pages_go_on_once_their_database_is_there(tmp_path: Path) -> None:
    store = SqlSessions(f"sqlite+aiosqlite:///{tmp_path}/later/web.db")
    async with store.opened(), httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: ready())) as gateway:
        health, (sessions, _) = Health("web", CollectorRegistry()), checks_of(store, gateway)
        await health.look(sessions)
        assert [each["code"] for each in health.told("en")] == ["store-unavailable"]
        assert not store.is_prepared
        (tmp_path / "later").mkdir()
        await health.look(sessions)
        assert health.told("en") == []
        assert store.is_prepared


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (ready(), None),
        (ready("0.0.1"), "other-version"),
        (httpx.Response(200, json={"status": "ready"}), "other-version"),
        (httpx.Response(200, json=["ready"]), "other-version"),
        (httpx.Response(503, json={"status": "starting"}), "unavailable"),
        (httpx.Response(200, text="<html>"), "unavailable"),
    ],
    ids=["well", "older", "much older", "another program", "not ready", "no gateway"],
)
async def test_a_gateway_that_is_away_or_of_another_version_is_told(answer: httpx.Response, code: str | None) -> None:
    transport = httpx.MockTransport(lambda _request: answer)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as gateway:
        found = await gateway_finding(gateway)
    assert (found.code if found else None) == code


async def test_pages_are_ready_beside_another_version_and_name_both(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/web.db"
    async with pages(tmp_path, url, ready("0.0.1"), CollectorRegistry()) as app, browser(app) as http:
        told = await http.get("/readyz")
    assert told.status_code == 200
    [wait] = told.json()["waits"]
    assert "0.0.1" in wait["detail"]
    assert OWN_VERSION in wait["detail"]


@pytest.mark.connected
@on_postgres
async def test_replicas_that_start_together_make_one_table() -> None:
    async with own_database() as url:
        stores = [SqlSessions(url) for _ in range(4)]
        await asyncio.gather(*(store.look() for store in stores))
        assert await stores[0].get("nobody") is None
        for store in stores:
            async with store.opened():
                assert store.is_prepared


@pytest.mark.connected
@on_postgres
async def test_an_account_that_is_refused_is_told_from_a_database_that_is_away() -> None:
    server = make_url(POSTGRES)
    for url, error in (
        (server.set(username="nobody_made_this"), StoreRefused),
        (server.set(database="nobody_made_this"), StoreUnavailable),
        (make_url(nobody()), StoreUnavailable),
    ):
        store = SqlSessions(url.render_as_string(hide_password=False))
        async with store.opened():
            with pytest.raises(StoreUnavailable) as told:
                await store.look()
            assert type(told.value) is error
