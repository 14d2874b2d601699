"""The routes of questions and feedback."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any
from uuid import UUID

import httpx

from shared.client.errors import Problem
from shared.client.events import server_sent_events
from shared.client.routes import STREAM, Routes, idempotency, parsed, segment
from shared.contracts.questions import Sentence
from shared.http_api.feedback import FeedbackEntry, FeedbackList, FeedbackQuery, FeedbackView, Reason, Verdict
from shared.http_api.questions import AnswerFormat, AnswerView, QuestionBody, QuestionList, QuestionQuery, QuestionView


class QuestionRoutes(Routes):
    """Methods for questions, answers and feedback."""

    async def ask(
        self, question: str | QuestionBody, *, idempotency_key: str | None = None, **fields: Any
    ) -> AnswerView:
        """Ask a question; returns the finished answer. Cancelling the call cancels the question.

        Args:
            fields: other fields of `QuestionBody`, such as `language` or `evidence`.

        Raises:
            Problem: the question was refused or could not be answered; in the second case `params["question"]` is its
                address.
        """
        return await self._model(AnswerView, "POST", "/v1/questions", **_request_of(question, idempotency_key, fields))

    async def stream(
        self, question: str | QuestionBody, *, idempotency_key: str | None = None, **fields: Any
    ) -> AsyncGenerator[Sentence | AnswerView, None]:
        """Ask a question; yields sentences as they are written, then the whole answer. Errors as `ask`.

        Closing the iterator early cancels the question (`contextlib.aclosing`; a `break` alone does not close it).
        """
        options = _request_of(question, idempotency_key, fields)
        options["headers"] = {**options["headers"], **STREAM}
        async with (
            self._transport.open("POST", "/v1/questions", **options) as response,
            aclosing(_answer_events(response)) as events,
        ):
            async for item in events:
                yield item

    async def start(
        self, question: str | QuestionBody, *, idempotency_key: str | None = None, **fields: Any
    ) -> AnswerView:
        """Ask a question and return at once; the answer is written without anybody waiting. Errors as `ask`."""
        options = _request_of(question, idempotency_key, fields)
        options["headers"] = {**options["headers"], "prefer": "respond-async"}
        return await self._model(AnswerView, "POST", "/v1/questions", **options)

    async def follow(self, question: UUID | str, *, known: int = 0) -> AsyncGenerator[Sentence | AnswerView, None]:
        """Yield the sentences of a question that was asked, from the first one on, then the whole answer.

        Closing the iterator cancels nothing. When the connection is lost, a new one goes on where that one ended.

        Args:
            known: how many sentences to leave out, since they were heard before.

        Raises:
            Problem: there is no such question, or it could not be answered, or was cancelled.
        """
        while True:
            try:
                async for item in self._following(question, known):
                    yield item
                    if isinstance(item, AnswerView):
                        return
                    known += 1
            except (httpx.ReadError, httpx.RemoteProtocolError):
                pass  # a gateway that stays away refuses the next connection, which is raised after some retries
            await self._transport.pause()

    async def cancel(self, question: UUID | str) -> AnswerView:
        """Stop the answer of a question of one's own; what had been written stays."""
        return await self._model(AnswerView, "POST", f"/v1/questions/{segment(question)}/cancel", safe=True)

    async def question(self, question: UUID | str) -> AnswerView:
        """A question of one's own with its answer; without one while it is being answered."""
        return await self._model(AnswerView, "GET", f"/v1/questions/{segment(question)}")

    async def questions(self, query: QuestionQuery | None = None) -> AsyncGenerator[QuestionView, None]:
        """Yield one's own questions, newest first; the `limit` of the query is the page size."""
        async for page in self._pages(QuestionList, "/v1/questions", query):
            for question in page.questions:
                yield question

    async def export_answer(self, question: UUID | str, as_format: AnswerFormat) -> bytes:
        """A question of one's own with its answer as a file, in the client's language."""
        params = {"format": as_format.value}
        return (await self._transport.send("GET", f"/v1/questions/{segment(question)}/export", params=params)).content

    async def rename(self, conversation: UUID | str, title: str | None) -> None:
        """Call a conversation by a title; None: by its first question."""
        await self._transport.send("PATCH", f"/v1/conversations/{segment(conversation)}", json={"title": title})

    async def forget(self, question: UUID | str) -> None:
        """Delete a question of one's own with its answer and feedback, for good."""
        await self._transport.send("DELETE", f"/v1/questions/{segment(question)}")

    async def judge(
        self, question: UUID | str, verdict: Verdict, *, reason: Reason | None = None, comment: str | None = None
    ) -> FeedbackView:
        """Give feedback on an answer; it replaces one's former feedback on it."""
        body = {"verdict": verdict, "reason": reason, "comment": comment}
        return await self._model(FeedbackView, "PUT", f"/v1/questions/{segment(question)}/feedback", json=body)

    async def feedback(self, question: UUID | str) -> FeedbackView:
        """One's own feedback on an answer."""
        return await self._model(FeedbackView, "GET", f"/v1/questions/{segment(question)}/feedback")

    async def take_back(self, question: UUID | str) -> None:
        """Delete one's own feedback on an answer."""
        await self._transport.send("DELETE", f"/v1/questions/{segment(question)}/feedback")

    async def all_feedback(self, query: FeedbackQuery | None = None) -> AsyncGenerator[FeedbackEntry, None]:
        """Yield everybody's verdicts and reasons, newest first; for admins."""
        async for page in self._pages(FeedbackList, "/v1/feedback", query):
            for entry in page.feedback:
                yield entry

    async def _following(self, question: UUID | str, known: int) -> AsyncGenerator[Sentence | AnswerView, None]:
        url, headers = f"/v1/questions/{segment(question)}/events", {**STREAM, "last-event-id": str(known)}
        async with (
            self._transport.open("GET", url, headers=headers) as response,
            aclosing(_answer_events(response)) as events,
        ):
            async for item in events:
                yield item


async def _answer_events(response: httpx.Response) -> AsyncGenerator[Sentence | AnswerView, None]:
    """Yield what a stream tells of an answer.

    Raises:
        Problem: the stream ends with one.
    """
    async with aclosing(server_sent_events(response)) as events:
        async for name, data in events:
            if name == "sentence":
                yield parsed(Sentence, data, response)
            elif name == "answer":
                yield parsed(AnswerView, data, response)
            elif name == "error":
                raise Problem(json.loads(data))


def _request_of(question: str | QuestionBody, key: str | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Options of the request, which asks the question once however often it is repeated."""
    body: Mapping[str, Any] = {"question": question}
    if isinstance(question, QuestionBody):
        body = question.model_dump(mode="json", exclude_unset=True)
    return {"json": {**body, **fields}, "headers": idempotency(key), "safe": True}
