"""Has a language model write the questions that passages of a document answer."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import httpx

from shared.contracts.backends import BackendConfig
from shared.errors import ModelUnavailable
from shared.language.folding import folded
from shared.language.names import is_name, one_line

_FEWEST_CHARS, _MOST_CHARS = 12, 160
_PASSAGE_CHARS = 2_000
_SHORTEST_WORD = 4
_WORD = re.compile(r"[^\W\d_]+")
_OK = 200

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "questions": {"type": "array", "maxItems": 4, "items": {"type": "string", "maxLength": _MOST_CHARS}},
    },
    "required": ["questions"],
    "additionalProperties": False,
}


async def written_questions(
    config: BackendConfig, instructions: str, passages: Sequence[str], each: int
) -> AsyncIterator[tuple[str, ...]]:
    """Yield the questions that a model writes for each passage, in order: those that share a word with it.

    Args:
        config: the backend; its classes were heeded.
        instructions: what the model is told, in the document's language.
        each: most questions of a passage.

    Raises:
        ModelUnavailable: its server does not answer, or with something else.
    """
    waits = config.timeouts
    timeout = httpx.Timeout(waits.first_token + waits.total, connect=waits.connect)
    async with httpx.AsyncClient(headers=config.authorization, timeout=timeout, trust_env=False) as client:
        for passage in passages:
            yield _fit(await _asked(client, config, instructions, passage[:_PASSAGE_CHARS]), passage)[:each]


async def _asked(client: httpx.AsyncClient, config: BackendConfig, instructions: str, passage: str) -> list[str]:
    body = {
        "model": config.model,
        "messages": [{"role": "system", "content": instructions}, {"role": "user", "content": passage}],
        "max_tokens": config.max_output_tokens,
        "temperature": config.temperature,
        "response_format": {"type": "json_schema", "json_schema": {"name": "questions", "schema": SCHEMA}},
    }
    try:
        async with asyncio.timeout(config.timeouts.first_token + config.timeouts.total):
            answer = await client.post(f"{config.address}{config.dialect.chat_path}", json=body)
        if answer.status_code != _OK:
            raise ModelUnavailable(backend=config.name, reason=f"status {answer.status_code}")
        said = json.loads(answer.json()["choices"][0]["message"]["content"])["questions"]
        return [words for words in said if isinstance(words, str)]
    except (httpx.HTTPError, TimeoutError) as error:
        raise ModelUnavailable(backend=config.name, reason=type(error).__name__) from error
    except (ValueError, LookupError, TypeError) as error:
        raise ModelUnavailable(backend=config.name, reason="malformed") from error


def _fit(written: Iterable[str], passage: str) -> tuple[str, ...]:
    """Return the questions that may lead to the passage: one line, a question, and about something in it."""
    about = _words(passage)
    lines = (one_line(each).replace("|", " ") for each in written)
    fitting = (
        each
        for each in lines
        if _FEWEST_CHARS <= len(each) <= _MOST_CHARS
        and each.endswith("?")
        and "?" not in each[:-1]
        and is_name(each)
        and _words(each) & about
    )
    return tuple(dict.fromkeys(fitting))


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(folded(text)) if len(word) >= _SHORTEST_WORD}


def as_metadata(questions: Iterable[str], taken: Iterable[str], longest: int, most: int) -> dict[str, str]:
    """Return the questions as values of metadata, as many as fit: `questions`, `questions-2` and so on, if not taken.

    Args:
        taken: names of metadata that the document has.
        longest: characters of a value.
        most: values.
    """
    values: list[str] = []
    for question in dict.fromkeys(questions):
        if values and len(values[-1]) + 1 + len(question) <= longest:
            values[-1] = f"{values[-1]} {question}"
        elif len(values) < most:
            values.append(question)
        else:
            break
    known = set(taken)
    names = (name for n in range(1, 100) if (name := "questions" if n == 1 else f"questions-{n}") not in known)
    return dict(zip(names, values, strict=False))
