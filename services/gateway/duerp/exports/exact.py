"""A DUERP as exact entries, which an import reads back: the JSON export, and what workbook and CSV have beside."""

import json
from typing import Any

from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.own_columns import Own
from services.gateway.duerp.model import EntryRecord
from shared.duerp.own_cells import FORMAT, VERSION


def json_file(duerp: Duerp) -> bytes:
    """Write the entries that are not archived with what they say, as JSON; of a version, all that was frozen too."""
    edition = duerp.edition
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "unit": own(duerp).unit,
            "edition": {"on": edition.on.isoformat(), "version": edition.version, "sha256": edition.digest},
            "entries": own(duerp).entries,
            **({"snapshot": edition.snapshot} if edition.snapshot is not None and duerp.is_whole else {}),
        },
        ensure_ascii=False,
        indent=1,
    ).encode()


def own(duerp: Duerp) -> Own:
    """Return what workbook and CSV have beside the cells that people read."""
    return Own(duerp.scope.partition(":")[2], [_exact(each) for each in duerp.entries if each.archived_at is None])


def _exact(entry: EntryRecord) -> dict[str, Any]:
    return {
        "kind": entry.kind.value,
        "id": str(entry.id),
        "revision": entry.revision,
        "state": entry.decided.state.value if entry.decided else None,
        "content": entry.content.model_dump(mode="json"),
    }
