"""What the page of a document asks the gateway for: a page of its passages, or those that have somebody's words."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.web.documents.within import PAGE, Part, begins_at, marked, part_of
from shared.client import Problem, VigieClient
from shared.http_api.documents import DocumentView
from shared.http_api.passages import PassageView

_MOST_FOUND = 50
_MOST_REQUESTS = 8
"""Of one search: some 25,000 passages; what is behind them is a link away."""
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Within:
    """Which passages of a document somebody wants to see: those around one, or those that have some words."""

    passage: int = 0
    find: str = ""
    behind: int = -1


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage with its text in pieces, each with whether it is a word that was looked for."""

    id: str
    ordinal: int
    headings: Sequence[str]
    page: str
    pieces: Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class ShownPassages:
    """Passages of a document's page; `part` where it is read from one on, `more` where a search goes on."""

    passages: Sequence[ShownPassage]
    total: int
    part: Part | None = None
    more: int | None = None


async def passages_within(client: VigieClient, document: DocumentView, within: Within) -> ShownPassages:
    """Return the passages that a page shows; none of a document that is withdrawn, or that one may not read."""
    try:
        return await (_found if within.find else _page)(client, document, within)
    except Problem as problem:
        if problem.status != _NOT_FOUND:
            raise
        return ShownPassages((), 0)


async def _page(client: VigieClient, document: DocumentView, within: Within) -> ShownPassages:
    begins = begins_at(within.passage)
    page = await client.passages_page(document.id, after=begins - 1, limit=PAGE)
    if not page.passages and begins:
        return await _page(client, document, Within())
    part = part_of(begins, len(page.passages), document.passages)
    return ShownPassages([_shown(each, "") for each in page.passages], part.total, part=part)


async def _found(client: VigieClient, document: DocumentView, within: Within) -> ShownPassages:
    found: list[PassageView] = []
    after: int | None = within.behind
    for _ in range(_MOST_REQUESTS):
        if after is None or len(found) >= _MOST_FOUND:
            break
        limit = _MOST_FOUND - len(found)
        page = await client.passages_page(document.id, after=after, limit=limit, search=within.find)
        found += page.passages
        after = page.next
    return ShownPassages([_shown(each, within.find) for each in found], document.passages, more=after)


def _shown(passage: PassageView, words: str) -> ShownPassage:
    page = passage.page_label or (str(passage.page) if passage.page else "")
    return ShownPassage(passage.id, passage.ordinal, passage.headings, page, marked(passage.text, words))
