"""What a chat is answered with: a completion, or the data of its chunks. Pure but for the time and a new id."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from fastapi import Response
from sse_starlette import EventSourceResponse

from services.gateway.http.source_links import SourceLinks
from services.gateway.openai_api.errors import error_body, failed
from services.gateway.openai_api.limits import FinishReason
from services.gateway.openai_api.views import Annotation, ChatBody, ChatCompletion, Usage
from services.gateway.questions.model import QuestionRecord
from shared.contracts.questions import Outcome, Sentence
from shared.language.catalogue import Catalogue
from shared.language.names import one_line
from shared.rendering.escaping import escaped_line
from shared.rendering.markdown import Link, RenderedAnswer, linked_sentence, markdown_answer

_DONE = "[DONE]"
_MARKER = re.compile(r"(?<!\\)\[(\d{1,3})\]")
"""A marker of a rendered answer; what looks like one in a quote is escaped there."""
_catalogue = Catalogue()


@dataclass(frozen=True, slots=True)
class Unheeded:
    """What a page sent and Vigie does not heed, and says so: how many files, and whether instructions."""

    files: int = 0
    instructions: bool = False

    def notes(self, language: str) -> list[str]:
        """What is said of it."""
        texts = []
        if self.files:
            texts.append(_catalogue.text(language, "answers.files-not-read", count=self.files))
        if self.instructions:
            texts.append(_catalogue.text(language, "answers.instructions-not-followed"))
        return [escaped_line(one_line(text)) for text in texts]


@dataclass(frozen=True, slots=True)
class Reply:
    """One completion. `language` is that of its errors; the answer has the question's."""

    question_id: UUID
    model: str
    question: str
    base_url: str
    language: str
    body: ChatBody
    links: SourceLinks
    unheeded: Unheeded = Unheeded()

    def before(self, record: QuestionRecord) -> str:
        """What stands before an answer: the question as it was understood, where it did not stand alone."""
        if record.completed is None:
            return ""
        text = _catalogue.text(record.language, "answers.completed", question=record.completed)
        return escaped_line(one_line(text))

    def whole(self, record: QuestionRecord) -> Response:
        """The completion."""
        if record.outcome and record.outcome.failure:
            return failed(record.outcome.failure, self.language)
        text, reason = self._cut(self._rendered(record))
        completion = ChatCompletion.of(
            _head(self.question_id, record.created_at, self.model), self.question, text, reason
        )
        return Response(completion.model_dump_json(), media_type="application/json")

    def chunk(self, created: datetime, delta: dict[str, Any], finish_reason: str | None = None) -> str:
        """The data of one chunk."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self._json(created, [choice], None)

    def next(self, created: datetime, sentence: Sentence, stream: "Given") -> Iterator[str]:
        """The data of the chunk that a sentence makes, with the annotations in what it gives; none while it waits."""
        signed = self.links.signed(Outcome(citations=sentence.citations))
        text = linked_sentence(sentence.text, signed.citations, stream.language, self.base_url)
        before = f"{stream.said}\n\n" if stream.said else ""
        stream.said = before + self.marked(text.content)
        stream.waiting += text.behind(before).links
        settled = self.body.limits.settled(stream.said)
        if len(settled) > len(stream.given):
            links = [link for link in stream.waiting if link.end <= len(settled)]
            stream.waiting = [link for link in stream.waiting if link.end > len(settled)]
            yield self.chunk(created, {"content": settled[len(stream.given) :]} | _annotated(links))
            stream.given = settled

    def last(self, created: datetime, record: QuestionRecord, stream: "Given") -> Iterator[str]:
        """What was not given yet with its annotations, the end; or the error."""
        if record.outcome and record.outcome.failure:
            yield json.dumps(error_body(record.outcome.failure, self.language), ensure_ascii=False)
            return
        text, reason = self._cut(_completed(self._rendered(record), stream.said))
        links = [link for link in text.links if link.end > len(stream.given)]
        yield self.chunk(created, {"content": text.content[len(stream.given) :]} | _annotated(links))
        yield self.chunk(created, {}, reason)
        if self.body.counts_usage:
            yield self._json(created, [], Usage.of(self.question, text.content).model_dump())
        yield _DONE

    def _rendered(self, record: QuestionRecord) -> RenderedAnswer:
        answer = markdown_answer(self.links.signed(record.outcome or Outcome()), record.language, self.base_url)
        before = self.before(record)
        answer = answer.behind(f"{before}\n\n") if before else answer
        content = self.marked("\n\n".join([answer.content, *self.unheeded.notes(record.language)]))
        return RenderedAnswer(content, answer.links)

    def marked(self, content: str) -> str:
        """The content with `(1)` for the marker `[1]` where the page brought files: it takes `[1]` for one of them."""
        return _MARKER.sub(r"(\1)", content) if self.unheeded.files else content

    def _cut(self, text: RenderedAnswer) -> tuple[RenderedAnswer, FinishReason]:
        """The text as far as the client wants it, with the links in it."""
        content, reason = self.body.limits.cut(text.content)
        return RenderedAnswer(content, tuple(link for link in text.links if link.end <= len(content))), reason

    def _json(self, created: datetime, choices: list[dict[str, Any]], usage: dict[str, int] | None) -> str:
        head = _head(self.question_id, created, self.model)
        body = head | {"object": "chat.completion.chunk", "choices": choices}
        if self.body.counts_usage:
            body["usage"] = usage
        return json.dumps(body, ensure_ascii=False)


@dataclass(slots=True)
class Given:
    """What a stream has come to.

    Attributes:
        language: of the answer.
        said: what the sentences have said.
        given: how much of it the client has.
        waiting: links in what it has not.
    """

    language: str
    said: str = ""
    given: str = ""
    waiting: list[Link] = field(default_factory=list)


def _annotated(links: Sequence[Link]) -> dict[str, Any]:
    return {"annotations": [Annotation.of(link).model_dump() for link in links]} if links else {}


def told(text: str, model: str, asked: str, *, streamed: bool) -> Response:
    """A completion that no question stands behind."""
    head = _head(uuid4(), datetime.now(UTC), model)
    if not streamed:
        completion = ChatCompletion.of(head, asked, RenderedAnswer(text))
        return Response(completion.model_dump_json(), media_type="application/json")

    async def events() -> Any:
        for delta, reason in (({"role": "assistant", "content": text}, None), ({}, "stop")):
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
            body = head | {"object": "chat.completion.chunk", "choices": [choice]}
            yield {"data": json.dumps(body, ensure_ascii=False)}
        yield {"data": _DONE}

    return EventSourceResponse(events(), sep="\n")


def _head(identity: UUID, created: datetime, model: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{identity}", "created": int(created.timestamp()), "model": model}


def _completed(text: RenderedAnswer, said: str) -> RenderedAnswer:
    """The whole text as the client has it in the end; who came late and missed its beginning gets it once more."""
    return text if text.content.startswith(said) else text.behind(f"{said}\n\n")
