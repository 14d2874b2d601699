"""What is said of a document beside its text: title, language, what people note of it; edited on its page."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from services.web.documents.routes import document_page
from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.client import Problem
from shared.http_api.documents import DocumentEdit
from shared.language.names import one_line

router = APIRouter(prefix="/documents/{document}")

NOTED = ("author", "date", "kind")
"""Names of the metadata that the form asks for; others stay as they are."""

_SEE_OTHER = 303
_QUESTIONS = "questions"


@router.post("")
async def edit(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    document: UUID,
    title: Annotated[str, Form(max_length=500)],
    author: Annotated[str, Form(max_length=500)] = "",
    date: Annotated[str, Form(max_length=500)] = "",
    kind: Annotated[str, Form(max_length=500)] = "",
    questions: Annotated[str, Form(max_length=2_000)] = "",
) -> Response:
    """Change title and metadata; a field that is emptied is taken out. What is refused comes back as it was typed."""
    typed = {"author": author, "date": date, "kind": kind, _QUESTIONS: " | ".join(questions.splitlines())}
    said = {name: one_line(value) for name, value in typed.items()}
    async with visitors.visit(request) as visitor:
        try:
            body = DocumentEdit(title=one_line(title) or None, metadata={name: said[name] or None for name in said})
            await visitor.client.edit(document, body)
        except Problem as problem:
            draft = said | {"title": title, _QUESTIONS: questions}
            return await document_page(
                request, pages, visitor, document, status=problem.status, problem=problem.detail, draft=draft
            )
    return RedirectResponse(f"/documents/{document}?saved=1", _SEE_OTHER)
