"""The pages over a scripted gateway, asked as a browser without scripts asks."""

import html
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.web.app import create_app
from services.web.sessions.model import Tokens
from services.web.settings import SessionSettings, WebSettings
from services.web.sign_in.local import OneTimeCode
from shared.clock import utc_now

OWNER = "local-operator"
Answer = Callable[[httpx.Request], httpx.Response]


@dataclass
class ScriptedGateway:
    """Answers what it was told to, by method and path; keeps what was asked."""

    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)

    def on(self, method: str, path: str, body: Any, status: int = 200, **headers: str) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        kind = {"content-type": "text/event-stream" if isinstance(body, str) else "application/json"}
        self.answers[method, path] = lambda _request: httpx.Response(status, text=text, headers=kind | headers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.get((request.method, request.url.path))
        if answer is None:
            problem = {"type": "urn:vigie:problem:not-found", "title": "Introuvable", "status": 404, "detail": "Rien."}
            return httpx.Response(404, json=problem)
        return answer(request)


@dataclass
class LocalPeopleOfTest:
    """Port: LocalPeople. Each token tells whose it is and how many came before."""

    lifetime: timedelta = timedelta(hours=1)
    given: int = 0
    known: tuple[str, ...] = (OWNER, "alice")

    def names(self) -> list[str]:
        return list(self.known)

    def tokens(self, name: str) -> Tokens | None:
        if name not in self.known:
            return None
        self.given += 1
        return Tokens(access=f"token-{self.given}-of-{name}", access_expires_at=utc_now() + self.lifetime, renewal=name)


@dataclass
class Site:
    """The pages with a browser's client."""

    http: httpx.AsyncClient
    app: FastAPI
    gateway: ScriptedGateway
    people: LocalPeopleOfTest
    code: OneTimeCode
    folder: Path

    async def sign_in(self) -> httpx.Response:
        return await self.http.get(f"/sign-in?code={self.code.current()}")

    def visitor(self) -> httpx.AsyncClient:
        """Another browser."""
        return browser(self.app)


def led_to(page: httpx.Response) -> str:
    """Where a page of ours leads on to by itself."""
    assert page.status_code == 200
    (address,) = re.findall(r'<meta http-equiv="refresh" content="0;url=([^"]*)">', page.text)
    assert f'href="{address}"' in page.text, "for a browser that does not go by itself"
    return html.unescape(address)


def browser(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://vigie.test", headers={"accept-language": "en"})


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    gateway, people = ScriptedGateway(), LocalPeopleOfTest()
    gateway.on("GET", "/v1/questions", {"questions": [], "next": None})
    code_file = tmp_path / "sign-in"
    settings = WebSettings(
        gateway_url="http://gateway.test",
        allowed_hosts=("vigie.test",),
        secure_cookies=False,
        sign_in_code_file=code_file,
        sessions=SessionSettings(url=f"sqlite+aiosqlite:///{tmp_path / 'web.db'}"),
    )
    app = create_app(settings, people, transport=httpx.MockTransport(gateway))
    async with app.router.lifespan_context(app), browser(app) as http:
        yield Site(http, app, gateway, people, OneTimeCode(code_file), tmp_path)


def an_answer(**fields: Any) -> dict[str, Any]:
    """A question with its answer, as the gateway tells it."""
    told: dict[str, Any] = {
        "id": "7a3e8a0e-9a8b-4a55-9d3e-0d5d4c0b7f10", "question": "Quand agir ?", "completed": None,
        "conversation": "b3a0e8c2-6c31-4f57-8bb6-6a1a5d2f9c11", "state": "answered", "answer": "", "abstained": False,
        "mode": "extractive", "backend": "extractive", "model": None, "prompt": None, "confidentiality": None,
        "notice": None, "citations": [], "evidence": [], "removed": 0, "timings_ms": {}, "failure": None,
        "language": "fr", "created_at": datetime(2026, 11, 29).astimezone().isoformat(), "url": "/v1/questions/x",
    }  # fmt: skip
    return told | fields
