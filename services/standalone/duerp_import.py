"""The preview of an import, read in a confined child without a running Vigie."""

import asyncio
import json
from pathlib import Path
from typing import Any

from services.ingest.adapters.child_process import ChildProcess
from services.ingest.duerp_preview import PreviewRequest
from services.ingest.sandbox.limits import OF_A_DUERP
from shared.errors import InvalidInput

MOST_BYTES = 100_000_000


async def preview(file: Path, mapping: str = "") -> dict[str, Any]:
    """Return the preview of a file, without the words of its report.

    Args:
        mapping: the kept mapping of the file's source, as JSON; "" for none.

    Raises:
        OSError: the file cannot be read.
        InvalidInput: it is too large, or no table of ours.
    """
    source = await asyncio.to_thread(file.read_bytes)
    if len(source) > MOST_BYTES:
        raise InvalidInput(reason=f"{file.name}: > {MOST_BYTES // 1_000_000} MB")
    child = ChildProcess(OF_A_DUERP)
    async with child.opened():
        found: dict[str, Any] = json.loads(await child.preview(PreviewRequest(file.name, mapping), source))
    return found
