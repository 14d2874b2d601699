"""S22, S24: what people write is shown and does nothing, wherever it is written and however it leaves again.

Each text of tests/support/injections.py is written into whatever takes text; then all that leaves is looked at:
answers, files of answers, exports of a DUERP, the pages that a visitor can reach, heads of responses, the log.
"""

import csv
import io
import json
import logging
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from logging.handlers import BufferingHandler
from typing import Any
from urllib.parse import quote

import httpx
import openpyxl
import pytest
import pytest_asyncio
from markdown_it import MarkdownIt

from services.gateway.duerp.scales.examples import example
from services.standalone.local_issuer import LocalIssuer, Person
from services.standalone.pages import link, pages
from services.standalone.settings import StandaloneSettings
from shared.access import Role
from shared.telemetry.logs import is_told
from tests.e2e.conftest import ended
from tests.support.active_content import active, assert_docx_is_still, onward
from tests.support.injections import ELSEWHERE, INJECTIONS, canary
from tests.support.stack import Running, running_stack

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.processes, pytest.mark.thorough]

ALICE = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))
OWN = "/v1/duerp/UMR5219"
SEEN_AT_LEAST = 0.6
"""Share of them that are seen again in each output: the others are refused where they were written."""


@dataclass
class Site:
    """A stack with its pages, where everything has been written."""

    stack: Running
    pages: str
    http: httpx.AsyncClient
    heard: list[logging.LogRecord]
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


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    data = tmp_path_factory.mktemp("injections") / "data"
    listening = BufferingHandler(10**9)
    root = logging.getLogger()
    level = root.level
    root.addHandler(listening)
    root.setLevel("DEBUG")
    listening.addFilter(is_told)
    async with running_stack(data) as stack:
        issuer = LocalIssuer(data / "keys")
        issuer.remember(ALICE)
        settings = StandaloneSettings(data=data, pages_port=0)
        headers = {"authorization": f"Bearer {stack.token(ALICE)}"}
        async with (
            pages(settings, stack.url, issuer) as address,
            httpx.AsyncClient(base_url=stack.url, headers=headers, timeout=60, trust_env=False) as http,
        ):
            site = Site(stack, address, http, listening.buffer)
            await _write_documents(site)
            await _write_a_duerp(site)
            await _ask(site)
            await _look_up(site)
            yield site
    root.setLevel(level)
    root.removeHandler(listening)


async def _write_documents(site: Site) -> None:
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
            await ended(client, await client.document(identity))


async def _write_a_duerp(site: Site) -> None:
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


async def _ask(site: Site) -> None:
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


async def _look_up(site: Site) -> None:
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


async def test_s24_none_of_them_ends_in_a_defect(site: Site) -> None:
    assert len(INJECTIONS) > 70
    assert {place: told for place, told in site.statuses.items() if max(told) >= 500} == {}
    taken = {
        place: sum(count for status, count in told.items() if status < 300) for place, told in site.statuses.items()
    }
    assert taken["names"] + taken["name"] + taken["text"] == len(INJECTIONS)
    for place in ("lines", "actions", "feedback", "question"):
        assert taken[place] > SEEN_AT_LEAST * len(INJECTIONS), (place, site.statuses[place])
    assert not {"x-canari", "set-cookie"} & set(site.heads)


def words_in_the_log(site: Site) -> list[str]:
    told = [record.getMessage() for record in site.heard]
    return [line for line in told if re.search(r"canari\d\dq", line)]


async def test_s16_the_log_has_no_word_of_them(site: Site) -> None:
    assert site.heard
    assert words_in_the_log(site) == []


async def test_s22_answers_on_the_openai_surface_load_and_link_nothing(site: Site) -> None:
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    everything = ""
    for number in range(0, len(INJECTIONS), 3):
        body = {"model": "vigie", "messages": [{"role": "user", "content": asked_of(number)}]}
        content = (await site.http.post("/v1/chat/completions", json=body)).json()["choices"][0]["message"]["content"]
        everything += content
        html = parser.render(content)
        assert list(active(html, site.stack.url)) == [], (INJECTIONS[number], content)
        assert f"{ELSEWHERE}/" not in " ".join(re.findall(r'(?:href|src)="[^"]*"', html))
    assert seen(everything) > SEEN_AT_LEAST / 3


async def test_s22_files_of_answers_do_nothing(site: Site) -> None:
    words = ""
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    for url in site.questions[::3]:
        text = (await site.get(f"{url}/export", format="md")).text
        assert list(active(parser.render(text), site.stack.url)) == [], text
        words += text
        assert_docx_is_still((await site.get(f"{url}/export", format="docx")).content)
    assert words.count("canari") > len(INJECTIONS) / 3 * SEEN_AT_LEAST


async def test_s22_a_duerp_s_files_do_nothing(site: Site) -> None:
    table = (await site.get(f"{OWN}/export", format="csv")).text
    assert seen(table) > SEEN_AT_LEAST
    rows = csv.reader(io.StringIO(table.lstrip("\ufeff"), newline=""), delimiter=";")
    formulas = {"=", "+", "-", "@", "\t", "\r"}
    assert [cell for row in rows for cell in row if cell[:1] in formulas and len(cell) > 1] == []
    book = openpyxl.load_workbook(io.BytesIO((await site.get(f"{OWN}/export", format="xlsx")).content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert seen(" ".join(str(cell.value) for cell in cells)) > SEEN_AT_LEAST
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert [cell.hyperlink.target for cell in cells if cell.hyperlink and ELSEWHERE in str(cell.hyperlink.target)] == []
    assert_docx_is_still((await site.get(f"{OWN}/export", format="docx")).content)
    pdf = (await site.get(f"{OWN}/export", format="pdf")).content
    assert [
        mark for mark in (b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction", ELSEWHERE.encode()) if mark in pdf
    ] == []
    json.loads((await site.get(f"{OWN}/export", format="json")).text)


async def test_s22_no_page_that_a_visitor_reaches_runs_or_loads_anything_of_theirs(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.pages, timeout=60, follow_redirects=True, trust_env=False) as visitor:
        assert (await visitor.get(link(site.pages, site.stack.data))).is_success
        origin = {"origin": site.pages, "sec-fetch-site": "same-origin"}
        chosen = await visitor.post("/people", data={"name": ALICE.user}, headers=origin)
        assert chosen.is_success, chosen.text
        looked_at: dict[str, int] = {}
        waiting, words = ["/"], ""
        while waiting and len(looked_at) < 260:
            path = waiting.pop(0)
            response = await visitor.get(path)
            looked_at[path] = response.status_code
            assert response.status_code < 500, (path, response.text[-2000:])
            if not response.headers["content-type"].startswith("text/html"):
                continue
            assert list(active(response.text, site.pages)) == [], path
            words += response.text
            waiting += sorted({each for each in onward(response.text, str(response.url)) if each not in looked_at})
            waiting = list(dict.fromkeys(waiting))
        kinds = {re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+|\?.*", "*", path) for path in looked_at}
        assert len(kinds) > 20, sorted(kinds)
        assert seen(words) > SEEN_AT_LEAST
        assert seen((await visitor.get("/metrics")).text) == 0
    assert words_in_the_log(site) == [], "the pages' own"
