"""Texts of cited articles: a version has them as the corpus had them when it was frozen."""

from datetime import date
from io import BytesIO
from uuid import UUID

from openpyxl import load_workbook

from services.gateway.duerp.versions.article_texts import CorpusArticles
from shared.contracts.object_layout import BATCH, batch_key, encode_batch, text_key
from shared.contracts.passages import Passage
from shared.duerp.canonical import canonical, digest
from tests.services.gateway.conftest import ADMIN, ASSISTANT, Rig
from tests.services.gateway.duerp.test_duerp_api import OWN, a_line, get, post
from tests.support.sql import run_sql

HF = "L'employeur définit les mesures.\nIl substitue l'agent « dangereux ». 🧪"
OLD, NEW = "LEGIARTI000018530919", "LEGIARTI000018530920"
LEGI = "application/vnd.vigie.legi-data+json"


async def a_code(
    rig: Rig,
    words: str,
    article_version: str,
    *,
    before: int = 3 * BATCH,
    article: str = "R4412-11",
    since: date = date(2024, 7, 1),
) -> UUID:
    """Index a code in which an article, cut into two passages, stands behind `before` others."""
    response = await rig.upload(
        ADMIN, f'{{"{article_version}": 1}}'.encode(), "code.json", scope="public", key="code", media_type=LEGI
    )
    assert response.status_code == 202, response.text
    async with rig.gateway.database.writing() as session:
        query = "SELECT id, document_id FROM document_versions ORDER BY sequence DESC LIMIT 1"
        version, document = (UUID(str(each)) for each in (await run_sql(session, query)).one())
        await run_sql(session, "UPDATE document_versions SET state = 'indexed'")
    filler = "Un autre article.\n" * before
    cut = len(filler) + len(words) // 2
    spans = [(len("Un autre article.\n") * each, f"R1-{each}", "LEGIARTI0") for each in range(before)]
    spans += [(len(filler), article, article_version), (cut, article, article_version)]
    ends = [start for start, *_ in spans[1:]] + [len(filler) + len(words)]
    text = filler + words
    passages = [
        Passage(
            id=f"{version}-{number}", document_id=document, version_id=version, scope="public", ordinal=number,
            title="Code du travail", text=text[start:end], start=start, end=end, article=named,
            article_version=legi, in_force_from=since, source_url=f"https://example.org/{legi}",
        )
        for number, ((start, named, legi), end) in enumerate(zip(spans, ends, strict=True))
    ]  # fmt: skip
    await rig.store.put(text_key(version), text.encode(), scope="public")
    for batch in range(0, len(passages), BATCH):
        key = batch_key(version, batch // BATCH)
        await rig.store.put(key, encode_batch(passages[batch : batch + BATCH]), scope="public")
    return version


async def test_a_version_keeps_the_cited_articles_as_they_stood_and_prints_their_versions(rig: Rig) -> None:
    await a_code(rig, HF, OLD)
    await a_line(rig, articles=["art. R. 4412-11", "R4412-11", "R9999-1"])
    frozen = (await post(rig, f"{OWN}/versions", {"title": "2026"})).json()
    await a_code(rig, "Abrogé et remplacé.", NEW)
    told = (await get(rig, f"{OWN}/versions/1")).json()
    assert digest(canonical(told["snapshot"])) == frozen["sha256"]
    known, unknown = told["snapshot"]["article_texts"]
    assert known == {
        "article": "R4412-11",
        "version": OLD,
        "in_force_from": "2024-07-01",
        "in_force_to": None,
        "source_url": f"https://example.org/{OLD}",
        "text": HF,
    }
    assert (unknown["article"], unknown["text"]) == ("R9999-1", None)
    book = await get(rig, f"{OWN}/export", format="xlsx", version=1)
    rows = [[cell.value for cell in row[:4]] for row in load_workbook(BytesIO(book.content))["Articles"].iter_rows()]
    assert ["R4412-11", "2024-07-01", "no end known", OLD] in rows
    assert ["R9999-1", "not found in the corpus"] in [row[:2] for row in rows]
    await post(rig, f"{OWN}/versions", {"title": "2027"})
    assert (await get(rig, f"{OWN}/versions/2")).json()["snapshot"]["article_texts"][0]["version"] == NEW


async def test_a_changed_byte_of_an_article_is_named(rig: Rig) -> None:
    await a_code(rig, HF, OLD)
    await a_line(rig, articles=["R4412-11"])
    await post(rig, f"{OWN}/versions", {"title": "2026"})
    assert (await get(rig, f"{OWN}/verification")).json()["intact"]
    async with rig.gateway.database.writing() as session:
        await run_sql(session, "UPDATE duerp_versions SET text = replace(text, 'substitue', 'Substitue')")
    assert (await get(rig, f"{OWN}/verification")).json()["faults"][0]["faults"] == ["changed"]


async def test_a_duerp_that_cites_nothing_reads_no_corpus_and_a_code_that_is_gone_is_none(rig: Rig) -> None:
    version = await a_code(rig, HF, OLD)
    articles = CorpusArticles(rig.gateway.database, rig.store)
    assert await articles.in_force([]) == {}
    assert (await articles.in_force(["R1-5", "R4412-11"])).keys() == {"R1-5", "R4412-11"}
    await rig.store.delete(text_key(version))
    assert (await articles.in_force(["R4412-11"])).keys() == {"R4412-11"}  # kept: the version of the code still stands
    assert await CorpusArticles(rig.gateway.database, rig.store).in_force(["R4412-11"]) == {}
    async with rig.gateway.database.writing() as session:
        await run_sql(session, "UPDATE documents SET withdrawn = 9")
    assert await articles.in_force(["R1-5"]) == {}
    frozen = await post(rig, f"{OWN}/versions", {"title": "2026"}, ASSISTANT)
    assert frozen.status_code == 201
