"""The drafted DUERP of `vigie demo`, on one stack that runs beside it."""

from collections.abc import Iterator

import pytest

from services.cli.demo_draft import show_drafted
from services.cli.demo_duerp import ASSISTANT, DRAFTED
from services.cli.draft_evidence import evidence_of
from services.cli.gateway import Gateway
from services.standalone.clean_room.workbook import clean_room
from services.standalone.duerp_import import preview
from services.standalone.session import Session
from shared.access import PUBLIC
from shared.client import VigieClient
from shared.duerp.drafting.draft import drafted
from shared.duerp.drafting.families import proposals
from shared.duerp.importing.articles import Standing, cited_articles
from shared.duerp.obligations import binds_the_state
from shared.http_api.documents import DocumentState
from shared.http_api.duerp.entries import Entry, LineState
from shared.http_api.duerp.lines import Line
from tests.fakes.ingest import article, code, section
from tests.support.up import Up

TEXT = clean_room()["described"]["text"]
OF_OTHERS = ("R4312-1", "R4624-23", "R4512-13")
"""Of manufacturers, not of the State's staff, of outside companies."""

LEGI = "application/vnd.vigie.legi-data+json"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    stack = Up(tmp_path_factory.mktemp("draft") / "data")
    stack.start()
    yield stack
    stack.kill()


def test_the_description_tells_of_twelve_risks_and_what_is_not_there_is_none_of_them() -> None:
    draft = drafted(TEXT)
    assert len(draft.lines) >= 12
    assert {line.family for line in draft.lines} >= {
        "chemical_general", "cryogenics_gases_anoxia", "optical_laser", "pressure_equipment",
        "work_organisation_time", "vulnerable_workers",
    }  # fmt: skip
    assert any("HF" in line.because or "fluorhydrique" in line.because for line in draft.lines)
    assert {each.family for each in draft.no_risk} == {"ionising_radiation", "chemical_cmr"}


async def the_law(client: VigieClient) -> None:
    """Ingest the articles that lines may name, and some that bind others, which speak of lasers and acids as loudly."""
    numbers = {each for articles in proposals().articles.values() for each in articles}
    text = "<p>Laser, acide fluorhydrique, azote liquide, travail de nuit : l'employeur évalue les risques.</p>"
    nodes = [article(number, text) for number in sorted({*numbers, *OF_OTHERS})]
    begun = await client.submit("code.json", code(section("Quatrième partie", *nodes)), scope=PUBLIC, media_type=LEGI)
    assert (await client.ended(begun.id)).state is DocumentState.INDEXED


async def proposed(client: VigieClient) -> list[Entry[Line]]:
    return [line async for line in client.duerp(DRAFTED).entries(Line)]


@pytest.mark.processes
async def test_the_demo_drafts_once_with_evidence_that_opens_and_hands_it_out(
    up: Up, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Session(up.url, up.issuer, "fr", own_stack=False)
    async with session.client(ASSISTANT) as client:
        assert await show_drafted(session, up.data) == 0
        bare = await proposed(client)
        assert not any(line.content.evidence for line in bare)
        async with session.client() as operator:
            await the_law(operator)
        assert [await show_drafted(session, up.data) for _ in range(2)] == [0, 0]
        lines = await proposed(client)
        assert [line.id for line in lines] == [line.id for line in bare]
        assert len(lines) == len(drafted(TEXT).lines)
        for line in lines:
            await holds(client, line)
        assert [each async for each in client.duerp(DRAFTED).versions()] == []
        await writes_nothing_and_stands_on_passages(up, client)
    printed = capsys.readouterr()
    assert f"{len(lines)} lignes" in printed.out
    assert f"vigie duerp show {DRAFTED}" in printed.out
    assert f"{len(lines)} lignes" in printed.err  # without the law there was no evidence
    for ending in ("xlsx", "docx", "pdf"):
        file = up.data / "demo" / f"DUERP-{DRAFTED}.{ending}"
        assert file.stat().st_size > 5_000
        assert str(file) in printed.out


async def writes_nothing_and_stands_on_passages(up: Up, client: VigieClient) -> None:
    """Require of a draft without a unit the passages of each line, and no question or line left behind."""
    before = [line.id for line in await proposed(client)]
    lines = drafted(TEXT).lines
    evidence = await evidence_of(Gateway(up.data, None), lines)
    assert evidence is not None
    for line in lines:
        assert {each.reference for each in evidence[line.family]} <= set(line.articles)
        assert evidence[line.family], line.family
        for each in evidence[line.family]:
            assert each.passage is not None
            assert (await client.passage(each.passage)).article in line.articles
    assert [line.id for line in await proposed(client)] == before


async def holds(client: VigieClient, line: Entry[Line]) -> None:
    """Require of a line the words that say so, articles in force that bind the unit, and passages that open."""
    content = line.content
    assert line.decided is not None
    assert line.decided.state is LineState.PROPOSED
    assert content.origin_detail in TEXT
    assert content.evidence, content.hazard
    for number in content.articles:
        assert cited_articles(number) == [(number, Standing.IN_FORCE)]
        assert binds_the_state(number)
    for each in content.evidence:
        assert each.passage is not None
        opened = await client.passage(each.passage)
        assert not opened.superseded
        assert opened.article in content.articles
        assert opened.article not in OF_OTHERS


@pytest.mark.processes
async def test_what_was_drafted_can_be_taken_over_again(up: Up) -> None:
    await show_drafted(Session(up.url, up.issuer, "fr", own_stack=False), up.data)
    assert (await preview(up.data / "demo" / f"DUERP-{DRAFTED}.xlsx"))["report"] == []
