"""Speaks the chat completions of an OpenAI-compatible server (vLLM, llama.cpp, Mistral, Ollama), streamed.

Source: the types of the `openai` package; server-sent events as in the HTML standard, 9.2.6.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from services.generator.models.line_stream import LineStream
from services.generator.models.ports import Delta, Prompt, usage_of
from shared.contracts.backends import DIALECTS, BackendConfig

_PATH = DIALECTS["openai"].chat_path
_DONE = "[DONE]"
_FIELD = "data:"


class OpenAIModel:
    """Port: services.generator.models.ports.TextModel.

    Attributes:
        media_type: of its streamed answers.
    """

    media_type = "text/event-stream"

    def __init__(self, config: BackendConfig, lines: LineStream) -> None:
        self._config = config
        self._lines = lines

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        """Yield the deltas of the stream; one that ends without a finish reason has broken off, [DONE] or not."""
        async with aclosing(self._lines.lines(_PATH, self._body(prompt))) as lines:
            async for line in lines:
                if not line.startswith(_FIELD):
                    continue  # empty lines, comments that keep a connection alive, other fields
                data = line.removeprefix(_FIELD).strip()
                if data == _DONE:
                    break
                delta = self._delta(data)
                if delta.text or delta.finish:
                    yield delta
                if delta.finish:
                    return
        raise self._lines.failure("broke off")

    def _body(self, prompt: Prompt) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._config.model,
            "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
            "stream": True,
            "temperature": self._config.temperature,
            "max_tokens": self._config.max_output_tokens,
        }
        if prompt.schema is not None:
            schema = {"name": prompt.name, "strict": True, "schema": prompt.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body

    def _delta(self, data: str) -> Delta:
        try:
            event = json.loads(data)
            if "error" in event:
                raise self._lines.failure("error event")
            choices = event["choices"]
            if not choices:
                return Delta("")  # usage comes in an event of its own
            text = choices[0].get("delta", {}).get("content") or ""
            finish = choices[0].get("finish_reason")
            told = event.get("usage")
            counts = told if isinstance(told, dict) else {}
            usage = usage_of(counts.get("prompt_tokens"), counts.get("completion_tokens"))
            if not isinstance(text, str) or not isinstance(finish, str | None):
                raise self._lines.failure("malformed")
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
            raise self._lines.failure("malformed") from error
        return Delta(text, finish, usage)
