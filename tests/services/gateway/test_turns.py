"""Whose document goes next: as the rule says that counts the scopes one by one, whatever is known of each (ADR 26)."""

from collections import Counter
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.gateway.outbox.sql import take_turns
from services.standalone.local_issuer import Person
from shared.access import Role
from tests.services.gateway.conftest import Rig

COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12))


@given(COUNTS, COUNTS, st.integers(1, 40), st.integers(1, 20))
def test_the_scope_with_fewest_on_their_way_is_next_until_there_is_no_room(
    on_their_way: dict[str, int], left: dict[str, int], room: int, most: int
) -> None:
    turns = take_turns(on_their_way, left, room, most)
    under_way = Counter(on_their_way)
    for number, scope in enumerate(turns):
        taken = Counter(turns[:number])
        waiting = [each for each, count in left.items() if taken[each] < count]
        assert under_way[scope] == min(under_way[each] for each in waiting)
        assert under_way[scope] < most
        under_way[scope] += 1
    assert len(turns) <= room
    assert all(count <= left[scope] for scope, count in Counter(turns).items())
    if len(turns) < room:
        taken = Counter(turns)
        assert all(under_way[scope] >= most for scope, count in left.items() if taken[scope] < count)


async def test_scopes_with_few_documents_leave_their_room_to_the_others(rig: Rig) -> None:
    counts = {"A": 1, "B": 3, "C": 20}
    for unit, count in counts.items():
        person = Person(unit, units=(unit,), roles=(Role.PREVENTION_ASSISTANT,))
        for number in range(count):
            content = f"Words of {unit}, {number}.".encode()
            sent = await rig.upload(person, content, f"{number}.txt", scope=f"unit:{unit}")
            assert sent.status_code == 202
    due = await rig.outbox.due(16)
    assert Counter(entry.event.sealed_for for entry in due) == {"unit:A": 1, "unit:B": 3, "unit:C": 12}
    assert [entry.event.sealed_for for entry in due[:3]] == ["unit:A", "unit:B", "unit:C"]


async def test_what_a_gateway_of_the_version_before_has_accepted_goes_out_at_once(rig: Rig) -> None:
    person = Person(uuid4().hex, units=("A",), roles=(Role.PREVENTION_ASSISTANT,))
    await rig.upload(person, scope="unit:A")
    async with rig.gateway.database.writing() as session:
        await (await session.connection()).execute(text("UPDATE outbox SET scope = NULL, large = NULL"))
    assert len(await rig.outbox.due(1)) == 1
