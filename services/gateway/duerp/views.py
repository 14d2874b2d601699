"""From entries and changes to the JSON of the API (shared/http_api/duerp)."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from services.gateway.database.ports import fields_of
from services.gateway.duerp.known_records import MadeOfRevisions
from services.gateway.duerp.model import Change, EntryRecord
from services.gateway.duerp.overview import remarks_of
from shared.http_api.duerp.entries import ChangeView, Entry, EntryKind, EntryList, EntryRemark
from shared.http_api.duerp.kinds import KINDS, PATHS
from shared.language.catalogue import Catalogue

ENTRIES: Mapping[EntryKind, type[Entry[Any]]] = MappingProxyType(
    {kind: cast("type[Entry[Any]]", Entry.__class_getitem__(content)) for kind, content in KINDS.items()}
)
LISTS: Mapping[EntryKind, type[EntryList[Any]]] = MappingProxyType(
    {kind: cast("type[EntryList[Any]]", EntryList.__class_getitem__(content)) for kind, content in KINDS.items()}
)
"""The models of an entry and a list of each kind, with that kind's content."""

_COPIED = frozenset(Entry.model_fields) & frozenset(EntryRecord.model_fields)
_CHANGE = frozenset(ChangeView.model_fields) & frozenset(Change.model_fields) - {"content"}

_catalogue = Catalogue()


def entry_view(record: EntryRecord, unit: str, language: str) -> Entry[Any]:
    return ENTRIES[record.kind](
        **fields_of(record, _COPIED),
        unit=unit,
        remarks=remark_views(remarks_of(record), language),
        url=url_of(record.kind, unit, record.id),
    )


def remark_views(codes: Sequence[str], language: str) -> list[EntryRemark]:
    return [EntryRemark(code=code, sentence=_catalogue.text(language, f"duerp.remarks.{code}")) for code in codes]


def entry_list(records: Sequence[EntryRecord], following: str | None, unit: str, language: str) -> bytes:
    """Return the JSON of a list (`LISTS`): of an entry that was told before, the same bytes again."""
    entries = b",".join(_told.of(record, unit, language) for record in records)
    return b'{"entries":[%b],"next":%b}' % (entries, json.dumps(following).encode())


def _json(record: EntryRecord, unit: str, language: str) -> bytes:
    return entry_view(record, unit, language).model_dump_json().encode()


_told = MadeOfRevisions(_json)


def change_view(change: Change) -> ChangeView:
    content = change.content.model_dump(mode="json")
    return ChangeView(**fields_of(change, _CHANGE), entry=change.entry_id, content=content)


def url_of(kind: EntryKind, unit: str, identity: UUID) -> str:
    """The address of an entry."""
    return f"/v1/duerp/{unit}" if kind is EntryKind.UNIT else f"/v1/duerp/{unit}/{PATHS[kind]}/{identity}"
