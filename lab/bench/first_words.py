"""Measure how long after the gateway's first event the first words of an answer are on a page.

python -m lab.bench.first_words [--people N] [--questions N] [--data DIR]      # `make bench-first-words`

Each person asks, then listens twice at once: to the gateway as a client of the API, and to the page as a browser does.
`vigie up` holds gateway, workers, broker and pages in one process (Linux). The command ends with 0 whatever the figures
are, and with 1 when a question got no sentence.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

import httpx

from lab.bench import report
from lab.bench.report import Figure, Spread, spread
from lab.bench.stack import StackProcess
from services.standalone.data_folder import DataFolder
from services.standalone.pages import link
from shared.client import VigieClient
from shared.http_api.documents import ENDED

TARGET_MS = 150
_NOTES = 20
_TIMEOUT_S = 30
_MS = 1000


async def _fill(client: VigieClient) -> None:
    """Send notes that the questions are answered from, and wait until they can be found."""
    for n in range(_NOTES):
        text = f"Consigne de la salle {n}.\n\nDans la salle {n}, le port de gants en nitrile est obligatoire."
        document = await client.submit(f"salle-{n}.txt", text.encode())
        async for view in client.events(document.id):
            if view.state in ENDED:
                break


async def _first_told(client: VigieClient, question: str) -> float | None:
    """Return when the gateway told the first sentence; None where it told none."""
    async for item in client.follow(question):
        return time.perf_counter() if not hasattr(item, "state") else None
    return None


async def _first_shown(http: httpx.AsyncClient, question: str) -> float | None:
    """Return when the first piece of a page came; the page begins with it."""
    async with http.stream("GET", f"/questions/{question}/events") as response:
        async for line in response.aiter_lines():
            if line.startswith("data:"):
                return time.perf_counter()
    return None


async def measure(data: Path, people: int, questions: int) -> Spread:
    """Return how much later than the gateway's first sentence a page's first piece is, ms."""
    late: list[float] = []
    async with StackProcess(data).running() as client:
        await _fill(client)
        address = DataFolder(data).announced_pages()
        if address is None:
            raise RuntimeError("the stack serves no pages")

        async def person_at(n: int, http: httpx.AsyncClient) -> None:
            for k in range(questions):
                asked = await client.start(f"Faut-il des gants dans la salle {(n + k) % _NOTES} ?")
                told, shown = await asyncio.gather(
                    _first_told(client, str(asked.id)), _first_shown(http, str(asked.id))
                )
                if told is None or shown is None:
                    raise SystemExit(1)
                late.append((shown - told) * _MS)

        async with httpx.AsyncClient(base_url=address, follow_redirects=True, timeout=_TIMEOUT_S) as http:
            (await http.get(link(address, data))).raise_for_status()
            await asyncio.gather(*(person_at(n, http) for n in range(people)))
    return spread(late)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1, help="who ask at once")
    parser.add_argument("--questions", type=int, default=100, help="that each of them asks, one after the other")
    parser.add_argument("--data", type=Path, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(options.data or Path(folder) / "data", options.people, options.questions))
    note = f"{options.people} at once, {options.questions} questions each"
    figure = Figure("first words after the gateway's, p95", found.p95, TARGET_MS, "ms", note)
    report.show([figure], {"first words, ms": {"a page behind the API": found}}, [])


if __name__ == "__main__":
    main()
