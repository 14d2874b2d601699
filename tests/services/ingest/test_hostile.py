"""S17-S19: files made to do harm are read or refused within the limits, reach nothing, and the next one is fine."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.ingest.adapters.child_process import ChildProcess
from services.ingest.ports import ExtractionRequest
from services.ingest.sandbox.limits import DocumentLimits
from shared.contracts.object_layout import BATCH
from shared.errors import InvalidInput, UnreadableDocument
from shared.language.catalogue import LANGUAGES, Catalogue
from tests.services.ingest.hostile import bombs, drawn_weaknesses, images, mails, office, pdf_files, texts, weaknesses
from tests.services.ingest.hostile.case import ANY, Bait, Case

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

CASES = [
    *pdf_files.CASES,
    *office.CASES,
    *texts.CASES,
    *mails.CASES,
    *images.CASES,
    *bombs.CASES,
    *weaknesses.CASES,
    *drawn_weaknesses.CASES,
]
LIMITS = DocumentLimits(seconds=25, memory_mb=900, text_mb=50)
A_GB = 1_000_000_000
WORD = "rossignol-du-coffre"
NOT_THERE = "unsupported-media-type"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def extractor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ChildProcess]:
    """Without tesseract, so that scans end in the same way on every machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(tmp_path_factory.mktemp("empty")))
        child = ChildProcess(LIMITS)
        async with child.opened():
            yield child


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


@pytest.fixture
def bait(tmp_path: Path, listener: socket.socket) -> Bait:
    secret = tmp_path / "secret.txt"
    secret.write_text(WORD)
    return Bait(str(secret), f"http://127.0.0.1:{listener.getsockname()[1]}", WORD)


async def outcome(extractor: ChildProcess, case: Case, source: bytes) -> tuple[str, str]:
    """Why a file was refused, or `read`; and the text that was found."""
    try:
        found = await extractor.extract(ExtractionRequest(case.media_type, case.file_name, None, 1500), source)
    except InvalidInput as error:
        reason = str(error.params.get("reason", error.code))
        if isinstance(error, UnreadableDocument):
            assert all(Catalogue().has(f"reasons.{reason}") for _ in LANGUAGES), reason
        return reason, str(error)
    passages = [chunk.text for batch in range(-(-found.count // BATCH)) for chunk in found.batch(batch)]
    return "read", b"".join(found.text).decode() + "\n".join(passages)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_s18_a_hostile_file_costs_itself_alone(
    extractor: ChildProcess, case: Case, bait: Bait, listener: socket.socket
) -> None:
    came_of_it, text = await outcome(extractor, case, await asyncio.to_thread(case.make, bait))
    assert extractor.last_cost is not None
    assert extractor.last_cost.memory < A_GB
    if case.reasons != ANY:
        assert came_of_it in (case.reasons or ("read",))
    assert WORD not in text
    with pytest.raises(BlockingIOError):
        listener.accept()
    good = await extractor.extract(ExtractionRequest("", "consignes.md", None, 1500), b"# Gants\n\nPorter des gants.")
    assert (good.count, good.title) == (1, "Gants")


async def test_there_are_enough_of_them_and_each_is_told_apart() -> None:
    assert len(CASES) >= 100
    assert len({str(case) for case in CASES}) == len(CASES)
