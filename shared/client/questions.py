"""Questions, answers, and what one thinks of them."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any
from uuid import UUID, uuid4

from shared.client.errors import Problem
from shared.client.events import server_sent_events
from shared.client.routes import STREAM, Routes, idempotency, params_of, parsed
from shared.contracts.questions import Sentence
from shared.http_api.feedback import FeedbackEntry, FeedbackList, FeedbackQuery, FeedbackView, Reason, Verdict
from shared.http_api.questions import AnswerView, QuestionBody, QuestionList, QuestionQuery, QuestionView


class QuestionRoutes(Routes):
    async def ask(
        self, question: str | QuestionBody, *, idempotency_key: str | None = None, **wishes: Any
    ) -> AnswerView:
        """The finished answer. Cancelling the call cancels the question.

        Args:
            wishes: other fields of `QuestionBody`, such as `language` or `evidence`.

        Raises:
            Problem: it was refused, or could not be answered; `params["question"]` is then its address.
        """
        return await self._model(AnswerView, "POST", "/v1/questions", **_asking(question, idempotency_key, wishes))

    async def stream(
        self, question: str | QuestionBody, *, idempotency_key: str | None = None, **wishes: Any
    ) -> AsyncGenerator[Sentence | AnswerView, None]:
        """The sentences as they come, then the whole answer; errors as `ask`.

        Leaving early cancels the question: close the iterator (`contextlib.aclosing`), since a mere `break` does not.
        """
        options = _asking(question, idempotency_key, wishes)
        options["headers"] |= STREAM
        async with (
            self._transport.open("POST", "/v1/questions", **options) as response,
            aclosing(server_sent_events(response)) as events,
        ):
            async for name, data in events:
                if name == "sentence":
                    yield parsed(Sentence, data, response)
                elif name == "answer":
                    yield parsed(AnswerView, data, response)
                elif name == "error":
                    raise Problem(json.loads(data))

    async def question(self, question: UUID | str) -> AnswerView:
        """How a question of one's own ended, or that it has not yet."""
        return await self._model(AnswerView, "GET", f"/v1/questions/{question}")

    async def questions(self, query: QuestionQuery | None = None) -> AsyncGenerator[QuestionView, None]:
        """One's own questions, newest first; the `limit` of the query is that of a page."""
        params = params_of(query)
        while True:
            page = await self._model(QuestionList, "GET", "/v1/questions", params=params)
            for question in page.questions:
                yield question
            if page.next is None:
                return
            params["after"] = page.next

    async def forget(self, question: UUID | str) -> None:
        """Remove a question of one's own with its answer and feedback. There is no way back."""
        await self._transport.send("DELETE", f"/v1/questions/{question}")

    async def judge(
        self, question: UUID | str, verdict: Verdict, *, reason: Reason | None = None, comment: str | None = None
    ) -> FeedbackView:
        """Say what one thinks of an answer, or something else than before."""
        body = {"verdict": verdict, "reason": reason, "comment": comment}
        return await self._model(FeedbackView, "PUT", f"/v1/questions/{question}/feedback", json=body)

    async def feedback(self, question: UUID | str) -> FeedbackView:
        """What one has said of an answer."""
        return await self._model(FeedbackView, "GET", f"/v1/questions/{question}/feedback")

    async def take_back(self, question: UUID | str) -> None:
        """Remove what one has said of an answer."""
        await self._transport.send("DELETE", f"/v1/questions/{question}/feedback")

    async def all_feedback(self, query: FeedbackQuery | None = None) -> AsyncGenerator[FeedbackEntry, None]:
        """Everybody's verdicts and reasons, newest first: for admins."""
        params = params_of(query)
        while True:
            page = await self._model(FeedbackList, "GET", "/v1/feedback", params=params)
            for entry in page.feedback:
                yield entry
            if page.next is None:
                return
            params["after"] = page.next


def _asking(question: str | QuestionBody, key: str | None, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """With a key of its own where none is given: a question that was accepted but not heard of is not asked twice."""
    body: Mapping[str, Any] = {"question": question}
    if isinstance(question, QuestionBody):
        body = question.model_dump(mode="json", exclude_unset=True)
    return {"json": {**body, **wishes}, "headers": idempotency(key or uuid4().hex), "safe": True}
