"""What is said of a document beside its text: title, language, what people note of it; edited on its page."""

from collections.abc import Callable, Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from services.web.conflicts import STALE, Conflict, differing
from services.web.documents.routes import document_page
from services.web.http.languages import language_of
from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.client import Problem
from shared.http_api.documents import DocumentEdit, DocumentView
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
    revision: Annotated[str, Form(pattern="^([0-9a-f]{16})?$")] = "",
) -> Response:
    """Change title and metadata; a field that is emptied is taken out. What is refused comes back as it was typed.

    Who comes second sees both texts side by side and loses neither.
    """
    typed = {"author": author, "date": date, "kind": kind, _QUESTIONS: " | ".join(questions.splitlines())}
    said = {name: one_line(value) for name, value in typed.items()}
    async with visitors.visit(request) as visitor:
        try:
            body = DocumentEdit(title=one_line(title) or None, metadata={name: said[name] or None for name in said})
            await visitor.client.edit(document, body, read=revision or None)
        except Problem as problem:
            draft = said | {"title": title, _QUESTIONS: questions}
            if problem.status == STALE:
                found = await visitor.client.document(document)
                told = _conflict(found, draft, pages.translator(language_of(request)))
                return await document_page(request, pages, visitor, document, status=STALE, conflict=told, draft=draft)
            return await document_page(
                request,
                pages,
                visitor,
                document,
                status=problem.status,
                problem=problem.detail,
                draft=draft,
                revision=revision,
            )
    return RedirectResponse(f"/documents/{document}?saved=1", _SEE_OTHER)


def _conflict(found: DocumentView, yours: Mapping[str, str], t: Callable[[str], str]) -> Conflict:
    """Return what the form of a document says and what others have said of it meanwhile."""
    theirs = {**found.metadata, "title": found.title}
    labels = {"title": "documents.edit-title"} | {name: f"documents.noted-{name}" for name in (*NOTED, _QUESTIONS)}
    said = [(t(label), _lines(yours.get(name, "")), _lines(theirs.get(name, ""))) for name, label in labels.items()]
    return Conflict("", None, f"/documents/{found.id}", differing(said))


def _lines(words: str) -> str:
    """Return what somebody noted, as the form asks for it: a question a line."""
    return "\n".join(one_line(each) for each in words.replace(" | ", "\n").splitlines() if each.strip())
