"""What the OpenAI API says and hears, as far as assistants have it. Source: the types of the `openai` package."""

from datetime import UTC, datetime, time
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.gateway.questions.assistants import Assistant
from shared.contracts.confidentiality import Confidentiality
from shared.errors import InvalidInput
from shared.language.catalogue import Catalogue
from shared.rendering.markdown import Link, RenderedAnswer

_catalogue = Catalogue()


class Model(BaseModel):
    """An assistant. `name` and `description` are for people, and not OpenAI's."""

    id: str
    object: Literal["model"] = "model"
    created: int = Field(description="Unix time of its introduction, s")
    owned_by: str = "vigie"
    name: str
    description: str

    @classmethod
    def of(cls, assistant: Assistant, language: str) -> "Model":
        return cls(
            id=assistant.id,
            created=int(datetime.combine(assistant.since, time(), UTC).timestamp()),
            name=_catalogue.text(language, f"assistants.{assistant.id}.name"),
            description=_catalogue.text(language, f"assistants.{assistant.id}.description"),
        )


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model]


class ChatMessage(BaseModel):
    role: str = Field(max_length=50)
    content: str | list[dict[str, Any]] | None = None

    def text(self) -> str:
        """The words of the message.

        Raises:
            InvalidInput: a part of it is no text.
        """
        if isinstance(self.content, list):
            return "\n".join(_text(part) for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    include_usage: bool | None = None


class ChatBody(BaseModel):
    """A chat, of which the last message of the user is the question; earlier and system messages are not used yet.

    What is not listed (temperature, max_tokens, user, metadata, ...) is accepted and changes nothing.
    """

    model: str
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    language: str | None = Field(
        default=None,
        pattern=r"^[a-z]{2}(-[A-Za-z]{2,8})?$",
        description="of the question; not OpenAI's; default: Accept-Language, else French",
    )
    backend: str | None = Field(
        default=None, max_length=100, description="who writes, of GET /v1/backends; not OpenAI's"
    )
    confidentiality: Confidentiality = Field(
        default=Confidentiality.CONFIDENTIAL, description="of the question; not OpenAI's"
    )
    n: int | None = Field(default=None, description="1, or refused")
    tools: list[Any] | None = Field(default=None, description="none, or refused")
    functions: list[Any] | None = Field(default=None, description="none, or refused")
    modalities: list[str] | None = Field(default=None, description="text, or refused")
    response_format: dict[str, Any] | None = Field(default=None, description="of type text, or refused")

    def question(self) -> str:
        """The question that this chat asks.

        Raises:
            InvalidInput: there is none, it is not text, or the chat asks for what no assistant does.
        """
        self._refuse_what_is_not_done()
        asked = next((message for message in reversed(self.messages) if message.role == "user"), None)
        if asked is None:
            raise InvalidInput(reason="no-question", param="messages")
        return asked.text()

    @property
    def counts_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)

    def _refuse_what_is_not_done(self) -> None:
        refused = {
            ("n", "one-answer"): self.n not in {None, 1},
            ("tools", "no-tools"): bool(self.tools),
            ("functions", "no-tools"): bool(self.functions),
            ("modalities", "text-only"): any(kind != "text" for kind in self.modalities or []),
            ("response_format", "plain-text"): (self.response_format or {}).get("type", "text") != "text",
        }
        for (param, reason), asked_for in refused.items():
            if asked_for:
                raise InvalidInput(reason=reason, param=param)


class UrlCitation(BaseModel):
    """`content[start_index:end_index]` is the marker, such as `[1]`."""

    start_index: int
    end_index: int
    url: str
    title: str


class Annotation(BaseModel):
    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation

    @classmethod
    def of(cls, link: Link) -> "Annotation":
        citation = UrlCitation(start_index=link.start, end_index=link.end, url=link.url, title=link.title)
        return cls(url_citation=citation)


class Usage(BaseModel):
    """Words between white space, in the question and in the answer: not tokens of a model."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int

    @classmethod
    def of(cls, question: str, content: str) -> "Usage":
        asked, answered = len(question.split()), len(content.split())
        return cls(prompt_tokens=asked, completion_tokens=answered, total_tokens=asked + answered)


class AnswerMessage(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class ChatChoice(BaseModel):
    index: int = 0
    message: AnswerMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class ChatCompletion(BaseModel):
    """An answer, or an abstention. `id` is `chatcmpl-` and the question's id."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Unix time, s")
    model: str
    choices: list[ChatChoice]
    usage: Usage

    @classmethod
    def of(cls, head: dict[str, Any], question: str, text: RenderedAnswer) -> "ChatCompletion":
        message = AnswerMessage(content=text.content, annotations=[Annotation.of(link) for link in text.links])
        return cls(choices=[ChatChoice(message=message)], usage=Usage.of(question, text.content), **head)


def _text(part: dict[str, Any]) -> str:
    words = part.get("text")
    if part.get("type") != "text" or not isinstance(words, str):
        raise InvalidInput(reason="text-only", param="messages")
    return words
