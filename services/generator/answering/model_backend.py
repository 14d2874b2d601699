"""The backend that lets a language model write: the prompt, the sentences in its output, and their sources."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from services.generator.answering.output_parsing import JsonReader, ParsedSentence, Reader, TextReader
from services.generator.answering.ports import Truncated, WritingRequest
from services.generator.answering.prompting import PROMPT, Prepared, prepare
from services.generator.grounding.citations import Claim, DraftSentence, find_quote
from services.generator.grounding.sources import Source
from services.generator.models.guarded_model import GuardedModel
from services.generator.models.ports import TextModel
from services.generator.models.prompt_text import Budget
from shared.contracts.backends import BackendConfig
from shared.contracts.confidentiality import Confidentiality

_FULL_STOP = re.compile(r"\s*([.!?\u2026]?)\s*$")
_BROKEN = "\ufffd"
"""What decoders put where bytes are no character: a token that was cut."""


class ModelBackend:
    """Writes drafts with a model; grounding/citations.py checks them.

    Args:
        config: its name, classes and sizes.
        guarded: what writes.
    """

    mode = "generated"
    prompt = PROMPT

    def __init__(self, config: BackendConfig, guarded: GuardedModel) -> None:
        self._config = config
        self.guarded = guarded

    @property
    def name(self) -> str:
        return self._config.name

    @property
    def model(self) -> str:
        return self._config.model

    @property
    def classes(self) -> frozenset[Confidentiality]:
        return self._config.classes

    async def write(self, request: WritingRequest) -> AsyncGenerator[DraftSentence | Truncated, None]:
        asked_at = time.monotonic()
        prepared = await asyncio.to_thread(self._prepare, request)
        left = max(0.0, request.seconds - (time.monotonic() - asked_at))
        async with self.guarded.call(left) as call, aclosing(self._drafts(call, prepared, request.sources)) as drafts:
            async for draft in drafts:
                yield draft

    async def _drafts(
        self, call: TextModel, prepared: Prepared, sources: Sequence[Source]
    ) -> AsyncGenerator[DraftSentence | Truncated, None]:
        shown = sources[: prepared.shown]
        reader: Reader = JsonReader() if self._config.output == "json" else TextReader()
        finish = ""
        async with aclosing(call.stream(prepared.prompt)) as deltas:
            async for delta in deltas:
                finish = delta.finish or ""
                for sentence in reader.feed(delta.text):
                    yield _draft(sentence, shown)
                if reader.finished:
                    finish = finish or "stop"  # what follows the object is no answer: do not wait for it
                    break
        for sentence in reader.end(whole=finish == "stop"):
            yield _draft(sentence, shown)
        if finish == "length":
            yield Truncated()
        elif isinstance(reader, JsonReader) and not reader.finished:
            raise self.guarded.failure("malformed")  # the server answers, but not with an answer

    def _prepare(self, request: WritingRequest) -> Prepared:
        budget = Budget(self._config.context_tokens, self._config.max_output_tokens)
        return prepare(request.question.text, request.language, request.sources, budget, self._config.output)


def _draft(sentence: ParsedSentence | None, sources: Sequence[Source]) -> DraftSentence:
    """Return the sentence with its markers and claims; without claims, and so refused, where its sources are none."""
    if sentence is None or _BROKEN in sentence.text:
        return DraftSentence("", (), generated=True)
    numbers = list(dict.fromkeys(sentence.sources))
    if not numbers or not all(1 <= n <= len(sources) for n in numbers):
        return DraftSentence("", (), generated=True)
    cited = [sources[n - 1] for n in numbers]
    claims = [_quoted(quote, cited) for quote in sentence.quotes]
    quoted = {claim.passage for claim in claims}
    claims += [Claim(source.passage.id, None) for source in cited if source.passage.id not in quoted]
    markers = "".join(f"[{n}]" for n in numbers)
    text = _FULL_STOP.sub(lambda stop: f" {markers}{stop[1]}", sentence.text, count=1)
    return DraftSentence(text, tuple(claims), generated=True)


def _quoted(quote: str, cited: Sequence[Source]) -> Claim:
    """Claim the quote of the first source that has it; of the first one if none has, so that the check refuses it."""
    found = next((source for source in cited if find_quote(quote, source.passage.text)), cited[0])
    return Claim(found.passage.id, quote)
