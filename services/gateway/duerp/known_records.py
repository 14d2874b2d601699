"""Entries that were read lately: a revision never changes, so that its content is read and checked once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar
from uuid import UUID

from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.ports import Stamp
from shared.http_api.duerp.fields import Content

T = TypeVar("T")

MOST = 5_000
"""Some 3 kB each."""

Revision: TypeAlias = tuple[UUID, int, datetime]
"""What a row says of itself: its id, its revision, when that was made."""


class KnownRecords:
    """The records of a process, those that were read last. Whoever asks for one has found its row in their scope."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._records: OrderedDict[Revision, EntryRecord] = OrderedDict()

    def get(self, revision: Revision) -> EntryRecord | None:
        """Return the record of a revision; None where it has not been read, or not lately."""
        found = self._records.get(revision)
        if found is not None:
            self._records.move_to_end(revision)
        return found

    def keep(self, record: EntryRecord) -> None:
        """Keep a record that was read."""
        self._records[record.id, record.revision, record.updated_at] = record
        if len(self._records) > self._most:
            self._records.popitem(last=False)


class MadeOfRevisions(Generic[T]):
    """What was made of entries, once for each revision: what is pointed out in it, its JSON in a language."""

    def __init__(self, make: Callable[..., T], most: int = MOST) -> None:
        self._make = make
        self._most = most
        self._made: OrderedDict[Hashable, tuple[Content, T]] = OrderedDict()

    def of(self, record: EntryRecord, *told: Hashable) -> T:
        """Return what is made of a record, told something beside it, such as a language."""
        key = (record.id, record.revision, record.updated_at, *told)
        known = self._made.get(key)
        if known is not None and known[0] is record.content:
            self._made.move_to_end(key)
            return known[1]
        made = self._make(record, *told)
        self._made[key] = (record.content, made)
        if len(self._made) > self._most:
            self._made.popitem(last=False)
        return made


class KnownWholes:
    """All entries of scopes that were read lately, with the stamp that each had: after any change it has another."""

    MOST = 32

    def __init__(self) -> None:
        self._wholes: OrderedDict[str, tuple[Stamp, Sequence[EntryRecord]]] = OrderedDict()

    def get(self, scope: str, stamp: Stamp) -> Sequence[EntryRecord] | None:
        """Return the entries of a scope; None where they were not read with this stamp."""
        known = self._wholes.get(scope)
        if known is None or known[0] != stamp:
            return None
        self._wholes.move_to_end(scope)
        return known[1]

    def keep(self, scope: str, stamp: Stamp, records: Sequence[EntryRecord]) -> None:
        """Keep the entries of a scope."""
        self._wholes[scope] = (stamp, records)
        self._wholes.move_to_end(scope)
        if len(self._wholes) > self.MOST:
            self._wholes.popitem(last=False)
