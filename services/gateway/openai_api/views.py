"""What the OpenAI API says and hears, as far as assistants have it. Source: the types of the `openai` package."""

from datetime import UTC, datetime, time
from typing import Any, Literal

from pydantic import BaseModel, Field, StrictBool, StrictInt

from services.gateway.openai_api.limits import FinishReason, Limits
from services.gateway.questions.assistants import Assistant
from shared.contracts.confidentiality import Confidentiality
from shared.errors import InvalidInput
from shared.language.catalogue import Catalogue
from shared.rendering.markdown import Link, RenderedAnswer

_catalogue = Catalogue()

_TOOLS_UNUSED = (None, "none", "auto")
_MOST_STOPS = 4
_MOST_EARLIER = 20
"""Messages of the user that a question is completed from."""


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

    def words(self) -> str:
        """The words of the message, whatever else is in it."""
        if isinstance(self.content, list):
            return "\n".join(str(part["text"]) for part in self.content if isinstance(part.get("text"), str))
        return self.content or ""


class StreamOptions(BaseModel):
    include_usage: StrictBool | None = None


class ChatBody(BaseModel):
    """A chat, of which the last message of the user is the question, completed from the user's earlier ones.

    What is not listed (temperature, user, metadata, ...) is accepted and changes nothing.
    """

    model: str
    messages: list[ChatMessage] = Field(min_length=1)
    stream: StrictBool | None = None
    stream_options: StreamOptions | None = None
    language: str | None = Field(
        default=None,
        pattern=r"^[a-z]{2}(-[A-Za-z]{2,8})?$",
        description="of the answer; not OpenAI's; default: the question's, else Accept-Language, else French",
    )
    backend: str | None = Field(
        default=None, max_length=100, description="who writes, of GET /v1/backends; not OpenAI's"
    )
    confidentiality: Confidentiality = Field(
        default=Confidentiality.CONFIDENTIAL, description="of the question; not OpenAI's"
    )
    max_tokens: StrictInt | None = Field(
        default=None, ge=1, description="most words of the answer, as `usage` counts them"
    )
    max_completion_tokens: StrictInt | None = Field(default=None, ge=1, description="the same by its newer name")
    stop: str | list[str] | None = Field(default=None, description="texts before which the answer ends, four at most")
    n: StrictInt | None = Field(default=None, description="1, or refused")
    logprobs: StrictBool | None = Field(default=None, description="false, or refused")
    tools: list[Any] | None = Field(default=None, description="accepted, never called")
    tool_choice: str | dict[str, Any] | None = Field(default=None, description="none or auto, or refused")
    functions: list[Any] | None = Field(default=None, description="as `tools`")
    function_call: str | dict[str, Any] | None = Field(default=None, description="as `tool_choice`")
    modalities: list[str] | None = Field(default=None, description="text, or refused")
    response_format: dict[str, Any] | None = Field(default=None, description="of type text, or refused")

    def checked(self) -> "ChatBody":
        """Return the chat itself.

        Raises:
            InvalidInput: it asks for what no assistant does.
        """
        refused = {
            ("n", "one-answer"): self.n not in {None, 1},
            ("logprobs", "no-logprobs"): bool(self.logprobs),
            ("tool_choice", "no-tools"): self.tool_choice not in _TOOLS_UNUSED,
            ("function_call", "no-tools"): self.function_call not in _TOOLS_UNUSED,
            ("modalities", "text-only"): any(kind != "text" for kind in self.modalities or []),
            ("response_format", "plain-text"): (self.response_format or {}).get("type", "text") != "text",
            ("stop", "stops"): len(self._stops()) > _MOST_STOPS or "" in self._stops(),
        }
        for (param, reason), asked_for in refused.items():
            if asked_for:
                raise InvalidInput(reason=reason, param=param)
        return self

    def question(self) -> str:
        """The words of the last message of the user.

        Raises:
            InvalidInput: there is none, or it is not text.
        """
        asked = [message for message in self.messages if message.role == "user"]
        if not asked:
            raise InvalidInput(reason="no-question", param="messages")
        return asked[-1].text()

    def earlier(self) -> tuple[str, ...]:
        """What the user said before, oldest first, the latest of it; of messages with images their words."""
        said = [message.words() for message in self.messages if message.role == "user"][:-1]
        return tuple(words for words in said[-_MOST_EARLIER:] if words.strip())

    @property
    def limits(self) -> Limits:
        given = [each for each in (self.max_completion_tokens, self.max_tokens) if each is not None]
        return Limits(min(given, default=None), self._stops())

    @property
    def counts_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)

    @property
    def first_instructions(self) -> bool:
        """Whether a page's instructions stand before the first answer of the conversation."""
        answered = any(message.role == "assistant" for message in self.messages)
        return not answered and any(
            message.role in {"system", "developer"} and message.words().strip() for message in self.messages
        )

    def _stops(self) -> tuple[str, ...]:
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())


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
    finish_reason: FinishReason = "stop"


class ChatCompletion(BaseModel):
    """An answer, or an abstention. `id` is `chatcmpl-` and the question's id."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Unix time, s")
    model: str
    choices: list[ChatChoice]
    usage: Usage

    @classmethod
    def of(
        cls, head: dict[str, Any], question: str, text: RenderedAnswer, reason: FinishReason = "stop"
    ) -> "ChatCompletion":
        message = AnswerMessage(content=text.content, annotations=[Annotation.of(link) for link in text.links])
        choice = ChatChoice(message=message, finish_reason=reason)
        return cls(choices=[choice], usage=Usage.of(question, text.content), **head)


def _text(part: dict[str, Any]) -> str:
    words = part.get("text")
    if part.get("type") != "text" or not isinstance(words, str):
        raise InvalidInput(reason="text-only", param="messages")
    return words
