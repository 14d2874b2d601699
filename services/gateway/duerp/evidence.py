"""What a line's evidence tells of its document: whose it is, who typed it, whether it was withdrawn (ADR 71). Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.identities import parse_passage_id
from shared.contracts.passages import Origin
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import LineEvidence, LineText

WITHOUT_NAME = "\u2014"
"""The reference of evidence whose document was withdrawn: its title is gone too."""


@dataclass(frozen=True, slots=True)
class Source:
    """A version of a document that evidence names."""

    scope: str
    origin: Origin
    is_withdrawn: bool


def named_versions(content: Content) -> frozenset[UUID]:
    """Return the versions of documents that a content's evidence names."""
    return frozenset(version for each in _evidence_of(content) if (version := _version_of(each)) is not None)


def cited_versions(content: Content) -> frozenset[UUID]:
    """Return the versions of documents whose words a content holds."""
    evidence = (each for each in _evidence_of(content) if not each.withdrawn)
    return frozenset(version for each in evidence if (version := _version_of(each)) is not None)


def with_sources(content: Content, before: Content | None, sources: Mapping[UUID, Source], *, typed: bool) -> Content:
    """Return a content whose evidence tells what Vigie knows of its documents, whatever was said there.

    Args:
        before: what the entry said; evidence of the same words keeps who wrote it.
        sources: of the versions that are named, those that the unit reads.
        typed: whether a person wrote what is new.
    """
    evidence = _evidence_of(content)
    if not evidence:
        return content
    former = {_words(each): each for each in _evidence_of(before)}
    told = [_told(each, former.get(_words(each)), sources, typed=typed) for each in evidence]
    return content.model_copy(update={"evidence": told})


def without_words_of(content: Content, versions: Collection[UUID]) -> Content:
    """Return a content without a word of these versions; that the line stood on them stays."""
    evidence = _evidence_of(content)
    left = [_without_words(each) if _version_of(each) in versions else each for each in evidence]
    return content.model_copy(update={"evidence": left}) if left != list(evidence) else content


def _told(
    evidence: LineEvidence, former: LineEvidence | None, sources: Mapping[UUID, Source], *, typed: bool
) -> LineEvidence:
    version = _version_of(evidence)
    source = sources.get(version) if version is not None else None
    known = {
        "scope": source.scope if source else None,
        "origin": source.origin if source else None,
        "typed": former.typed if former else typed,
        "withdrawn": False,
    }
    told = evidence.model_copy(update=known)
    return _without_words(told) if source is not None and source.is_withdrawn else told


def _without_words(evidence: LineEvidence) -> LineEvidence:
    return evidence.model_copy(update={"reference": WITHOUT_NAME, "quote": "", "withdrawn": True})


def _evidence_of(content: Content | None) -> Sequence[LineEvidence]:
    return content.evidence if isinstance(content, LineText) else ()


def _version_of(evidence: LineEvidence) -> UUID | None:
    parsed = parse_passage_id(evidence.passage) if evidence.passage is not None else None
    return parsed[0] if parsed is not None else None


def _words(evidence: LineEvidence) -> tuple[str, str | None, str]:
    return evidence.reference, evidence.passage, evidence.quote
