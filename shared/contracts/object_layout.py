"""The layout of the object store.

For one version of a document:

    sources/<upload>                      the file as it was sent
    texts/<version>                       the extracted text, UTF-8; a passage's span counts its characters
    passages/<version>/<batch>            BATCH passages, JSON lines
    vectors/<version>/<batch>/<model>-<digest>    little-endian float32, shape (passages, dimension)
    pages/<version>/<page>                a page's picture that somebody wanted to see (page_pictures.py); drawn again

For an import of a DUERP:

    duerp-files/<import>                          the file as it was sent
    duerp-previews/<import>/<reading>/summary     what was understood of it, but for what the parts hold, JSON
    duerp-previews/<import>/<reading>/<part>/<batch>      PART_BATCH items of a part, JSON lines

For a file of a DUERP that somebody asked for, and that can be written again:

    duerp-exports/<export>/asked                  what was asked, JSON
    duerp-exports/<unit>/<export>/file            its name in a line, then the file
"""

import re
from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.duerp_files import PART_BATCH
from shared.contracts.passages import Passage

Item = TypeVar("Item", bound=BaseModel)

SOURCES, TEXTS, PASSAGES, VECTORS, PAGES, DUERP_FILES, DUERP_PREVIEWS, DUERP_EXPORTS = KINDS = (
    "sources",
    "texts",
    "passages",
    "vectors",
    "pages",
    "duerp-files",
    "duerp-previews",
    "duerp-exports",
)
"""What keys begin with."""

OF_VERSIONS = frozenset({TEXTS, PASSAGES, VECTORS, PAGES})
OF_IMPORTS = frozenset({DUERP_FILES, DUERP_PREVIEWS})
"""The kinds of objects by what their keys name."""

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


def pages_prefix(version: UUID) -> str:
    """What the keys of all pictures of a version's pages begin with."""
    return f"{PAGES}/{version.hex}"


def page_key(version: UUID, page: int) -> str:
    return f"{pages_prefix(version)}/{page:06d}"


def duerp_file_key(identity: UUID) -> str:
    return f"{DUERP_FILES}/{identity.hex}"


def export_asked_key(identity: UUID) -> str:
    return f"{DUERP_EXPORTS}/{identity.hex}/asked"


def export_files_prefix(unit: UUID) -> str:
    """What the keys of all files that were written of a unit's DUERP begin with; `unit`: the id of its description."""
    return f"{DUERP_EXPORTS}/{unit.hex}"


def export_file_key(unit: UUID, identity: UUID) -> str:
    return f"{export_files_prefix(unit)}/{identity.hex}/file"


def previews_prefix(identity: UUID) -> str:
    """What the keys of all previews of an import begin with."""
    return f"{DUERP_PREVIEWS}/{identity.hex}"


def preview_prefix(identity: UUID, reading: int) -> str:
    """What the keys of one preview begin with."""
    return f"{previews_prefix(identity)}/{reading:06d}"


def summary_key(identity: UUID, reading: int) -> str:
    return f"{preview_prefix(identity, reading)}/summary"


def part_key(identity: UUID, reading: int, part: str, batch: int) -> str:
    return f"{preview_prefix(identity, reading)}/{part}/{batch:06d}"


def part_batches(items: Sequence[BaseModel]) -> list[bytes]:
    """Return a part of a preview as the contents of its objects."""
    starts = range(0, len(items), PART_BATCH)
    return [
        b"\n".join(each.model_dump_json().encode() for each in items[start : start + PART_BATCH]) for start in starts
    ]


def decode_part(data: bytes, model: type[Item]) -> list[Item]:
    return [model.model_validate_json(line) for line in data.split(b"\n") if line]


def owner_of(key: str) -> tuple[str, UUID] | None:
    """The kind of an object, and the upload, version, import or export that it is of; None for any other key."""
    found = _OWNED.fullmatch(key)
    return (found[1], UUID(found[2])) if found else None


def encode_batch(passages: list[Passage]) -> bytes:
    return b"\n".join(passage.model_dump_json(exclude_none=True).encode() for passage in passages)


def decode_batch(data: bytes) -> list[Passage]:
    return [Passage.model_validate_json(line) for line in data.split(b"\n") if line]
