"""multilingual-e5-small, quantised, in ONNX Runtime: the engine that needs neither a GPU, nor torch, nor a download.

Prefixes and the limit of 512 tokens: https://huggingface.co/intfloat/multilingual-e5-small
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import sentencepiece

from services.embedder.adapters.e5_build import NAME, PASSAGE_FILE, QUERY_FILE, TOKENIZER_FILE, installed_model
from services.embedder.batching import plan_batches
from services.embedder.ports import Vectors
from shared.contracts.index import EmbeddingModel
from shared.errors import InternalError

DIMENSION = 384
MAX_TOKENS = 512

_QUERY = "query: "
_PASSAGE = "passage: "
_MAX_CHARS = 32 * MAX_TOKENS  # no piece is longer than 16 characters: what lies beyond is cut by the tokens anyway


@dataclass(frozen=True, slots=True)
class _Encoder:
    """The model loaded for one kind of text. Runs are independent of each other, in any thread.

    Attributes:
        prefix: what the model wants before each text.
    """

    prefix: str
    session: onnxruntime.InferenceSession
    tokenizer: sentencepiece.SentencePieceProcessor

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, with begin and end, 512 at most."""
        begin, end = self.tokenizer.bos_id(), self.tokenizer.eos_id()
        pieces: list[list[int]] = self.tokenizer.encode([self.prefix + text[:_MAX_CHARS] for text in texts])
        return [[begin, *ids[: MAX_TOKENS - 2], end] for ids in pieces]

    def run(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        """Vectors of texts padded to the longest, shape (texts, dimension)."""
        shape = len(tokens), max(map(len, tokens))
        ids = np.full(shape, self.tokenizer.pad_id(), np.int64)
        mask = np.zeros(shape, np.int64)
        for row, text in enumerate(tokens):
            ids[row, : len(text)] = text
            mask[row, : len(text)] = 1
        vectors: Vectors = self.session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


@dataclass(frozen=True, slots=True)
class _Opened:
    """Each kind of text has a thread of its own, so that a question does not wait for passages."""

    passages: _Encoder
    queries: _Encoder
    passage_thread: ThreadPoolExecutor
    query_thread: ThreadPoolExecutor


class OnnxEngine:
    """Builds the model on first use, then runs it here (port: services.embedder.ports.Engine).

    Args:
        cache: folder below which built models are kept.
        threads: that one run may use.
        token_budget: padded tokens that run together; memory and the time of a run grow with it.
    """

    def __init__(self, *, cache: Path, threads: int, token_budget: int) -> None:
        self._cache = cache
        self._threads = threads
        self._token_budget = token_budget
        self._opened: _Opened | None = None

    @property
    def model(self) -> EmbeddingModel:
        return EmbeddingModel(name=NAME, dimension=DIMENSION, normalised=True)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        folder = await installed_model(self._cache)
        encoders = await asyncio.to_thread(_load, folder, self._threads)
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
        for batch in plan_batches([len(text) for text in tokens], self._token_budget):
            chosen = [tokens[index] for index in batch.indices]
            vectors[list(batch.indices)] = await loop.run_in_executor(opened.passage_thread, encoder.run, chosen)
        return vectors

    async def embed_query(self, text: str) -> Vectors:
        opened = self._ready()
        run = asyncio.get_running_loop().run_in_executor
        vectors: Vectors = await run(opened.query_thread, _embed_one, opened.queries, text)
        return vectors

    def _ready(self) -> _Opened:
        if self._opened is None:
            raise InternalError(reason="the embedding engine is not open")
        return self._opened


def _embed_one(encoder: _Encoder, text: str) -> Vectors:
    vector: Vectors = encoder.run(encoder.tokenise([text]))[0]
    return vector


def _load(folder: Path, threads: int) -> tuple[_Encoder, _Encoder]:
    """The encoders of passages and of questions."""
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(folder / TOKENIZER_FILE))
    passages = _Encoder(_PASSAGE, _session(folder / PASSAGE_FILE, threads), tokenizer)
    queries = _Encoder(_QUERY, _session(folder / QUERY_FILE, threads), tokenizer)
    for encoder in (passages, queries):
        _embed_one(encoder, "")  # the first run allocates and prepares; nobody should wait for that
    return passages, queries


def _session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # an idle engine must cost no CPU
    options.enable_mem_pattern = False  # shapes differ from run to run: a plan kept for each would only grow
    provider = "CPUExecutionProvider", {"arena_extend_strategy": "kSameAsRequested"}  # the default doubles each time
    return onnxruntime.InferenceSession(model, options, providers=[provider])
