"""Load of questions over HTTP: at given times (open loop), or a given number at once (closed loop)."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, count

from lab.bench.corpus import QUESTIONS
from shared.http_api.questions import AnswerView

_TIMEOUT_S = 90
_IDLE_S = 3.0
"""Longest idle time of a connection that is used again: the gateway closes it after five seconds."""


@dataclass(frozen=True)
class Answered:
    """Times of one question.

    Attributes:
        late: how long after its time the question left, ms; the client's own delay.
        lived: from the time at which it should have left until its answer was whole, ms.
        body: as it came; read when nothing is measured any more.
    """

    late: float
    lived: float
    body: bytes

    @cached_property
    def answer(self) -> AnswerView:
        return AnswerView.model_validate_json(self.body)


@dataclass(slots=True)
class _Connection:
    port: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    idle_since: float = 0.0


class Load:
    """Asks gateways on 127.0.0.1 in turns, over persistent connections.

    A client by hand: httpx takes more CPU for a request than the gateway, on the same cores.

    Attributes:
        ports: of the gateways that are asked; it may be changed between two questions, as a proxy's list of backends.
    """

    def __init__(self, port: int, token: str) -> None:
        self.ports = [port]
        self._token = token
        self._idle: list[_Connection] = []
        self._number = count(1)

    async def open_loop(self, rate: float, questions: int, on_answer: Callable[[], None]) -> list[Answered]:
        """Ask `rate` questions a second at random times (Poisson, the same in each run), answered or not.

        Who waits is counted from their own time on, so that a chain that stands still is seen by all who would ask.
        """
        gaps = random.Random(rate)  # noqa: S311 (no secret)
        times = list(accumulate((gaps.expovariate(rate) for _ in range(questions)), initial=time.perf_counter()))[1:]

        async def one(due: float) -> Answered:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            answered = await self.ask(due)
            on_answer()
            return answered

        return await asyncio.gather(*(one(due) for due in times))

    async def closed_loop(self, at_once: int, questions: int, on_answer: Callable[[], None]) -> list[Answered]:
        """Keep `at_once` questions open: each answer is followed by the next question."""
        left = iter(range(questions))
        answered: list[Answered] = []

        async def person() -> None:
            for _ in left:
                answered.append(await self.ask(time.perf_counter()))
                on_answer()

        await asyncio.gather(*(person() for _ in range(at_once)))
        return answered

    async def close(self) -> None:
        for connection in self._idle:
            connection.writer.close()
        self._idle.clear()

    async def ask(self, due: float) -> Answered:
        """Ask the next question, which should have left at `due` (`time.perf_counter`).

        Raises:
            RuntimeError: it was refused.
            OSError, asyncio.IncompleteReadError: the connection broke.
        """
        left = time.perf_counter()
        number = next(self._number)
        question = f"{QUESTIONS[number % len(QUESTIONS)]} ({number})"
        body = json.dumps({"question": question}).encode()
        head = (
            f"POST /v1/questions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self._token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        async with asyncio.timeout(_TIMEOUT_S), self._connection(self.ports[number % len(self.ports)]) as streams:
            reader, writer = streams
            writer.write(head.encode() + body)
            status, *headers = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            fields = dict(line.lower().split(": ", 1) for line in headers if line)
            content = await reader.readexactly(int(fields["content-length"]))
        now = time.perf_counter()
        if status.split()[1] != "200":
            raise RuntimeError(f"{status}: {content.decode()}")
        return Answered((left - due) * 1000, (now - due) * 1000, content)

    @asynccontextmanager
    async def _connection(self, port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Open an idle connection or a new one; one that failed is closed."""
        self._close_spent()
        idle = next((each for each in reversed(self._idle) if each.port == port), None)
        if idle is not None:
            self._idle.remove(idle)
        connection = idle or _Connection(port, *await asyncio.open_connection("127.0.0.1", port))
        try:
            yield connection.reader, connection.writer
        except BaseException:
            connection.writer.close()
            raise
        connection.idle_since = time.perf_counter()
        self._idle.append(connection)

    def _close_spent(self) -> None:
        """Close the connections that were idle for too long, or lead to a gateway that is not asked any more."""
        too_old = time.perf_counter() - _IDLE_S
        spent = [each for each in self._idle if each.idle_since < too_old or each.port not in self.ports]
        for each in spent:
            self._idle.remove(each)
            each.writer.close()
