"""Speaks Ollama's own API: /api/chat, streamed as JSON lines. Source: docs/api.md of the Ollama repository."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from services.generator.models.line_stream import LineStream
from services.generator.models.ports import Delta, Prompt, usage_of
from shared.contracts.backends import BackendConfig

_PATH = "/api/chat"


class OllamaModel:
    """Port: services.generator.models.ports.TextModel.

    Attributes:
        media_type: of its streamed answers.
    """

    media_type = "application/x-ndjson"

    def __init__(self, config: BackendConfig, lines: LineStream) -> None:
        self._config = config
        self._lines = lines

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        async with aclosing(self._lines.lines(_PATH, self._body(prompt))) as lines:
            async for line in lines:
                if not line.strip():
                    continue
                delta = self._delta(line)
                if delta.text or delta.finish:
                    yield delta
                if delta.finish:
                    return
        raise self._lines.failure("broke off")

    def _body(self, prompt: Prompt) -> dict[str, Any]:
        """Build the request. `num_ctx` is always set: the default silently drops the beginning of a long prompt."""
        body: dict[str, Any] = {
            "model": self._config.model,
            "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
            "stream": True,
            "options": {
                "temperature": self._config.temperature,
                "num_ctx": self._config.context_tokens,
                "num_predict": self._config.max_output_tokens,
            },
        }
        if prompt.schema is not None:
            body["format"] = prompt.schema
        return body

    def _delta(self, line: str) -> Delta:
        try:
            event = json.loads(line)
            if "error" in event:
                raise self._lines.failure("error event")
            text = event.get("message", {}).get("content") or ""
            finish = (event.get("done_reason") or "stop") if event["done"] else None
            if not isinstance(text, str) or not isinstance(finish, str | None):
                raise self._lines.failure("malformed")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise self._lines.failure("malformed") from error
        return Delta(text, finish, usage_of(event.get("prompt_eval_count"), event.get("eval_count")))
