"""A document of 20 MB on the embedded broker while the embedder is slow: nothing is dropped on the way, nobody waits.

What waits on a topic stays below ingest's bound, which is what keeps the broker's 5 MiB a partition away
(tests/services/standalone/test_embedded_broker.py shows what happens past them). Embedded alone: Kafka drops nothing.
"""

import asyncio
from pathlib import Path

from services.standalone.local_issuer import Person
from shared.access import Role
from shared.contracts.object_layout import BATCH
from shared.contracts.topics import PASSAGES_EMBEDDED, PASSAGES_EXTRACTED
from tests.e2e.conftest import assert_index_holds, ended, long_note
from tests.support.stack import running_stack
from tests.support.topic_records import end_of

SIZE = 20_000_000
BOUND = 20
DELAY_MS = "4"


def large_text() -> bytes:
    """Few, long words: the bytes are what matters here, and other parts take their time by the word."""
    sentence = "Refroidissement" * 3 + "{} " + "électromagnétique" * 3 + "{}. "
    paragraphs, size, number = [], 0, 0
    while size < SIZE:
        paragraph = "".join(sentence.format(number, place) for place in range(14))
        paragraphs.append(paragraph)
        size += len(paragraph.encode()) + 2
        number += 1
    return "\n\n".join(paragraphs).encode()


async def test_a_large_text_is_indexed_whole_behind_a_slow_embedder(
    tmp_path: Path,
) -> None:
    text = large_text()
    assert len(text) >= SIZE
    waiting: list[int] = []
    slow = {
        "VIGIE_EMBEDDER_HASHING_DELAY_MS": DELAY_MS,
        "VIGIE_INGEST_IN_FLIGHT_BATCHES": str(BOUND),
        "VIGIE_INGEST_SCOPE_PASSAGES_IN_FLIGHT": str(BOUND * BATCH),
    }
    async with running_stack(tmp_path, **slow) as stack, stack.client() as client:
        document = await client.submit("large.txt", text, max_chars="4000")
        end = asyncio.create_task(ended(client, document, timeout_s=300))
        while not end.done():
            # The embedder's side first: what is sent meanwhile can only make the difference larger.
            embedded = await end_of(stack.broker, PASSAGES_EMBEDDED.name)
            extracted = await end_of(stack.broker, PASSAGES_EXTRACTED.name)
            waiting.append(extracted - embedded)
            await asyncio.wait({end}, timeout=0.5)
        end_state = await end
        batches = await end_of(stack.broker, PASSAGES_EXTRACTED.name)
    assert end_state.state == "indexed"
    assert end_state.indexed == end_state.embedded == end_state.passages > 4_000
    assert batches == -(-end_state.passages // BATCH)
    assert BOUND / 2 < max(waiting) <= BOUND + 2, "the embedder is what is waited for, and the bound is what holds"
    await assert_index_holds(tmp_path / "index", [end_state])


async def test_s25_small_documents_of_another_unit_pass_a_large_one(tmp_path: Path) -> None:
    large = Person("alice", units=("A",), roles=(Role.PREVENTION_ASSISTANT,))
    small = Person("bob", units=("B",), roles=(Role.PREVENTION_ASSISTANT,))
    async with (
        running_stack(tmp_path, VIGIE_EMBEDDER_HASHING_DELAY_MS="20") as stack,
        stack.client(large) as alice,
        stack.client(small) as bob,
    ):
        document = await alice.submit("large.txt", large_text(), max_chars="4000", scope="unit:A")
        async with asyncio.timeout(60):
            while (await alice.document(document.id)).indexed == 0:
                await asyncio.sleep(0.1)
        notes = [await bob.submit(f"{n}.md", long_note(n, 1).encode(), scope="unit:B") for n in range(10)]
        assert {(await ended(bob, note)).state for note in notes} == {"indexed"}
        found = await alice.document(document.id)
        assert found.state == "parsed", "the large one is on its way still"
        assert found.indexed < found.passages / 2
