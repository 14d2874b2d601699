"""Evidence of a draft that is written nowhere: passages of the articles that its lines name, of a Vigie in reach.

Each family's articles are asked for once, answered by quotes alone, and the question is forgotten.
"""

import asyncio
from collections.abc import Mapping, Sequence

import httpx

from services.cli.gateway import Gateway
from shared.client import Problem, VigieClient
from shared.duerp.drafting.draft import DraftLine
from shared.errors import VigieError
from shared.http_api.duerp.fields import MAX_NAME_CHARS, MAX_TEXT_CHARS
from shared.http_api.duerp.lines import LineEvidence
from shared.language.names import one_line
from shared.references import canonical_article

_AT_ONCE = 4
_PASSAGES = 10

Evidence = Mapping[str, Sequence[LineEvidence]]
"""By family."""


async def evidence_of(gateway: Gateway, lines: Sequence[DraftLine]) -> Evidence | None:
    """Return what the lines of each family stand on; None where no Vigie can be asked.

    A stack is started on the data folder where none runs; a folder that nothing was ever put into is left alone.
    """
    if gateway.url is None and not gateway.data.exists():
        return None
    try:
        async with gateway.client() as client:
            return await _asked(client, {line.family: line.articles for line in lines})
    except (Problem, VigieError, httpx.HTTPError, ImportError, OSError, ValueError):
        return None


async def _asked(client: VigieClient, articles: Mapping[str, Sequence[str]]) -> Evidence:
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(named: Sequence[str]) -> Sequence[LineEvidence]:
        async with slots:
            return await _passages(client, named)

    found = await asyncio.gather(*(one(named) for named in articles.values()))
    return dict(zip(articles, found, strict=True))


async def _passages(client: VigieClient, named: Sequence[str]) -> Sequence[LineEvidence]:
    """Return the passages of articles that are named; another article may bind somebody else."""
    answer = await client.ask(", ".join(named), backend="extractive", language="fr", passages=_PASSAGES)
    await client.forget(answer.id)
    known = {canonical_article(each): each for each in named}
    found: dict[str, LineEvidence] = {}
    for cited in answer.citations:
        if cited.article and (article := canonical_article(cited.article)) in known:
            reference = one_line(known[article])[:MAX_NAME_CHARS]
            quote = cited.quote[:MAX_TEXT_CHARS]
            found.setdefault(cited.passage, LineEvidence(reference=reference, passage=cited.passage, quote=quote))
    for each in answer.evidence:
        if each.exact and each.article and (article := canonical_article(each.article)) in known:
            reference = one_line(known[article])[:MAX_NAME_CHARS]
            found.setdefault(each.passage, LineEvidence(reference=reference, passage=each.passage))
    return list(found.values())
