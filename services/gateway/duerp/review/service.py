"""What the review looks at: today's entries, the last frozen version, the law and the documents as they are now."""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.review.findings import Former, Reviewed
from services.gateway.duerp.review.ports import DocumentVersionStates
from services.gateway.duerp.service import Desk
from services.gateway.duerp.versions.model import VersionRecord, articles_of, entries_of
from services.gateway.duerp.versions.ports import ArticleTexts, VersionCatalogue
from shared.clock import utc_now
from shared.contracts.identities import parse_passage_id
from shared.http_api.duerp.lines import LineText


class ReviewService:
    """Reviews of the DUERPs that people have a desk at."""

    def __init__(self, versions: VersionCatalogue, articles: ArticleTexts, documents: DocumentVersionStates) -> None:
        self._versions = versions
        self._articles = articles
        self._documents = documents

    async def reviewed(self, desk: Desk) -> Reviewed:
        """Return the DUERP as the rules look at it.

        Raises:
            AlteredVersion: the last version is not what was frozen.
            StoreUnavailable: the corpus cannot be read now.
        """
        records, frozen = await asyncio.gather(desk.entries(), self._versions.page(desk.scope, Slice(limit=1)))
        former = await asyncio.to_thread(former_of, frozen[0]) if frozen else None
        known = frozenset(number for number, each in former.articles.items() if each.text) if former else frozenset()
        articles, replaced = await asyncio.gather(
            self._articles.in_force(known), self._replaced(desk.scope, _evidence(records))
        )
        return Reviewed(records, utc_now().date(), former, articles, replaced)

    async def _replaced(self, scope: str, evidence: dict[str, UUID]) -> frozenset[str]:
        versions = await self._documents.replaced(scope, frozenset(evidence.values())) if evidence else frozenset()
        return frozenset(passage for passage, version in evidence.items() if version in versions)


def _evidence(records: Sequence[EntryRecord]) -> dict[str, UUID]:
    """Return the versions of the documents that lines stand on, by the passages."""
    lines = (record.content for record in records if isinstance(record.content, LineText))
    passages = (each.passage for line in lines for each in line.evidence)
    parsed = ((passage, parse_passage_id(passage)) for passage in passages if passage is not None)
    return {passage: place[0] for passage, place in parsed if place is not None}


@lru_cache(maxsize=4)
def former_of(version: VersionRecord) -> Former:
    """Return a version as the rules compare it. It never changes: kept, since three hundred lines take a while."""
    contents = {record.id: record.content for record in entries_of(version)}
    return Former(version.sequence, version.frozen_at, contents, {each.article: each for each in articles_of(version)})
