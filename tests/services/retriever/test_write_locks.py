"""Who writes to the index, and who waits."""

import asyncio
from contextlib import AbstractAsyncContextManager
from uuid import uuid4

import pytest

from services.retriever.write_locks import WriteLocks


class Work:
    """A task that takes its turn and keeps it until told to end."""

    def __init__(self, turn: AbstractAsyncContextManager[None]) -> None:
        self.begun = False
        self.may_end = asyncio.Event()
        self._turn = turn
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        async with self._turn:
            self.begun = True
            await self.may_end.wait()

    async def end(self) -> None:
        self.may_end.set()
        await self.task


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_document_has_one_writer_and_documents_do_not_wait_for_each_other() -> None:
    locks, document = WriteLocks(), uuid4()
    first, second, other = Work(locks.document(document)), Work(locks.document(document)), Work(locks.document(uuid4()))
    await settled()
    assert (first.begun, second.begun, other.begun) == (True, False, True)
    await first.end()
    await settled()
    assert second.begun
    await asyncio.gather(second.end(), other.end())


async def test_who_wants_to_be_alone_waits_for_all_and_all_wait_for_it() -> None:
    locks = WriteLocks()
    writer = Work(locks.document(uuid4()))
    await settled()
    alone, late = Work(locks.exclusive()), Work(locks.document(uuid4()))
    await settled()
    assert (alone.begun, late.begun) == (False, False)
    await writer.end()
    await settled()
    assert (alone.begun, late.begun) == (True, False)
    await alone.end()
    await settled()
    assert late.begun
    await late.end()


async def test_who_gives_up_waiting_keeps_nobody() -> None:
    locks = WriteLocks()
    writer = Work(locks.document(uuid4()))
    await settled()
    alone = Work(locks.exclusive())
    await settled()
    alone.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await alone.task
    other = Work(locks.document(uuid4()))
    await settled()
    assert other.begun
    await asyncio.gather(writer.end(), other.end())
