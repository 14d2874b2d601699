"""Fakes of the generator's ports, and passages in the formats that ingest writes. The texts are our own."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Collection
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from services.generator.answering.calibration import Calibration, Weight
from services.generator.answering.ports import Backend, Texts, Truncated, WritingRequest
from services.generator.french.terms import stems
from services.generator.grounding.citations import DraftSentence
from services.generator.grounding.sources import Source
from shared.contracts.base import Event, ObjectRef
from shared.contracts.confidentiality import Confidentiality
from shared.contracts.identities import passage_id
from shared.contracts.object_layout import BATCH, batch_key, encode_batch
from shared.contracts.passages import Passage
from shared.contracts.questions import Evidence
from shared.errors import NotFound
from shared.kafka.ports import EventPublisher
from shared.storage.ports import ObjectStore

VERSION = uuid5(UUID(int=0), "a version")
DOCUMENT = uuid5(UUID(int=0), "a document")


def passage(ordinal: int, text: str, *, scope: str = "public", article: str | None = None) -> Passage:
    return Passage(
        id=passage_id(VERSION, ordinal),
        document_id=DOCUMENT,
        version_id=VERSION,
        scope=scope,
        ordinal=ordinal,
        title="Code du jardin",
        headings=("Outils",),
        text=text,
        start=0,
        end=len(text),
        article=article,
        article_version="LEGI1" if article else None,
        in_force_from=date(2020, 1, 2) if article else None,
        source_url=f"https://www.legifrance.gouv.fr/{article}" if article else None,
    )


def evidence(item: Passage, *, rank: int = 1, dense: float | None = 0.9, exact: bool = False) -> Evidence:
    return Evidence(
        rank=rank,
        score=1 / rank,
        passage=item.id,
        document=item.document_id,
        article=item.article,
        dense=dense,
        exact=exact,
    )


def source(ordinal: int, text: str, *, rank: int | None = None, dense: float | None = 0.9, exact: bool = False,
           scope: str = "public", article: str | None = None) -> Source:  # fmt: skip
    item = passage(ordinal, text, scope=scope, article=article)
    return Source(item, evidence(item, rank=rank or ordinal + 1, dense=dense, exact=exact))


CALIBRATION = Calibration(
    model="fake",
    method="by hand: answers from a cosine of .86 on",
    bias=0,
    weights={"dense": Weight(mean=0.86, scale=0.01, weight=1)},
    vocabulary=stems("sécateur échelle jardin"),
    threshold=0.5,
)


class FakeStore:
    """Objects in memory; counts the reads."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.reads: list[str] = []

    def keep(self, *passages: Passage) -> None:
        batches: dict[str, list[Passage]] = {}
        for item in passages:
            batches.setdefault(batch_key(item.version_id, item.ordinal // BATCH), []).append(item)
        self.objects.update({key: encode_batch(batch) for key, batch in batches.items()})

    async def put(self, key: str, data: bytes | AsyncIterable[bytes], *, scope: str = "public") -> ObjectRef:
        whole = data if isinstance(data, bytes) else b"".join([chunk async for chunk in data])
        self.objects[key] = whole
        return ObjectRef(key=key, sha256=sha256(whole).hexdigest(), size=len(whole))

    async def get(self, key: str) -> bytes:
        self.reads.append(key)
        if key not in self.objects:
            raise NotFound(what="object")
        return self.objects[key]

    async def delete(self, prefix: str) -> None:
        self.objects = {key: data for key, data in self.objects.items() if not key.startswith(prefix)}


class FakePublisher:
    def __init__(self) -> None:
        self.events: list[Event] = []

    async def publish(self, event: Event) -> None:
        self.events.append(event)


class FakeTexts:
    def text(self, language: str, key: str, **params: str | float) -> str:
        return f"{language} {key} {sorted(params.items())}"


class FakeBackend:
    """Says what it is told to say; `before_each` runs before a sentence leaves it."""

    name = "fake"
    mode = "generated"
    model = "tiny"
    prompt = "answer/0"

    def __init__(
        self,
        *drafts: DraftSentence | Truncated,
        before_each: Callable[[], None] = lambda: None,
        end: Exception | None = None,
        classes: Collection[Confidentiality] = frozenset(Confidentiality),
    ) -> None:
        self._drafts = drafts
        self._before_each = before_each
        self._end = end
        self.classes = classes
        self.requests: list[WritingRequest] = []
        self.closed = False

    async def write(self, request: WritingRequest) -> AsyncGenerator[DraftSentence | Truncated, None]:
        self.requests.append(request)
        try:
            for draft in self._drafts:
                self._before_each()
                yield draft
            if self._end:
                raise self._end
        finally:
            self.closed = True


class SilentBackend(FakeBackend):
    """A model that never says anything; `asked` is set once somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def write(self, request: WritingRequest) -> AsyncGenerator[DraftSentence | Truncated, None]:
        try:
            self.asked.set()
            await asyncio.Event().wait()
            yield Truncated()
        finally:
            self.closed = True


if TYPE_CHECKING:  # a port that gains a method fails here
    _ports: tuple[type[ObjectStore], type[EventPublisher], type[Texts], type[Backend]] = (
        FakeStore,
        FakePublisher,
        FakeTexts,
        FakeBackend,
    )
