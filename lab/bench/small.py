"""Measure many small documents: one-passage texts that `vigie ingest` indexes in a second.

python -m lab.bench.small [--documents N] [--data DIR] [--json]        # Linux

The embedded stack and the command run as people run them, each a process of its own. The embedder is `hashing` unless
VIGIE_EMBEDDER_BACKEND says otherwise: it costs next to nothing, so that what is measured is the way, not the model.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop
from rich.console import Console

from lab.bench import report
from lab.bench.report import Figure
from lab.bench.stack import COMMAND, StackProcess
from shared.client import VigieClient
from shared.http_api.documents import DocumentQuery, DocumentState, DocumentView

_SLOWEST_MS = 50  # 20 documents a second
_MS = 1000
_WARM_UP = 3

err = Console(stderr=True, highlight=False)


def write_notes(folder: Path, count: int) -> None:
    """Write distinct texts of one passage."""
    folder.mkdir(parents=True)
    for number in range(count):
        lines = (f"Consigne {number}.{line} : porter les gants de l'atelier {number % 97}." for line in range(6))
        (folder / f"note-{number:05}.txt").write_text("\n".join(lines))


async def measure(options: argparse.Namespace, data: Path, folder: Path) -> tuple[list[Figure], list[str]]:
    """Ingest a few notes as warm-up, then all."""
    stack = StackProcess(data)
    err.print(f"starting the stack; its log: {stack.log}")
    write_notes(folder / "warm-up", _WARM_UP)
    write_notes(folder / "notes", options.documents)
    notes = [f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"]
    async with stack.running() as client:
        await _ingest(data, folder / "warm-up")
        before, started = stack.cpu_s(), time.perf_counter()
        await _ingest(data, folder / "notes")
        took, cpu = time.perf_counter() - started, stack.cpu_s() - before
        documents = await _indexed(client, "notes/", options.documents)
    first, last = min(each.created_at for each in documents), max(each.updated_at for each in documents)
    seconds = (last - first).total_seconds()
    each_s = [(each.updated_at - each.created_at).total_seconds() for each in documents]
    note = f"{len(documents) / seconds:.1f} documents a second; {len(documents)} documents of one passage"
    notes += [
        f"the command took {took:.1f} s; the stack {cpu:.1f} s of CPU ({100 * cpu / took:.0f} % of a core)",
        f"a document was on its way for {statistics.median(each_s):.2f} s (median), {max(each_s):.2f} s at most",
    ]
    return [Figure("small document", seconds / len(documents) * _MS, _SLOWEST_MS, "ms", note)], notes


async def _ingest(data: Path, folder: Path) -> None:
    command = [sys.executable, "-c", COMMAND, "ingest", str(folder), "--data", str(data), "--json"]
    await asyncio.to_thread(subprocess.run, command, check=True, stdout=subprocess.DEVNULL, stderr=sys.stderr)


async def _indexed(client: VigieClient, prefix: str, count: int) -> Sequence[DocumentView]:
    """Check that all documents are indexed.

    Raises:
        RuntimeError: some are not.
    """
    query = DocumentQuery(limit=1000, state=[DocumentState.INDEXED])
    found = [each async for each in client.documents(query) if each.key.startswith(prefix)]
    if len(found) != count:
        raise RuntimeError(f"{count - len(found)} of {count} documents are not indexed")
    return found


def main() -> None:
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m lab.bench.small", description=about)
    parser.add_argument("--documents", type=int, default=400, help="texts to send")
    parser.add_argument("--data", type=Path, help="data folder, not used before (default: a temporary one)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    os.environ.setdefault("VIGIE_EMBEDDER_BACKEND", "hashing")
    with tempfile.TemporaryDirectory(prefix="vigie-small-") as folder:
        data = (options.data or Path(folder) / "data").resolve()
        figures, notes = uvloop.run(measure(options, data, Path(folder)))
    if options.json:
        print(json.dumps(report.as_json(figures, {}, notes), ensure_ascii=False))
    else:
        report.show(figures, {}, notes)


if __name__ == "__main__":
    main()
