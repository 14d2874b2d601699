"""Entries that were read lately: a revision never changes, so that its content is read and checked once."""

from collections import OrderedDict
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from services.gateway.duerp.model import EntryRecord

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
