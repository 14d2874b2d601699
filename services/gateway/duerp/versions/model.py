"""What a version holds, and whether it is still what was frozen. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from services.gateway.database.ports import Record
from services.gateway.duerp.model import EntryRecord, unit_id
from services.gateway.duerp.ratings import ScaleVersion, scale_versions
from shared.duerp.canonical import canonical, digest
from shared.errors import AlteredVersion
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.kinds import KINDS
from shared.http_api.duerp.lines import LineText
from shared.http_api.duerp.scales import Scale
from shared.http_api.duerp.versions import ArticleText, FreezeBody, VersionFault
from shared.references import canonical_article

SCHEMA = 2
"""The layout of a snapshot. A later one keeps reading the former ones: 1 had no `article_texts`."""


class VersionRecord(Record):
    """A frozen version: its canonical text, the digest of that, and what lists tell of it."""

    id: UUID
    scope: str
    sequence: int
    title: str
    frozen_by: str
    frozen_at: datetime
    sha256: str
    previous: str | None
    text: str

    @property
    def snapshot(self) -> dict[str, Any]:
        """What the version says.

        Raises:
            AlteredVersion: it is not what was frozen.
        """
        self.require_intact()
        found: dict[str, Any] = json.loads(self.text)
        return found

    def require_intact(self) -> None:
        """Refuse a version that is not what was frozen.

        Raises:
            AlteredVersion: it is not.
        """
        if digest(self.text) != self.sha256:
            raise AlteredVersion(sequence=self.sequence)


def cited_scales(records: Iterable[EntryRecord]) -> frozenset[ScaleVersion]:
    """Return the versions of scales that ratings stand on, and the newest of the scales that there are."""
    return frozenset(place for record in records for place in scale_versions(record.content)) | {
        (record.id, record.revision) for record in records if record.kind is EntryKind.SCALE
    }


def frozen(
    scope: str,
    body: FreezeBody,
    records: Sequence[EntryRecord],
    scales: Mapping[ScaleVersion, Scale],
    previous: VersionRecord | None,
    by: str,
    now: datetime,
    texts: Mapping[str, ArticleText] | None = None,
) -> VersionRecord:
    """Make the version of a DUERP as it is now.

    Args:
        records: all entries that are not archived. scales: those of `cited_scales`.
        previous: the version before, whose digest this one names.
        texts: the articles in force among those of `cited_articles`, by their canonical numbers.
    """
    sequence = previous.sequence + 1 if previous else 1
    about = {
        "scope": scope,
        "sequence": sequence,
        "title": body.title,
        "frozen_by": by,
        "frozen_at": _moment(now),
        "previous": previous.sha256 if previous else None,
    }
    snapshot = {
        "schema": SCHEMA,
        **about,
        "participants": body.participants,
        "note": body.note,
        "entries": [_entry(record) for record in sorted(records, key=lambda each: (each.created_at, each.id))],
        "scales": [
            {"id": str(identity), "version": version, "content": scale.model_dump(mode="json")}
            for (identity, version), scale in sorted(scales.items(), key=lambda each: each[0])
        ],
        "articles": _articles(records),
        "article_texts": [
            ((texts or {}).get(each) or ArticleText(article=each)).model_dump(mode="json")
            for each in sorted(cited_articles(records))
        ],
    }
    text = canonical(snapshot)
    fields = about | {"frozen_at": now}
    return VersionRecord(id=version_id(scope, sequence), sha256=digest(text), text=text, **fields)


def version_id(scope: str, sequence: int) -> UUID:
    """Return the id of a scope's version."""
    return uuid5(unit_id(scope), f"version {sequence}")


def _entry(record: EntryRecord) -> dict[str, Any]:
    return {
        "id": str(record.id),
        "kind": record.kind.value,
        "revision": record.revision,
        "content": record.content.model_dump(mode="json"),
        "decided": record.decided.model_dump(mode="json") if record.decided else None,
        "created_by": record.created_by,
        "created_at": _moment(record.created_at),
        "updated_by": record.updated_by,
        "updated_at": _moment(record.updated_at),
    }


def entries_of(version: VersionRecord) -> list[EntryRecord]:
    """Return the entries of a version as records, for whoever shows or exports what was frozen.

    Raises:
        AlteredVersion: it is not what was frozen.
    """
    return [
        EntryRecord.model_validate({**entry, "scope": version.scope, "content": _content(entry)})
        for entry in version.snapshot["entries"]
    ]


def _content(entry: Mapping[str, Any]) -> Content:
    return KINDS[EntryKind(entry["kind"])].model_validate(entry["content"])


def cited_articles(records: Iterable[EntryRecord]) -> frozenset[str]:
    """Return the canonical numbers of the articles that lines cite, however they are written."""
    return frozenset(map(canonical_article, _articles(records)))


def articles_of(version: VersionRecord) -> list[ArticleText]:
    """Return the articles that a version was frozen with; none of one in the first layout.

    Raises:
        AlteredVersion: it is not what was frozen.
    """
    return [ArticleText.model_validate(each) for each in version.snapshot.get("article_texts", [])]


def _articles(records: Iterable[EntryRecord]) -> list[str]:
    """The references that lines cite, each once."""
    return sorted(
        {each for record in records if isinstance(record.content, LineText) for each in record.content.articles}
    )


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


# --- verifying -------------------------------------------------------------------------------------------------------


def faults_of(versions: Sequence[VersionRecord]) -> dict[int, list[VersionFault]]:
    """Return what is wrong, by the sequence of the version: nothing where all are what was frozen.

    The last versions of all can be taken away without a trace in those that stay; whoever was sent one has its digest.
    """
    found: dict[int, list[VersionFault]] = {}
    expected, former = 1, None
    for version in sorted(versions, key=lambda each: each.sequence):
        for sequence in range(expected, version.sequence):
            found[sequence] = [VersionFault.MISSING]
        if faults := list(_faults(version, former)):
            found[version.sequence] = faults
        expected, former = version.sequence + 1, version
    return found


def _faults(version: VersionRecord, former: VersionRecord | None) -> Iterator[VersionFault]:
    if digest(version.text) != version.sha256:
        yield VersionFault.CHANGED
    follows = former is not None and former.sequence == version.sequence - 1
    if follows and former is not None and version.previous != former.sha256:
        yield VersionFault.CHAIN
    if (version.previous is None) != (version.sequence == 1):
        yield VersionFault.CHAIN
    if not _row_says_the_same(version):
        yield VersionFault.ROW


def _row_says_the_same(version: VersionRecord) -> bool:
    """Whether the columns that lists read tell what the text does."""
    try:
        snapshot = json.loads(version.text)
        told = {name: snapshot[name] for name in ("scope", "sequence", "title", "frozen_by", "frozen_at", "previous")}
    except (ValueError, KeyError, TypeError):
        return False
    row = {name: getattr(version, name) for name in told} | {"frozen_at": _moment(version.frozen_at)}
    return told == row
