"""The ids of documents, versions and passages: uuid5 of what they name, so that a repetition makes nothing new."""

import re
from uuid import NAMESPACE_URL, UUID, uuid5

PIPELINE_VERSION = "3"
"""Raised when parsing or chunking changes what a document is cut into, so that ids never mean two things."""

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:vigie")
_PASSAGE_ID = re.compile(r"([0-9a-f]{32})-(0|[1-9][0-9]{0,8})")


def document_id(scope: str, key: str) -> UUID:
    """A document is what bears one key in one scope."""
    return uuid5(_NAMESPACE, f"document\n{scope}\n{key}")


def version_id(document: UUID, sha256: str, chunking: str = "") -> UUID:
    """A version is one content of a document, cut in one way by one pipeline."""
    return uuid5(_NAMESPACE, f"version\n{document}\n{sha256}\n{PIPELINE_VERSION}\n{chunking}")


def passage_id(version: UUID, ordinal: int) -> str:
    return f"{version.hex}-{ordinal}"


def parse_passage_id(text: str) -> tuple[UUID, int] | None:
    """The version and the ordinal that a passage's id tells, or None when it is no such id."""
    match = _PASSAGE_ID.fullmatch(text)
    return (UUID(match[1]), int(match[2])) if match else None


def point_id(version: UUID, ordinal: int) -> UUID:
    """The passage's id in the index: the same passage always lands on the same point."""
    return uuid5(version, str(ordinal))
