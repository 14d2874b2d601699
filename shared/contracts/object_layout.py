"""The layout of the object store.

For one version of a document:

    sources/<upload>                      the file as it was sent
    texts/<version>                       the extracted text, UTF-8; a passage's span counts its characters
    passages/<version>/<batch>            BATCH passages, JSON lines
    vectors/<version>/<batch>/<model>-<digest>    little-endian float32, shape (passages, dimension)
"""

import re
from uuid import UUID

from shared.contracts.passages import Passage

SOURCES, TEXTS, PASSAGES, VECTORS = KINDS = ("sources", "texts", "passages", "vectors")
"""What keys begin with."""

_OWNED = re.compile(rf"({'|'.join(KINDS)})/([0-9a-f]{{32}})(/.*)?")

BATCH = 64
"""Passages in a batch. A part of the stored format: a passage's batch follows from its ordinal."""


def source_key(upload: UUID) -> str:
    return f"sources/{upload.hex}"


def text_key(version: UUID) -> str:
    return f"texts/{version.hex}"


def batches_prefix(version: UUID) -> str:
    """What the keys of all of a version's batches begin with."""
    return f"passages/{version.hex}"


def batch_key(version: UUID, batch: int) -> str:
    return f"{batches_prefix(version)}/{batch:06d}"


def vectors_prefix(version: UUID) -> str:
    """What the keys of all of a version's vectors begin with, of whatever model."""
    return f"vectors/{version.hex}"


def vectors_key(version: UUID, batch: int, model: str, digest: str) -> str:
    """The content's digest is a part: floats may differ from run to run, and a reference must find its own bytes."""
    return f"{vectors_prefix(version)}/{batch:06d}/{re.sub(r'[^A-Za-z0-9._-]', '_', model)}-{digest[:16]}"


def owner_of(key: str) -> tuple[str, UUID] | None:
    """The kind of an object, and the upload or version that it is of; None for a key that is none of these."""
    found = _OWNED.fullmatch(key)
    return (found[1], UUID(found[2])) if found else None


def encode_batch(passages: list[Passage]) -> bytes:
    return b"\n".join(passage.model_dump_json(exclude_none=True).encode() for passage in passages)


def decode_batch(data: bytes) -> list[Passage]:
    return [Passage.model_validate_json(line) for line in data.split(b"\n") if line]
