"""What one does with an answer: say what one thinks of it, take it away as a file."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from services.web.sign_in.visitors import AllVisitors
from shared.http_api.feedback import Reason, Verdict
from shared.http_api.questions import AnswerFormat

router = APIRouter(prefix="/questions/{question}")

_SEE_OTHER = 303
_MEDIA_TYPES = {
    AnswerFormat.MD: "text/markdown; charset=utf-8",
    AnswerFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@router.post("/feedback")
async def judge(
    request: Request,
    visitors: AllVisitors,
    question: UUID,
    verdict: Annotated[Verdict, Form()],
    reason: Annotated[Reason | None, Form()] = None,
    comment: Annotated[str, Form(max_length=2_000)] = "",
) -> Response:
    """Say what one thinks of an answer; it takes the place of what one said before."""
    async with visitors.visit(request) as visitor:
        said = comment.strip() or None
        await visitor.client.judge(question, verdict, reason=reason, comment=said)
        answer = await visitor.client.question(question)
    return RedirectResponse(f"/conversations/{answer.conversation}#turn-{question}", _SEE_OTHER)


@router.get("/file")
async def file(
    request: Request,
    visitors: AllVisitors,
    question: UUID,
    kind: Annotated[AnswerFormat, Query(alias="format")] = AnswerFormat.DOCX,
) -> Response:
    """The answer as a file, with its sources and how it was made."""
    async with visitors.visit(request) as visitor:
        content = await visitor.client.export_answer(question, kind)
    name = f'attachment; filename="vigie-{question}.{kind.value}"'
    return Response(content, media_type=_MEDIA_TYPES[kind], headers={"content-disposition": name})
