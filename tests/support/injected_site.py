"""A running Vigie where each text of tests/support/injections.py was written into whatever takes text."""

import json
import logging
import re
from collections import Counter
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import httpx

from services.gateway.duerp.scales.examples import example
from services.standalone.local_issuer import Person
from shared.access import Role
from shared.client import VigieClient
from tests.support.injections import INJECTIONS, canary

ALICE = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))
OWN = "/v1/duerp/UMR5219"
SEEN_AT_LEAST = 0.6
"""Share of them that are seen again in each output: the others are refused where they were written."""


class Stack(Protocol):
    """Whatever runs."""

    data: Path
    url: str

    def client(self, person: Person) -> AbstractAsyncContextManager[VigieClient]: ...


@dataclass
class Site:
    """A stack with its pages, where everything has been written."""

    stack: Stack
    pages: str
    http: httpx.AsyncClient
    heard: list[logging.LogRecord] = field(default_factory=list)
    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    async def send(self, place: str, method: str, path: str, **what: Any) -> httpx.Response:
        response = await self.http.request(method, path, **what)
        self.statuses.setdefault(place, Counter())[response.status_code] += 1
        self.heads += [name.lower() for name in response.headers]
        return response

    async def get(self, path: str, **params: Any) -> httpx.Response:
        response = await self.http.get(path, params=params)
        assert response.status_code == 200, (path, response.text[:500])
        return response


async def write_documents(site: Site) -> None:
    sent = []
    for number, text in enumerate(INJECTIONS):
        note = f"La pompe {canary(number)} se règle à midi précis. {text} Elle chante alors.\n".encode()
        names = {"title": text, "key": f"{number}/{text}", "metadata": json.dumps({"auteur": text})}
        fields: dict[str, str] = {"scope": "unit:UMR5219"} | names
        response = await site.send("names", "POST", "/v1/documents", data=fields, files={"file": (text, note)})
        if not response.is_success:
            fields = {"scope": "unit:UMR5219", "key": str(number)} | dict([[*names.items()][number % 2 * 2]])
            response = await site.send("name", "POST", "/v1/documents", data=fields, files={"file": ("a.txt", note)})
        if not response.is_success:
            fields = {"scope": "unit:UMR5219", "key": str(number)}
            file = {"file": ("a.txt" if number % 2 else "a.md", note)}
            response = await site.send("text", "POST", "/v1/documents", data=fields, files=file)
        if response.is_success:
            sent.append(response.json()["id"])
    async with site.stack.client(ALICE) as client:
        for identity in sent:
            await client.ended(identity)


async def write_a_duerp(site: Site) -> None:
    async def add(kind: str, body: dict[str, Any]) -> Any:
        return await site.send(kind, "POST", f"{OWN}/{kind}", json=body)

    await site.send("unit", "PUT", OWN, json={"name": INJECTIONS[5], "director": INJECTIONS[6]})
    await add("scales", example("vigie").model_dump(mode="json"))
    place = (await add("work-units", {"name": "Salle"})).json()["id"]
    for number, text in enumerate(INJECTIONS):
        others = (
            ("work-units", {"name": text, "description": text}),
            ("elements", {"kind": "equipment", "name": text, "identifier": text}),
            ("events", {"type": "accident", "on": "2026-03-01", "what": text}),
            ("consultations", {"body": text, "employer": text}),
            ("transmissions", {"to": text, "how": text, "sent_on": "2026-03-01"}),
            ("dismissals", {"rule": "event_open", "about": place, "reason": text}),
        )
        for turn in (0, 3):
            await add(*others[(number + turn) % len(others)])
        body = {"work_unit": place, "family": "noise", "hazard": text, "situation": text, "harm": text, "comment": text}
        line = await add("lines", body | {"measures": [{"what": text, "proof": text}], "origin_detail": text})
        if line.is_success:
            decision, headers = {"state": ("proposed", "rejected")[number % 2], "why": text}, {"if-match": '"1"'}
            await site.send("decision", "POST", f"{line.json()['url']}/decision", json=decision, headers=headers)
            lines = [line.json()["id"]] if number % 2 == 0 else []
            await add("actions", {"what": text, "responsible": text, "indicator": text, "lines": lines})
    for text in INJECTIONS[::24]:
        await add("versions", {"title": text, "participants": [text], "note": text})
        await add("drafts", {"work_unit": place, "description": f"Un laser de classe 4. {text}"})
    records = [{"Unité de travail": text, "Danger": text, "Situation": text, "Action": text} for text in INJECTIONS]
    for name in ("duerp.json", *INJECTIONS[::30]):
        await site.send("import", "POST", f"{OWN}/imports", files={"file": (name, json.dumps(records).encode())})


async def ask(site: Site) -> None:
    for number, text in enumerate(INJECTIONS):
        answer = await site.send("question", "POST", "/v1/questions", json={"question": asked_of(number)})
        if answer.is_success:
            url = f"/v1/questions/{answer.json()['id']}"
            site.questions.append(url)
            await site.send("feedback", "PUT", f"{url}/feedback", json={"verdict": "down", "comment": text})
        if number % 3 == 0:
            aside = {"prefer": "respond-async"}
            await site.send("question of it", "POST", "/v1/questions", json={"question": text}, headers=aside)


def asked_of(number: int) -> str:
    return f"Quand se règle la pompe {canary(number)} ?"


async def look_up(site: Site) -> None:
    """Put each into addresses, queries and heads, in turns."""
    for number, text in enumerate(INJECTIONS):
        spoken = re.sub("[^ -~]", "", text).strip()
        heads = ("accept-language", "if-none-match", "prefer", "last-event-id", "idempotency-key", "user-agent")
        queries: tuple[tuple[str, dict[str, str]], ...] = (
            ("/v1/documents", {"search": text}),
            ("/v1/documents", {"metadata": f"auteur={text}"}),
            ("/v1/documents", {"after": text, "scope": text}),
            ("/v1/questions", {"search": text}),
            (f"{OWN}/extract", {"work_unit": text, "since": "2020-01-01"}),
            (f"/v1/duerp/{quote(text, safe='')}/overview", {}),
            (f"/v1/passages/{quote(text, safe='')}", {}),
        )
        for path, query in (queries[number % len(queries)], queries[(number + 3) % len(queries)]):
            await site.send(path[:20], "GET", path, params=query, headers=dict.fromkeys(heads, spoken))


def seen(text: str) -> float:
    """The share of them whose word is in a text."""
    return sum(canary(number) in text for number in range(len(INJECTIONS))) / len(INJECTIONS)
