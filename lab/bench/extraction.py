"""Measure ingest alone: pages a second of PDF and docx through the child, and the longest block of the event loop.

python -m lab.bench.extraction [--documents N] [--pages N] [--data DIR] [--json]        # Linux

Documents take the way that they take in the service: object store, child process, passages back into the store. The
text is the fourth part of the Code du travail. Beside them run the whole code (55 MB) and a plain text of 10 MB, whose
answers are the longest. Needs what `make setup` installs, and npm for the corpus.
"""

import argparse
import asyncio
import gc
import json
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import uvloop
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from lab.bench import corpus, documents, report
from lab.bench.report import Figure
from services.ingest.adapters.child_process import ChildProcess
from services.ingest.adapters.question_files import QuestionFiles
from services.ingest.in_flight_window import InFlightWindow
from services.ingest.reading_turns import ReadingTurns
from services.ingest.sandbox.limits import DocumentLimits
from services.ingest.service import IngestService
from shared.access import Grant, GrantSigner, GrantVerifier
from shared.contracts.base import Event
from shared.contracts.documents import DocumentSubmitted
from shared.contracts.media_types import EXTENSIONS
from shared.disk.reserve import UNWATCHED
from shared.kafka.withdrawals import RecentWithdrawals
from shared.sealing.unsealed import UNSEALED
from shared.storage.folder import FolderStore
from shared.storage.sealed import SealedStore

_PROBE_S = 0.001
_SCHEDSTAT = Path("/proc/thread-self/schedstat")
_SLOWEST_PAGE_MS = 50  # 20 pages a second
_LONGEST_BLOCK_MS = 50
_TEXT_BYTES = 10_000_000
_MB = 1e6


class LoopLag:
    """Measures the longest delay of a sleep on the event loop, ms.

    Attributes:
        own_ms: the longest delay, less the thread's wait for a processor.
    """

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self.own_ms = 0.0

    @asynccontextmanager
    async def probing(self) -> AsyncIterator[None]:
        probe = asyncio.create_task(self._probe())
        try:
            yield
        finally:
            probe.cancel()

    async def _probe(self) -> None:
        while True:
            before, queued = time.perf_counter(), _queued_ms()
            await asyncio.sleep(_PROBE_S)
            late = (time.perf_counter() - before - _PROBE_S) * 1000
            self.longest_ms = max(self.longest_ms, late)
            self.own_ms = max(self.own_ms, late - (_queued_ms() - queued))


def _queued_ms() -> float:
    """Return how long this thread has waited for a processor, ms (/proc/thread-self/schedstat, second field)."""
    return int(_SCHEDSTAT.read_text().split()[1]) / 1e6


class _NoPublisher:
    """Publishes nothing (port: shared.kafka.ports.EventPublisher)."""

    async def publish(self, event: Event) -> None:
        """Drop the event."""


class Ingest:
    """The service on a folder, without a broker."""

    def __init__(self, folder: Path) -> None:
        self.lag = LoopLag()
        self.peak_bytes = 0
        self.store = SealedStore(FolderStore(folder), UNSEALED)
        self.child = ChildProcess(DocumentLimits())
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self._signer = GrantSigner(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self._service = IngestService(
            publisher=_NoPublisher(),
            verifier=GrantVerifier(public),
            objects=self.store,
            window=InFlightWindow(1_000_000, 64_000_000, 3600),
            extractor=self.child,
            withdrawals=RecentWithdrawals(),
            turns=ReadingTurns(1),
            room=UNWATCHED,
            max_chars=1500,
            max_passages=1_000_000,
            known_questions=QuestionFiles(),
            question_vectors=1,
        )

    async def take(self, name: str, data: bytes, media_type: str = "") -> float:
        """Ingest a document and return the seconds that it took."""
        source = await self.store.put(f"sources/{uuid4().hex}", data, scope="public")
        document = uuid4()
        event = DocumentSubmitted(
            document_id=document,
            version_id=uuid4(),
            sequence=1,
            scope="public",
            grant=self._signer.sign(Grant("bench", frozenset({"public"}), "write", document)),
            source=source,
            media_type=media_type,
            title=name,
            file_name=name,
        )
        start = time.perf_counter()
        async with self.lag.probing():
            await self._service.ingest(event)
        took = time.perf_counter() - start
        if self.child.last_cost is not None:
            self.peak_bytes = max(self.peak_bytes, self.child.last_cost.memory)
        return took


async def measure(options: argparse.Namespace, data: Path) -> tuple[list[Figure], list[str]]:
    part, whole = corpus.code(data, corpus.FOURTH_PART), corpus.code(data, None)
    lines = documents.paragraphs(part.read())
    texts = [list(documents.pages(lines, options.pages, number)) for number in range(options.documents)]
    known = {extension for each in EXTENSIONS.values() for extension in each}
    makers = {"pdf": documents.pdf, "docx": documents.docx}
    files = {kind: [make(text) for text in texts] for kind, make in makers.items() if f".{kind}" in known}
    text = ("\n\n".join(lines) * 20).encode()[:_TEXT_BYTES].decode(errors="ignore").encode()
    code = whole.read()
    ingest = Ingest(data / "objects")
    figures: list[Figure] = []
    notes: list[str] = []
    gc.collect()
    gc.freeze()  # collecting what was made to measure with is not the service's work
    async with ingest.child.opened():
        start, one = [await ingest.take("a.txt", b"Un.") * 1000 for _ in range(2)]
        notes.append(
            f"a document of one word: {one:.0f} ms; the first one, with the start of the zygote: {start:.0f} ms"
        )
        for kind, each in files.items():
            seconds = [await ingest.take(f"{number}.{kind}", file) for number, file in enumerate(each)]
            figures.append(_pages(kind, seconds, options))
        took = await ingest.take("code.json", code, whole.media_type)
        notes.append(f"the whole code, {len(code) / _MB:.0f} MB: {took:.1f} s")
        took = await ingest.take("texte.txt", text)
        notes.append(f"a text of {len(text) / _MB:.0f} MB: {took:.1f} s")
    note = f"longest that it stood still; {ingest.lag.longest_ms:.0f} ms with the waits for other programs"
    figures.append(Figure("event loop", ingest.lag.own_ms, _LONGEST_BLOCK_MS, "ms", note))
    figures.append(Figure("memory", ingest.peak_bytes / 1e9, 1.0, "GB", "peak of a child"))
    return figures, notes


def _pages(kind: str, seconds: Sequence[float], options: argparse.Namespace) -> Figure:
    pages = len(seconds) * options.pages
    note = f"{pages / sum(seconds):.0f} pages a second; {len(seconds)} documents of {options.pages} pages"
    return Figure(f"{kind} page", sum(seconds) / pages * 1000, _SLOWEST_PAGE_MS, "ms", note)


def main() -> None:
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m lab.bench.extraction", description=about)
    parser.add_argument("--documents", type=int, default=20, help="files of each kind")
    parser.add_argument("--pages", type=int, default=30, help="pages of each file")
    parser.add_argument("--data", type=Path, help="data folder, for the corpus (default: a temporary one)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vigie-extraction-") as folder:
        figures, notes = uvloop.run(measure(options, (options.data or Path(folder)).resolve()))
    if options.json:
        print(json.dumps(report.as_json(figures, {}, notes), ensure_ascii=False))
    else:
        report.show(figures, {}, notes)


if __name__ == "__main__":
    main()
