"""Texts of articles in force, from the codes in the corpus (port: ArticleTexts)."""

import asyncio
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count
from uuid import UUID

from sqlmodel import col, select

from services.gateway.database.engine import Database
from services.gateway.database.tables import DocumentRow, VersionRow
from shared.access import PUBLIC
from shared.contracts.object_layout import batch_key, text_key
from shared.contracts.passages import Passage
from shared.errors import NotFound
from shared.http_api.documents import DocumentState
from shared.http_api.duerp.versions import ArticleText
from shared.storage.ports import ObjectStore

CODES = "application/vnd.vigie.legi-data+json"
_AT_ONCE = 8
"""Objects that are read at once: a code has some hundred batches of passages."""

_NAMED = re.compile(rb'"article":"([^"]*)"')
"""The article of a passage, in a line of a batch; in a text, quotes are escaped."""

_MOST_KEPT = 5_000
"""Articles, of some thousand characters each."""


class CorpusArticles:
    """Finds articles by their canonical numbers among the passages of the public codes, newest version first.

    What a version of a code says of an article never changes, and is kept: to read it is to read the whole code.
    """

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database = database
        self._store = store
        self._kept: dict[tuple[UUID, str], ArticleText | None] = {}

    async def in_force(self, wanted: Collection[str]) -> Mapping[str, ArticleText]:
        """Return the articles of these numbers that the corpus has.

        Raises:
            StoreUnavailable: the store is down.
        """
        found: dict[str, ArticleText] = {}
        for version in await self._codes() if wanted else ():
            missing = set(wanted) - found.keys()
            if missing:
                found |= await self._known(version, missing)
        return found

    async def _known(self, version: UUID, wanted: Collection[str]) -> Mapping[str, ArticleText]:
        """Return those of the articles that a version of a code has; what is not kept is read."""
        kept = {each: self._kept[version, each] for each in wanted if (version, each) in self._kept}
        unread = set(wanted) - kept.keys()
        read = await self._of_code(version, unread) if unread else {}
        if read is not None:
            kept |= {each: read.get(each) for each in unread}
            self._keep({(version, each): article for each, article in kept.items()})
        return {each: article for each, article in kept.items() if article is not None}

    def _keep(self, articles: Mapping[tuple[UUID, str], ArticleText | None]) -> None:
        """Keep articles, the last asked for last; the oldest go."""
        for place, article in articles.items():
            self._kept.pop(place, None)
            self._kept[place] = article
        for place in list(self._kept)[: max(0, len(self._kept) - _MOST_KEPT)]:
            del self._kept[place]

    async def _codes(self) -> Sequence[UUID]:
        query = (
            select(VersionRow.id)
            .join(DocumentRow, col(DocumentRow.id) == col(VersionRow.document_id))
            .where(
                DocumentRow.scope == PUBLIC,
                VersionRow.media_type == CODES,
                VersionRow.state == DocumentState.INDEXED,
                col(VersionRow.sequence) > col(DocumentRow.withdrawn),
            )
            .order_by(col(VersionRow.sequence).desc(), col(VersionRow.id))
        )
        async with self._database.reading() as session:
            return (await session.exec(query)).all()

    async def _of_code(self, version: UUID, wanted: Collection[str]) -> Mapping[str, ArticleText] | None:
        """Read articles of a version of a code; None: it was withdrawn meanwhile."""
        passages: dict[str, list[Passage]] = {}
        for first in count(0, _AT_ONCE):
            batches = await asyncio.gather(*(self._batch(version, first + each) for each in range(_AT_ONCE)))
            for each in await asyncio.to_thread(_cited, batches, wanted):
                passages.setdefault(str(each.article), []).append(each)
            if None in batches:
                break
        if not passages:
            return {}
        try:
            text = (await self._store.get(text_key(version))).decode()
        except NotFound:
            return None
        return {article: _article(article, parts, text) for article, parts in passages.items()}

    async def _batch(self, version: UUID, number: int) -> bytes | None:
        try:
            return await self._store.get(batch_key(version, number))
        except NotFound:
            return None


def _cited(batches: Iterable[bytes | None], wanted: Collection[str]) -> list[Passage]:
    """Return the passages of some articles; other lines are not parsed."""
    names = {each.encode() for each in wanted}
    return [
        Passage.model_validate_json(line)
        for batch in batches
        for line in (batch or b"").split(b"\n")
        if not names.isdisjoint(_NAMED.findall(line))
    ]


def _article(article: str, passages: Sequence[Passage], text: str) -> ArticleText:
    """Return an article from the passages that it was cut into."""
    first = min(passages, key=lambda each: each.start)
    own = [each for each in passages if each.article_version == first.article_version]
    return ArticleText(
        article=article,
        version=first.article_version,
        in_force_from=first.in_force_from,
        in_force_to=first.in_force_to,
        source_url=first.source_url,
        text=text[first.start : max(each.end for each in own)],
    )
