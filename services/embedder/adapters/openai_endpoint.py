"""A model behind an endpoint that speaks OpenAI's embeddings: vLLM, Ollama, llama.cpp, Text Embeddings Inference, ...

Source: https://platform.openai.com/docs/api-reference/embeddings

What a server that is down, slow or overloaded does is retryable: the consumer waits in place, so nothing is tried again
here. What it answers wrongly is asked again twice, since a proxy may have said it, and then has failed for good.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import numpy as np

from services.embedder.adapters.openai_answers import UnusableAnswer, vectors_of
from services.embedder.ports import Vectors
from services.embedder.prefixes import NONE, Prefixes
from shared.contracts.index import EmbeddingModel
from shared.errors import EmbeddingFailed, InternalError, Unavailable

_CONNECT_TIMEOUT_S = 5
_TRIES_OF_A_WRONG_ANSWER = 3
_PAUSE_S = 0.2
_MOST_BYTES = 64 * 1024 * 1024
_LIMITS = httpx.Limits(max_connections=8, max_keepalive_connections=4)

_OVERLOADED = {408, 425, 429}
_TOO_LONG = {400, 413, 422}
"""What servers say to a text with more tokens than the model takes, and to a batch that is too large."""

_CUTS = 4
"""How often a text that is refused is cut to three quarters: to a third of it in the end."""

_SERVER_ERROR = 500
_OK = 200


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is, and how it is asked.

    Attributes:
        url: what comes before `/embeddings`, such as `http://127.0.0.1:8000/v1`.
        model: its name there.
        api_key: sent as a bearer token.
        timeout_s: longest wait for one answer, from the first byte sent to the last one read.
        batch: most texts of one request.
    """

    url: str
    model: str
    api_key: str | None = None
    timeout_s: float = 30
    batch: int = 32
    prefixes: Prefixes = NONE


class _Refused(Exception):
    """A status that says that the request, not the server, is at fault."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(status)


class OpenAiEngine:
    """Asks an endpoint (port: services.embedder.ports.Engine). Vectors are brought to length 1 here."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client: httpx.AsyncClient | None = None
        self._dimension: int | None = None

    @property
    def model(self) -> EmbeddingModel:
        """The name does not tell the server, since a model may move, but the prefixes, which change the vectors."""
        if self._dimension is None:
            raise InternalError(reason="the embedding engine is not open")
        prefixes = self._endpoint.prefixes
        name = self._endpoint.model
        if prefixes != NONE:
            both = f"{prefixes.query}\0{prefixes.passage}"
            name += f"@{hashlib.sha256(both.encode()).hexdigest()[:12]}"
        return EmbeddingModel(name=name, dimension=self._dimension, normalised=True)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Ask for one vector, which tells the dimension.

        Raises:
            Unavailable: the server does not answer now.
            EmbeddingFailed: it has no such model, or is no embeddings service.
        """
        headers = {"authorization": f"Bearer {self._endpoint.api_key}"} if self._endpoint.api_key else {}
        timeout = httpx.Timeout(self._endpoint.timeout_s, connect=_CONNECT_TIMEOUT_S)
        client = httpx.AsyncClient(headers=headers, timeout=timeout, limits=_LIMITS, trust_env=False)
        async with client:
            self._client = client
            try:
                self._dimension = (await self._embed([f"{self._endpoint.prefixes.query}1"])).shape[1]
                yield
            finally:
                self._client = self._dimension = None

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        parts = []
        for start in range(0, len(texts), self._endpoint.batch):
            chosen = texts[start : start + self._endpoint.batch]
            parts.append(await self._embed([self._endpoint.prefixes.passage + text for text in chosen]))
        return np.concatenate(parts)

    async def embed_query(self, text: str) -> Vectors:
        vector: Vectors = (await self._embed([self._endpoint.prefixes.query + text]))[0]
        return vector

    async def _embed(self, texts: list[str], cuts: int = _CUTS) -> Vectors:
        """Vectors of texts; what is refused as too much is sent again in halves, then shorter."""
        try:
            return await self._ask(texts)
        except _Refused as refused:
            may_be_shorter = refused.status in _TOO_LONG and self._dimension is not None
            if may_be_shorter and len(texts) > 1:
                half = len(texts) // 2
                return np.concatenate([await self._embed(texts[:half]), await self._embed(texts[half:])])
            if may_be_shorter and cuts:
                return await self._embed([texts[0][: len(texts[0]) * 3 // 4]], cuts - 1)
            raise EmbeddingFailed(model=self._endpoint.model, reason="refused", status=refused.status) from refused

    async def _ask(self, texts: list[str]) -> Vectors:
        for left in reversed(range(_TRIES_OF_A_WRONG_ANSWER)):
            body = await self._post({"model": self._endpoint.model, "input": texts, "encoding_format": "float"})
            try:
                return vectors_of(body, len(texts), self._dimension)
            except UnusableAnswer as error:
                if not left:
                    raise EmbeddingFailed(model=self._endpoint.model, reason=error.reason) from error
            await asyncio.sleep(_PAUSE_S)
        raise AssertionError("unreachable")

    async def _post(self, request: dict[str, object]) -> bytes:
        """The body of a successful answer.

        Raises:
            Unavailable: no connection, no answer in time, one that was cut, or a status that says so.
            _Refused: any other status.
        """
        if self._client is None:
            raise InternalError(reason="the embedding engine is not open")
        try:
            async with (
                asyncio.timeout(self._endpoint.timeout_s),  # httpx's own begins again with every byte
                self._client.stream("POST", f"{self._endpoint.url}/embeddings", json=request) as response,
            ):
                if response.status_code in _OVERLOADED or response.status_code >= _SERVER_ERROR:
                    raise Unavailable(part="embedding model", status=response.status_code)
                if response.status_code != _OK:
                    raise _Refused(response.status_code)
                return await _read(response, self._endpoint.model)
        except (httpx.TransportError, TimeoutError) as error:
            raise Unavailable(part="embedding model", reason=type(error).__name__) from error
        except httpx.DecodingError as error:
            raise EmbeddingFailed(model=self._endpoint.model, reason="vectors-not-json") from error


async def _read(response: httpx.Response, model: str) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise EmbeddingFailed(model=model, reason="vectors-too-large")
    return bytes(body)
