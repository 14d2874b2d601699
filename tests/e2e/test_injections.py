"""S22, S24: what people write is shown and does nothing, wherever it is written and however it leaves again.

Each text of tests/support/injections.py is written into whatever takes text; then all that leaves is looked at:
answers, files of answers, exports of a DUERP, the pages that a visitor can reach, heads of responses, the log.
"""

import csv
import io
import json
import logging
import re
from collections.abc import AsyncIterator
from logging.handlers import BufferingHandler

import httpx
import openpyxl
import pytest
import pytest_asyncio
from markdown_it import MarkdownIt

from services.standalone.local_issuer import LocalIssuer
from services.standalone.pages import link, pages
from services.standalone.settings import StandaloneSettings
from shared.telemetry.logs import is_told
from tests.support.active_content import active, assert_docx_is_still, onward
from tests.support.injected_site import (
    ALICE,
    OWN,
    SEEN_AT_LEAST,
    Site,
    ask,
    asked_of,
    look_up,
    seen,
    write_a_duerp,
    write_documents,
)
from tests.support.injections import ELSEWHERE, INJECTIONS
from tests.support.stack import running_stack

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.processes, pytest.mark.thorough]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    data = tmp_path_factory.mktemp("injections") / "data"
    listening = BufferingHandler(10**9)
    logging.getLogger().addHandler(listening)
    listening.addFilter(is_told)
    levels = {"vigie": "DEBUG", "services": "DEBUG", "shared": "DEBUG", "vigie.kafka": "WARNING"}
    for name, level in levels.items():  # all that a process tells at most
        logging.getLogger(name).setLevel(level)
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
            await write_documents(site)
            await write_a_duerp(site)
            await ask(site)
            await look_up(site)
            yield site
    for name in levels:
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.getLogger().removeHandler(listening)


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
    return [line for line in told if re.search(r"canari\d+q", line)]


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
