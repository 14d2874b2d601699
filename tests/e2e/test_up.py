"""`vigie up`, killed in the middle of its work, started again on the same folder, and stopped.

Embedded alone: the command is the embedded stack. test_processes.py and test_faults.py kill services on real servers.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import ask_until_ended, assert_index_holds, ended, long_note
from tests.support.up import Up

pytestmark = pytest.mark.processes

ENDS = {"answered", "abstained", "failed"}


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    stack = Up(tmp_path / "data", VIGIE_GATEWAY_QUESTION_DEADLINE_S="30")
    yield stack
    stack.kill()


async def test_a_stack_killed_while_it_works_goes_on_where_it_was(up: Up) -> None:
    up.data.mkdir()
    (up.data / "vigie.url").write_text(json.dumps({"url": "http://127.0.0.1:9", "pid": 1}))  # somebody's, long gone
    up.environment["VIGIE_EMBEDDER_HASHING_DELAY_MS"] = "50"  # what is accepted takes longer than this test looks on
    await asyncio.to_thread(up.start)
    async with up.client() as client:
        documents = [await client.submit(f"{n}.md", long_note(n, 10 if n == 0 else 100).encode()) for n in range(6)]
        while not (await client.document(documents[0].id)).embedded:
            await asyncio.sleep(0.02)
        questions = [asyncio.create_task(ask_until_ended(up.client, n)) for n in range(4)]
        while not (await client.status()).questions:
            await asyncio.sleep(0.005)
        states = [(await client.document(document.id)).state for document in documents]
        assert set(states) - {"indexed"}, "the kill must come in the middle"
        up.kill()
    before = up.url
    del up.environment["VIGIE_EMBEDDER_HASHING_DELAY_MS"]
    await asyncio.to_thread(up.start)
    assert up.url != before
    async with up.client() as client:
        ends = [await ended(client, document) for document in documents]
        answers = await asyncio.gather(*questions)
        assert [end.state for end in ends] == ["indexed"] * len(ends)
        assert all(end.indexed == end.passages for end in ends)
        assert {answer.state for answer in answers} <= ENDS
        counted = (await client.status()).questions
    assert sum(counted.values()) == len(questions)
    assert counted.keys() <= ENDS
    other_up, status = await asyncio.gather(
        asyncio.to_thread(up.run, "up", "--port", "0"), asyncio.to_thread(up.run, "status", "--json")
    )
    assert (other_up.returncode, other_up.stderr.strip()) == (1, "Another Vigie uses this data folder.")
    assert json.loads(status.stdout)["url"] == up.url
    assert json.loads(status.stdout)["documents"] == {"indexed": len(documents)}
    assert up.stop() == 0
    assert not (up.data / "vigie.url").exists()
    await assert_index_holds(up.data / "index", ends)


async def test_what_a_stack_keeps_is_for_its_owner_alone(up: Up) -> None:
    up.data.mkdir()
    up.data.chmod(0o755)  # as releases before left it
    await asyncio.to_thread(up.start)
    async with up.client() as client:
        await ended(client, await client.submit("note.md", long_note(0, 30).encode()))
        await ask_until_ended(up.client, 0)
        kept = [up.data, *up.data.rglob("*")]
        names = {path.relative_to(up.data).parts[0] for path in kept[1:]}
        assert {"vigie.db", "vigie.url", "vigie.lock", "keys", "objects", "index"} <= names
        assert [path for path in kept if path.lstat().st_mode & 0o077] == []
    assert up.stop() == 0


async def test_a_stop_does_not_wait_for_those_who_listen(up: Up) -> None:
    """A person follows a document that is far from its end; the stop comes within seconds, and all is kept."""
    await asyncio.to_thread(up.start)
    async with up.client() as client:
        document = await client.submit("long.md", long_note(0, 1500).encode())
        async with client.http.stream("GET", document.events) as events:
            async for line in events.aiter_lines():
                if line.startswith("event: parsed"):
                    break
            started = time.monotonic()
            assert await asyncio.to_thread(up.stop) == 0
    assert time.monotonic() - started < 25
    await asyncio.to_thread(up.start)
    async with up.client() as client:
        end = await ended(client, document)
    assert (end.state, end.indexed) == ("indexed", end.passages)
    assert up.stop() == 0
    await assert_index_holds(up.data / "index", [end])
