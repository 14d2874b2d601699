"""Entries of an export of ours held against the models of their kinds: what comes from a file is only data."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from shared.duerp.importing.preview import Finding
from shared.duerp.own_files import OwnEntry, OwnFile
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.kinds import KINDS


def checked(own: OwnFile) -> OwnFile:
    """Return an export with the entries that pass their models, as these write them; all others are reported.

    Where a person's change makes an entry fail, the entry stays as it was exported, and the change is reported.
    """
    found = OwnFile(own.unit, changes=list(own.changes), report=list(own.report))
    for number, entry in enumerate(own.entries, start=1):
        told = _checked(entry) or _without_changes(entry, found)
        if told is None:
            found.report.append(Finding(None, None, None, "unreadable_entry", {"value": str(number)}))
        else:
            found.entries.append(told)
    return found


def _checked(entry: OwnEntry) -> OwnEntry | None:
    try:
        content = KINDS[EntryKind(entry.kind)].model_validate(entry.content)
    except (ValidationError, ValueError):
        return None
    return replace(entry, content=content.model_dump(mode="json"))


def _without_changes(entry: OwnEntry, found: OwnFile) -> OwnEntry | None:
    undone = [each for each in found.changes if each.entry == entry.id]
    if not undone:
        return None
    before: Mapping[str, Any] = {each.field: each.before for each in reversed(undone)}
    told = _checked(replace(entry, content={**entry.content, **before}))
    if told is not None:
        found.changes = [each for each in found.changes if each.entry != entry.id]
        for each in undone:
            params = {"value": str(each.after)[:120]}
            found.report.append(Finding(each.sheet, each.row, None, "unreadable_change", params))
    return told
