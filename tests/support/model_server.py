"""What a language model's server says, and says wrong; the server itself is tests/support/scripted_server.py."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from services.generator.answering.model_backend import ModelBackend
from services.generator.answering.ports import Truncated, WritingRequest
from services.generator.app import build_model
from services.generator.grounding.citations import DraftSentence
from services.generator.models.guarded_model import GuardedModel
from services.generator.models.openai import OpenAIModel
from shared.contracts.backends import BackendConfig, Timeouts
from shared.contracts.confidentiality import Confidentiality


def head(status: str = "200 OK", media_type: str = OpenAIModel.media_type, **more: str) -> bytes:
    fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in more.items())
    return f"HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\nconnection: close\r\n{fields}\r\n".encode()


def sse(text: str = "", finish: str | None = None, **more: Any) -> bytes:
    delta = {"content": text} if text else {}
    event = {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


DONE = b"data: [DONE]\n\n"


def spoken(text: str, finish: str = "stop", size: int = 7, **last: Any) -> list[bytes]:
    """A text in small pieces, as a server streams it; `last` stands in the last event too."""
    pieces = [sse(text[start : start + size]) for start in range(0, len(text), size)]
    return [head(), sse(), *pieces, sse(finish=finish, **last), DONE]


def ndjson(text: str, finish: str = "stop", size: int = 7, **last: Any) -> list[bytes]:
    """The same as Ollama streams it."""
    parts = [text[start : start + size] for start in range(0, len(text), size)]
    lines = [{"message": {"role": "assistant", "content": part}, "done": False} for part in parts]
    lines.append({"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": finish, **last})
    body = [f"{json.dumps(line, ensure_ascii=False)}\n".encode() for line in lines]
    return [head(media_type="application/x-ndjson"), *body]


def answer(*sentences: tuple[str, list[int]], quotes: Sequence[str] = ()) -> str:
    """JSON by the schema."""
    items = [{"text": text, "sources": sources, "quotes": list(quotes)} for text, sources in sentences]
    return json.dumps({"sentences": items}, ensure_ascii=False)


QUICK = Timeouts(connect=2, first_token=5, between_tokens=5, total=10)


def config(address: str, **more: Any) -> BackendConfig:
    fields: dict[str, Any] = {
        "name": "fake-model", "kind": "openai", "address": address, "model": "tiny",
        "classes": frozenset(Confidentiality), "timeouts": QUICK, "pause_s": 60, "failures": 100,
    }  # fmt: skip
    return BackendConfig(**(fields | more))


@asynccontextmanager
async def backend_at(address: str, **more: Any) -> AsyncIterator[ModelBackend]:
    """A backend of its own client, as app.py builds it."""
    made = config(address, **more)
    lines, model = build_model(made)
    async with lines.opened():
        yield ModelBackend(made, GuardedModel(made, model))


async def drafts_of(backend: ModelBackend, request: WritingRequest) -> list[DraftSentence | Truncated]:
    return [draft async for draft in backend.write(request)]
