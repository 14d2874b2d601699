"""Any model of sentence-transformers, from a folder or Hugging Face's cache (extra `st`).

Weights are safetensors, no code of a model is run, and nothing is fetched unless the settings say so (S20).
"""

import asyncio
import copy
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from services.embedder.adapters.weights_folder import check_folder, digest_of, find_folder
from services.embedder.batching import plan_batches
from services.embedder.ports import Vectors
from services.embedder.prefixes import Prefixes, prefixes_for
from shared.contracts.index import EmbeddingModel
from shared.errors import EmbeddingFailed, InternalError

_MAX_CHARS_A_TOKEN = 32
"""Characters that a token has at most, generously: what lies beyond is cut by the tokens anyway."""


@dataclass(frozen=True, slots=True)
class StOptions:
    """How a model is loaded and run.

    Attributes:
        hub: whether a model that is not on this machine may be fetched.
        device: cpu, cuda, cuda:1, mps; None: the best there is.
        threads: that one run may use.
        token_budget: padded tokens that run together.
        max_tokens: of a text; the model's own limit where it is lower.
        prefixes: for questions and passages; None: the model's own.
    """

    hub: bool = False
    device: str | None = None
    threads: int = 1
    token_budget: int = 2048
    max_tokens: int = 512
    prefixes: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Encoder:
    """The model for one kind of text, with a tokenizer of its own: one cannot serve two threads."""

    model: Any
    prefix: str
    max_chars: int

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, prefix included, as far as the model reads."""
        limit = self.model.max_seq_length
        tokens = self.model.tokenizer([self.prefix + text for text in texts], truncation=True, max_length=limit)
        return [len(ids) for ids in tokens["input_ids"]]

    def run(self, texts: Sequence[str]) -> Vectors:
        vectors = self.model.encode(
            list(texts),
            prompt=self.prefix or None,
            batch_size=len(texts),
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, np.float32)


@dataclass(frozen=True, slots=True)
class _Opened:
    """Each kind of text has a thread of its own, so that a question does not wait for passages."""

    name: EmbeddingModel
    passages: _Encoder
    queries: _Encoder
    passage_thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "embed-passages"))
    query_thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "embed-query"))


class SentenceTransformersEngine:
    """Runs a model here (port: services.embedder.ports.Engine).

    Args:
        name: a folder, or a name that the hub's cache knows.
    """

    def __init__(self, name: str, options: StOptions) -> None:
        self._name = name
        self._options = options
        self._opened: _Opened | None = None

    @property
    def model(self) -> EmbeddingModel:
        return self._ready().name

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        opened = self._opened = await asyncio.to_thread(_load, self._name, self._options)
        try:
            yield
        finally:
            self._opened = None
            for thread in (opened.passage_thread, opened.query_thread):
                await asyncio.to_thread(thread.shutdown, cancel_futures=True)

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Runs are short, so that a stop waits for no more than one of them."""
        opened, loop = self._ready(), asyncio.get_running_loop()
        encoder, thread = opened.passages, opened.passage_thread
        texts = [text[: encoder.max_chars] for text in texts]
        lengths = await loop.run_in_executor(thread, encoder.lengths, texts)
        vectors = np.empty((len(texts), opened.name.dimension), np.float32)
        for batch in plan_batches(lengths, self._options.token_budget):
            chosen = [texts[index] for index in batch.indices]
            vectors[list(batch.indices)] = await loop.run_in_executor(thread, encoder.run, chosen)
        return vectors

    async def embed_query(self, text: str) -> Vectors:
        opened = self._ready()
        encoder = opened.queries
        run = asyncio.get_running_loop().run_in_executor
        vectors = await run(opened.query_thread, encoder.run, [text[: encoder.max_chars]])
        query: Vectors = vectors[0]
        return query

    def _ready(self) -> _Opened:
        if self._opened is None:
            raise InternalError(reason="the embedding engine is not open")
        return self._opened


def _load(name: str, options: StOptions) -> _Opened:
    """Find, check, load, and embed one text: the first run allocates, and nobody should wait for that."""
    try:
        import sentence_transformers  # noqa: PLC0415 (seconds to import, and an extra's)
        import torch  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise EmbeddingFailed(model=name, reason="extra-st") from error
    folder = find_folder(name, hub=options.hub)
    check_folder(folder, name)
    torch.set_num_threads(options.threads)
    try:
        model: Any = sentence_transformers.SentenceTransformer(
            str(folder),
            device=options.device,
            trust_remote_code=False,
            local_files_only=True,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise EmbeddingFailed(model=name, reason="not-loadable", detail=type(error).__name__) from error
    model.eval()
    model.max_seq_length = min(model.max_seq_length or options.max_tokens, options.max_tokens)
    prefixes = prefixes_for(name, options.prefixes, model.prompts)
    return _encoders(model, folder, name, prefixes)


def _encoders(model: Any, folder: Path, name: str, prefixes: Prefixes) -> _Opened:
    max_chars = model.max_seq_length * _MAX_CHARS_A_TOKEN
    passages = _Encoder(model, prefixes.passage, max_chars)
    queries = _Encoder(_with_the_same_weights(model), prefixes.query, max_chars)
    for encoder in (passages, queries):
        dimension = encoder.run([""]).shape[1]
    label = name if not Path(name).expanduser().is_dir() else folder.resolve().name
    identity = f"{label}@{digest_of(folder, prefixes, model.max_seq_length)}"
    return _Opened(EmbeddingModel(name=identity, dimension=dimension, normalised=True), passages, queries)


def _with_the_same_weights(model: Any) -> Any:
    """A copy with a tokenizer of its own that shares the weights, which are nearly all of its memory."""
    shared = {id(tensor): tensor for tensor in chain(model.parameters(), model.buffers())}
    return copy.deepcopy(model, shared)
