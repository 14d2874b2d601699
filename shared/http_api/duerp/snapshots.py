"""What two snapshots of a unit's DUERP differ in: of versions that are kept, or of files that were exported. Pure."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.versions import Difference, DifferenceType, FieldDifference


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return the entries that two snapshots do not have alike, in the order of the later one, removed ones last."""
    old = {entry["id"]: entry for entry in before["entries"]}
    new = {entry["id"]: entry for entry in after["entries"]}
    found = [_difference(old.get(identity), entry) for identity, entry in new.items()]
    found += [_difference(entry, None) for identity, entry in old.items() if identity not in new]
    return [each for each in found if each is not None]


def _difference(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Difference | None:
    entry = new or old
    if entry is None:
        return None
    about = {"entry": UUID(entry["id"]), "kind": EntryKind(entry["kind"])}
    if old is None or new is None:
        return Difference(**about, type=DifferenceType.ADDED if new else DifferenceType.REMOVED, fields=[])
    fields = [
        FieldDifference(field=name, before=told[0], after=told[1])
        for name, told in _paired(_fields(old), _fields(new)).items()
        if told[0] != told[1]
    ]
    return Difference(**about, type=DifferenceType.CHANGED, fields=fields) if fields else None


def _fields(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {**entry["content"], "state": (entry["decided"] or {}).get("state")}


def _paired(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (old.get(name), new.get(name)) for name in {**old, **new}}
