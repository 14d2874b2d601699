"""Questions while many people follow a document that is on its way: each has a stream of its own (S25)."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from itertools import cycle, islice
from uuid import UUID

from lab.bench.corpus import QUESTIONS
from services.standalone.local_issuer import Person
from shared.client import VigieClient

FOLLOWERS = 200

Connect = Callable[[Person], VigieClient]


async def measure_beside_followers(
    client: VigieClient, connect: Connect, text: bytes, count: int
) -> tuple[Sequence[float], Sequence[float]]:
    """Measure questions, ms, beside a document that is on its way: with nobody who follows it, then with FOLLOWERS.

    The document is withdrawn afterwards.

    Raises:
        RuntimeError: it ended before the last question, so that nobody was told anything.
    """
    document = (await client.submit("followed.txt", text)).id
    try:
        async for view in client.events(document):
            if view.indexed:
                break
        alone = await _asked(client, count)
        async with AsyncExitStack() as stack:
            heard = [asyncio.Event() for _ in range(FOLLOWERS)]
            people = [await stack.enter_async_context(connect(Person(f"follower-{n}"))) for n in range(FOLLOWERS)]
            tasks = [asyncio.create_task(_follow(one, document, each)) for one, each in zip(people, heard, strict=True)]
            try:
                await asyncio.gather(*(each.wait() for each in heard))
                followed = await _asked(client, count)
                ended = [task for task in tasks if task.done()]
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)
    finally:
        await client.withdraw(document)
    if ended:
        raise RuntimeError(f"{len(ended)} streams ended before the last question")
    return alone, followed


async def _asked(client: VigieClient, count: int) -> Sequence[float]:
    times = []
    for question in islice(cycle(QUESTIONS), count):
        started = time.perf_counter()
        await client.ask(question)
        times.append((time.perf_counter() - started) * 1000)
    return times


async def _follow(client: VigieClient, document: UUID, heard: asyncio.Event) -> None:
    async for _ in client.events(document):
        heard.set()
