"""Ingest's reading of a DUERP's file: what is stored and told, once and again, and what is refused."""

from collections.abc import AsyncIterable
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from services.ingest.duerp_files import DuerpFileService
from services.ingest.duerp_preview import PreviewRequest
from services.ingest.reading_turns import ReadingTurns
from shared.access import PUBLIC, Grant
from shared.contracts.base import ObjectRef
from shared.contracts.duerp_files import DuerpFileRead, DuerpFileSubmitted
from shared.contracts.failures import leaves_letter, terminal_events
from shared.contracts.object_layout import decode_part, duerp_file_key, part_key, preview_prefix, summary_key
from shared.disk.reserve import UNWATCHED
from shared.errors import Forbidden, NotFound, UnreadableDocument
from shared.http_api.duerp.imports import ImportedLine
from tests.fakes.ingest import InProcessPreviewer
from tests.fakes.shared import MemoryStore, RecordedEvents, grant_keys

IMPORT, OTHER = UUID(int=1), UUID(int=2)
SCOPE = "unit:UMR5219"
FILE = b"Famille;Danger;Gravite;Frequence\nBruit;Pompe;2;3\nBruit;Scie;2;3\n"


class Liar:
    """A child that was taken over (port: Previewer)."""

    def __init__(self, said: str) -> None:
        self._said = said

    async def preview(self, _request: PreviewRequest, _source: bytes) -> str:
        return self._said


class WatchedStore(MemoryStore):
    """A store that must have all of `whole` after every change."""

    def __init__(self, objects: dict[str, bytes], whole: dict[str, bytes]) -> None:
        super().__init__()
        self.objects, self._whole = objects, whole

    async def put(self, key: str, data: bytes | AsyncIterable[bytes], *, scope: str = PUBLIC) -> ObjectRef:
        found = await super().put(key, data, scope=scope)
        assert self.objects.items() >= self._whole.items()
        return found

    async def delete(self, prefix: str) -> None:
        await super().delete(prefix)
        assert self.objects.items() >= self._whole.items()


class House:
    """The reader among fakes."""

    def __init__(self, previewer: InProcessPreviewer | Liar | None = None, objects: MemoryStore | None = None) -> None:
        self.signer, verifier = grant_keys()
        self.objects, self.events = objects or MemoryStore(), RecordedEvents()
        self.service = DuerpFileService(
            publisher=self.events,
            verifier=verifier,
            objects=self.objects,
            previewer=previewer or InProcessPreviewer(),
            turns=ReadingTurns(1),
            room=UNWATCHED,
        )

    def submit(self, data: bytes = FILE, **fields: Any) -> DuerpFileSubmitted:
        key = duerp_file_key(IMPORT)
        self.objects.objects[key] = data
        values: dict[str, Any] = {
            "import_id": IMPORT,
            "reading": 1,
            "scope": SCOPE,
            "grant": self.signer.sign(Grant("alice", frozenset({SCOPE}), "write", IMPORT)),
            "source": ObjectRef(key=key, sha256=sha256(data).hexdigest(), size=len(data)),
            "file_name": "duerp.csv",
        }
        return DuerpFileSubmitted(**{**values, **fields})


async def test_a_file_is_stored_in_parts_and_told_in_one_event() -> None:
    house = House()
    await house.service.read(house.submit())
    (told,) = house.events.of(DuerpFileRead)
    assert (told.import_id, told.reading, told.scope, told.counts["lines"]) == (IMPORT, 1, SCOPE, 2)
    lines = decode_part(house.objects.objects[part_key(IMPORT, 1, "lines", 0)], ImportedLine)
    assert [line.hazard for line in lines] == ["Pompe", "Scie"]


async def test_fault_8_a_file_delivered_again_gives_the_same_event_and_objects() -> None:
    house = House()
    await house.service.read(house.submit())
    before = dict(house.objects.objects)
    await house.service.read(house.submit())
    first, second = house.events.of(DuerpFileRead)
    assert (first.id, first.counts, first.summary) == (second.id, second.counts, second.summary)
    assert house.objects.objects == before


async def test_what_a_killed_try_has_left_is_no_part_of_the_next_one() -> None:
    house = House()
    await house.service.read(house.submit())
    before = dict(house.objects.objects)
    del house.objects.objects[summary_key(IMPORT, 1)]
    house.objects.objects[part_key(IMPORT, 1, "lines", 7)] = b"of a try that was killed"
    await house.service.read(house.submit())
    assert house.objects.objects == before


async def test_a_preview_that_is_read_again_is_whole_at_every_moment() -> None:
    """People look at it, and write it, from the first event on."""
    house = House()
    await house.service.read(house.submit())
    before = dict(house.objects.objects)
    house.objects.objects[part_key(IMPORT, 1, "lines", 1)] = b"of a release that read more lines"
    house = House(objects=WatchedStore(house.objects.objects, before))
    await house.service.read(house.submit())
    assert house.objects.objects == before


@pytest.mark.parametrize(
    "said", ["", "{}", '{"lines": 3}', '{"lines": [{"sheet": 1}], "actions": [], "report": [], "counts": {}}']
)
async def test_what_a_child_says_is_checked_before_it_is_stored(said: str) -> None:
    house = House(Liar(said))
    with pytest.raises(UnreadableDocument):
        await house.service.read(house.submit())
    assert not [key for key in house.objects.objects if key.startswith(preview_prefix(IMPORT, 1))]


@pytest.mark.parametrize("fields", [{"import_id": OTHER}, {"scope": "unit:UMR1"}, {"grant": "none"}])
async def test_a_grant_of_another_import_or_scope_reads_nothing(fields: dict[str, Any]) -> None:
    house = House()
    with pytest.raises(Forbidden):
        await house.service.read(house.submit(**fields))
    assert house.events.events == []


async def test_a_file_that_was_discarded_meanwhile_ends_its_reading_without_a_letter() -> None:
    house = House()
    event = house.submit()
    house.objects.objects.clear()
    with pytest.raises(NotFound) as gone:
        await house.service.read(event)
    assert not leaves_letter(event, gone.value)
    (ended,) = terminal_events(event, gone.value)
    assert isinstance(ended, DuerpFileRead)
    assert (ended.reading, ended.failure and ended.failure.code) == (1, "not-found")
