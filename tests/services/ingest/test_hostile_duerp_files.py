"""S17-S19: files of DUERPs made to do harm are shown or refused within the limits, and the next one is fine."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.ingest.adapters.child_process import ChildProcess
from services.ingest.duerp_files import parsed_preview
from services.ingest.duerp_preview import PreviewRequest
from services.ingest.sandbox.limits import OF_A_DUERP
from shared.errors import InvalidInput, UnreadableDocument
from shared.http_api.duerp.imports import ImportPreview
from shared.language.catalogue import LANGUAGES, Catalogue
from tests.services.ingest.hostile.case import ANY, Bait, Case
from tests.services.ingest.hostile.duerp_files import CASES, HEADER, ROW

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

A_GB = 1_000_000_000
WORD = "rossignol-du-coffre"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def child() -> AsyncIterator[ChildProcess]:
    child = ChildProcess(OF_A_DUERP)
    async with child.opened():
        yield child


async def outcome(child: ChildProcess, case: Case, source: bytes) -> tuple[str, ImportPreview | None]:
    """Why a file was refused, or `read`, and what is shown of it."""
    try:
        return "read", parsed_preview(await child.preview(PreviewRequest(case.file_name), source))
    except InvalidInput as error:
        reason = str(error.params.get("reason", error.code))
        if isinstance(error, UnreadableDocument):
            assert all(Catalogue().has(f"reasons.{reason}") for _ in LANGUAGES), reason
        return reason, None


@pytest.mark.timeout(120)
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_s18_a_hostile_file_of_a_duerp_costs_itself_alone(
    child: ChildProcess, case: Case, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(WORD)
    source = await asyncio.to_thread(case.make, Bait(str(secret), "http://127.0.0.1:9", WORD))
    came_of_it, shown = await outcome(child, case, source)
    assert child.last_cost is not None
    assert child.last_cost.memory < A_GB
    assert came_of_it != "crashed", "a file that is odd is told from one that ends its reader"
    if case.reasons != ANY:
        assert came_of_it in (case.reasons or ("read",))
    assert shown is None or WORD not in shown.model_dump_json()
    good = parsed_preview(await child.preview(PreviewRequest("duerp.csv"), (HEADER + ROW).encode()))
    assert [line.hazard for line in good.lines] == ["Pompe"]


async def test_there_are_enough_of_them_and_each_is_told_apart() -> None:
    assert len(CASES) >= 100
    assert len({str(case) for case in CASES}) == len(CASES)
