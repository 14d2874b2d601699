"""An article of the public codes by its number: what a line, a version or a form names opens from there."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.access import PUBLIC
from shared.client import VigieClient
from shared.http_api.documents import DocumentQuery, DocumentState
from shared.http_api.passages import PassageView
from shared.language.names import one_line
from shared.references import canonical_article

router = APIRouter()

_SEE_OTHER = 303
_NOT_FOUND = 404
_CODES = "application/vnd.vigie.legi-data+json"
_MOST_CODES = 20


@router.get("/articles/{article}")
async def article_page(
    request: Request, pages: Pages, visitors: AllVisitors, article: Annotated[str, Path(max_length=200)]
) -> Response:
    """The passage of an article, in the version that is findable; where there is none, a page that asks for it."""
    number = canonical_article(article)
    async with visitors.visit(request) as visitor:
        found = await _passage(visitor.client, number) if number else None
    if found is not None:
        return RedirectResponse(f"/passages/{quote(found.id, safe='')}", _SEE_OTHER)
    return pages.page(request, "ask/article.html", status=_NOT_FOUND, article=one_line(article))


async def _passage(client: VigieClient, number: str) -> PassageView | None:
    """Return the first passage of an article; None where no code that is there has it."""
    query = DocumentQuery(media_type=[_CODES], scope=[PUBLIC], state=[DocumentState.INDEXED], limit=_MOST_CODES)
    for code in (await client.documents_page(query)).documents:
        async with aclosing(_naming(client, code.id, number)) as passages:
            async for each in passages:
                if each.article == number:
                    return each
    return None


async def _naming(client: VigieClient, document: UUID, number: str) -> AsyncGenerator[PassageView, None]:
    """Yield the passages of a code that name an article, its own among them."""
    after: int | None = -1
    while after is not None:
        page = await client.passages_page(document, after=after, search=number)
        for each in page.passages:
            yield each
        after = page.next
