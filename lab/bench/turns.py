"""Measure how long small documents of a unit take while a large text of another unit is on its way (ADR 26).

python -m lab.bench.turns [--size-mb N] [--notes N] [--connected] [--data DIR] [--json]      # Linux

1. A text of 50 MB of unit A is sent; the first of its passages are waited for.
2. Twenty notes of unit B are sent one after the other: how long until each is findable, and whether a question
   about it cites it. The large text has to be on its way still when the last one is.

The embedded stack, or with --connected the five services on the servers of VIGIE_TEST_KAFKA (or _SERVERS) and
_POSTGRES. The embedding model is the one of the settings (VIGIE_EMBEDDER_BACKEND=hashing for a quick one). Ends with 1
when a note is not cited or takes longer than LONGEST_S, or the large text ended before the last of them.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop
from rich.console import Console

from lab.bench import report
from lab.bench.connected import servers
from lab.bench.connected.services import Services
from lab.bench.report import Figure
from lab.bench.stack import StackProcess
from services.standalone.local_issuer import LocalIssuer, Person
from shared.access import Role
from shared.client import VigieClient
from shared.contracts.services import Service
from shared.http_api.documents import DocumentState, DocumentView

LONGEST_S = 5.0
"""Seconds until a small document is findable, whatever others have sent (ADR 26)."""

_PATIENCE_S = 3600
_POLL_S = 0.05
_MEGABYTE = 1_000_000
_OF_A = Person("alice", units=("A",), roles=(Role.PREVENTION_ASSISTANT,))
_OF_B = Person("bob", units=("B",), roles=(Role.PREVENTION_ASSISTANT,))

Connect = Callable[[Person], VigieClient]

err = Console(stderr=True, highlight=False)


def large_text(size: int) -> bytes:
    """Return a text of `size` bytes, or a paragraph less: ordinary words, no paragraph as another one."""
    paragraphs: list[str] = []
    so_far = 0
    while so_far < size:
        number = len(paragraphs)
        sentences = (
            f"Le poste {number}-{line} de l'atelier {number % 89} demande des gants, des lunettes et l'avis "
            f"du responsable {line * 7 + number % 13} avant chaque intervention sur la machine."
            for line in range(10)
        )
        paragraphs.append(" ".join(sentences))
        so_far += len(paragraphs[-1].encode()) + 2
    return "\n\n".join(paragraphs[:-1]).encode()


def note(number: int) -> bytes:
    """Return a text of one passage with a name of its own."""
    return (
        f"# Bâtiment Zêta-{number}\n\nLe coupe-circuit du bâtiment Zêta-{number} est au sous-sol {number}.\n".encode()
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a note: seconds until it was findable, and whether a question about it cites it."""

    seconds: float
    is_cited: bool


async def measure(connect: Connect, options: argparse.Namespace) -> tuple[list[Taken], DocumentView]:
    """Send the large text and then the notes; return what became of the notes, and the large text as it was then."""
    async with connect(_OF_A) as alice, connect(_OF_B) as bob:
        await _until(bob, await bob.submit("warm-up.md", note(0), scope="unit:B"), _is_findable)
        text = large_text(options.size_mb * _MEGABYTE)
        large = await alice.submit("large.txt", text, scope="unit:A")
        err.print(f"sent {len(text) / _MEGABYTE:.0f} MB of unit A")
        large = await _until(alice, large, lambda found: found.indexed > 0)
        err.print(f"{large.indexed} of its {large.passages} passages are in the index")
        taken = []
        for number in range(1, options.notes + 1):
            started = time.perf_counter()
            sent = await bob.submit(f"note-{number}.md", note(number), scope="unit:B")
            await _until(bob, sent, _is_findable)
            seconds = time.perf_counter() - started
            answer = await bob.ask(f"Où est le coupe-circuit du bâtiment Zêta-{number} ?")
            taken.append(Taken(seconds, sent.id in {each.document for each in answer.citations}))
            err.print(f"note {number}: {seconds:.2f} s, load {os.getloadavg()[0]:.1f}")
        return taken, await alice.document(large.id)


async def _until(client: VigieClient, sent: DocumentView, has_come: Callable[[DocumentView], bool]) -> DocumentView:
    """Wait until something holds of a document, and return it.

    Raises:
        RuntimeError: it failed.
    """
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            found = await client.document(sent.id)
            if found.state == DocumentState.FAILED:
                raise RuntimeError(f"{found.key} failed: {found.failure}")
            if has_come(found):
                return found
            await asyncio.sleep(_POLL_S)


def _is_findable(document: DocumentView) -> bool:
    return document.state == DocumentState.INDEXED


@asynccontextmanager
async def embedded(data: Path) -> AsyncIterator[Connect]:
    """Run `vigie up`."""
    stack = StackProcess(data)
    err.print(f"starting the stack; its log: {stack.log}")
    async with stack.running() as client:
        issuer, url = LocalIssuer(data / "keys"), str(client.http.base_url)
        yield lambda person: VigieClient(url, issuer.token(person), "fr")


@asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[Connect]:
    """Run the five services on Kafka and PostgreSQL."""
    with servers.kafka() as kafka, servers.topics(kafka.bootstrap_servers) as settings:
        async with servers.postgres() as database:
            environment = {
                "VIGIE_KAFKA_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
                "VIGIE_KAFKA_TOPIC_PREFIX": settings.topic_prefix,
                "VIGIE_GATEWAY_DATABASE_URL": database.url,
            }
            services = Services(folder, environment)
            err.print(f"starting the services; their logs: {folder}")
            try:
                await services.start(*reversed(Service))
                url = f"http://127.0.0.1:{services.port}"
                yield lambda person: VigieClient(url, services.issuer.token(person), "fr")
            finally:
                services.stop()


async def run(options: argparse.Namespace, data: Path) -> bool:
    """Measure and print; return whether the notes passed the large text, each in time, and all of them are cited."""
    notes = [f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"]
    async with (connected if options.connected else embedded)(data) as connect:
        taken, large = await measure(connect, options)
    seconds = [each.seconds for each in taken]
    passed = large.state not in {DocumentState.INDEXED, DocumentState.FAILED}
    cited = sum(each.is_cited for each in taken)
    notes += [
        f"load {os.getloadavg()[0]:.1f} at the end",
        f"{cited} of {len(taken)} notes are cited by the answer to a question about them",
        f"the large text was {large.state} then: {large.indexed} of its {large.passages} passages in the index",
    ]
    where = "five services, Kafka, PostgreSQL" if options.connected else "embedded stack"
    of = f"of {len(taken)} notes beside {options.size_mb} MB; {where}"
    figures = [
        Figure("note findable, median", statistics.median(seconds), LONGEST_S, "s", of),
        Figure("note findable, longest", max(seconds), LONGEST_S, "s", of),
    ]
    if options.json:
        print(json.dumps(report.as_json(figures, {}, notes), ensure_ascii=False))
    else:
        report.show(figures, {}, notes)
    return passed and cited == len(taken) and max(seconds) <= LONGEST_S


def main() -> int:
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m lab.bench.turns", description=about)
    parser.add_argument("--size-mb", type=int, default=50, help="of the large text")
    parser.add_argument("--notes", type=int, default=20, help="small documents")
    parser.add_argument("--connected", action="store_true", help="on Kafka and PostgreSQL")
    parser.add_argument("--data", type=Path, help="folder, not used before (default: a temporary one)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vigie-turns-") as folder:
        return 0 if uvloop.run(run(options, (options.data or Path(folder) / "data").resolve())) else 1


if __name__ == "__main__":
    sys.exit(main())
