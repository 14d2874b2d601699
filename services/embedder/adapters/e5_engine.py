"""multilingual-e5-small on this machine: tokens, batches and threads, which its engines share.

Prefixes and the limit of 512 tokens: https://huggingface.co/intfloat/multilingual-e5-small
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import sentencepiece

from services.embedder.adapters.e5_build import TOKENIZER_FILE, Recipe, installed_model
from services.embedder.adapters.e5_tokenizer import PASSAGE, QUERY, pad, rounded_up, tokenise
from services.embedder.batching import Batch, plan_batches
from services.embedder.ports import Vectors
from shared.contracts.index import EmbeddingModel
from shared.errors import InternalError

DIMENSION = 384

Ints = npt.NDArray[np.int64]
Run = Callable[[Ints, Ints], Vectors]
"""Vectors of token ids and their mask, both of shape (texts, tokens); runs are independent of each other."""


@dataclass(frozen=True, slots=True)
class _Encoder:
    """The model loaded for one kind of text.

    Attributes:
        prefix: what the model wants before each text.
        step: what the padded length is a multiple of.
    """

    prefix: str
    infer: Run
    tokenizer: sentencepiece.SentencePieceProcessor
    step: int

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, with begin and end, 512 at most."""
        return tokenise(self.tokenizer, self.prefix, texts)

    def run(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        """Vectors of texts padded to the longest, shape (texts, dimension)."""
        return self.infer(*pad(tokens, self.tokenizer.pad_id(), self.step))


@dataclass(frozen=True, slots=True)
class _Opened:
    """Each kind of text has a thread of its own, so that a question does not wait for passages."""

    passages: _Encoder
    queries: _Encoder
    passage_thread: ThreadPoolExecutor
    query_thread: ThreadPoolExecutor


class E5Engine(ABC):
    """Builds the model on first use, then runs it here (port: services.embedder.ports.Engine).

    Args:
        cache: folder below which built models are kept.
        threads: that one run may use.
        token_budget: padded tokens that run together; memory and the time of a run grow with it.

    Attributes:
        recipe: how the model is built; its name is the model's.
        passage_step: what the padded length of passages is a multiple of.
        query_step: that of questions.
    """

    recipe: ClassVar[Recipe]
    passage_step: ClassVar[int] = 1
    query_step: ClassVar[int] = 1

    def __init__(self, *, cache: Path, threads: int, token_budget: int) -> None:
        self._cache = cache
        self._threads = threads
        self._token_budget = token_budget
        self._opened: _Opened | None = None

    @abstractmethod
    def _load(self, folder: Path) -> tuple[Run, Run]:
        """Load what embeds passages, and what embeds questions."""

    @property
    def model(self) -> EmbeddingModel:
        return EmbeddingModel(name=self.recipe.name, dimension=DIMENSION, normalised=True)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        folder = await installed_model(self._cache, self.recipe)
        encoders = await asyncio.to_thread(self._encoders, folder)
        threads = ThreadPoolExecutor(1, "embed-passages"), ThreadPoolExecutor(1, "embed-query")
        self._opened = _Opened(*encoders, *threads)
        try:
            yield
        finally:
            self._opened = None
            for thread in threads:
                await asyncio.to_thread(thread.shutdown, cancel_futures=True)

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Runs are short, so that a stop waits for no more than one of them."""
        opened, loop = self._ready(), asyncio.get_running_loop()
        encoder = opened.passages
        tokens = await loop.run_in_executor(opened.passage_thread, encoder.tokenise, texts)
        vectors = np.empty((len(texts), DIMENSION), np.float32)
        lengths = [rounded_up(len(text), self.passage_step) for text in tokens]
        for batch in self._plan(lengths, self._token_budget):
            chosen = [tokens[index] for index in batch.indices]
            vectors[list(batch.indices)] = await loop.run_in_executor(opened.passage_thread, encoder.run, chosen)
        return vectors

    async def embed_query(self, text: str) -> Vectors:
        opened = self._ready()
        run = asyncio.get_running_loop().run_in_executor
        vectors: Vectors = await run(opened.query_thread, _embed_one, opened.queries, text)
        return vectors

    def _encoders(self, folder: Path) -> tuple[_Encoder, _Encoder]:
        tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(folder / TOKENIZER_FILE))
        passages, queries = self._load(folder)
        encoders = (
            _Encoder(PASSAGE, passages, tokenizer, self.passage_step),
            _Encoder(QUERY, queries, tokenizer, self.query_step),
        )
        for encoder in encoders:
            _embed_one(encoder, "")  # the first run allocates and prepares; nobody should wait for that
        return encoders

    def _plan(self, lengths: Sequence[int], budget: int) -> list[Batch]:
        """Distribute passages of these padded lengths over runs."""
        return plan_batches(lengths, budget)

    def _ready(self) -> _Opened:
        if self._opened is None:
            raise InternalError(reason="the embedding engine is not open")
        return self._opened


def _embed_one(encoder: _Encoder, text: str) -> Vectors:
    vector: Vectors = encoder.run(encoder.tokenise([text]))[0]
    return vector
