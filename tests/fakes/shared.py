"""Fakes of the ports that several services use, and keys for tests."""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.access import PUBLIC, GrantSigner, GrantVerifier
from shared.clock import utc_now
from shared.contracts.base import Event, ObjectRef
from shared.errors import NotFound, VigieError
from shared.kafka.ports import EventPublisher
from shared.storage.ports import ListedStore, StoredObject

E = TypeVar("E", bound=Event)


class RecordedEvents:
    """Keeps what was published; `failing` is raised instead, while it is set."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.failing: VigieError | None = None

    async def publish(self, event: Event) -> None:
        if self.failing is not None:
            raise self.failing
        self.events.append(event)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]


class FakeDisk:
    """A disk with as much room as a test says."""

    def __init__(self, free_bytes: int) -> None:
        self.free = free_bytes

    def free_bytes(self, _folder: Path) -> int:
        return self.free


class MemoryStore:
    """Objects in a dictionary; `failing` is raised by every write, while it is set.

    What a test puts into `objects` itself is as old as can be.
    """

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.written_at: dict[str, datetime] = {}
        self.failing: VigieError | None = None

    async def put(self, key: str, data: bytes | AsyncIterable[bytes], *, scope: str = PUBLIC) -> ObjectRef:
        if self.failing is not None:
            raise self.failing
        whole = data if isinstance(data, bytes) else b"".join([chunk async for chunk in data])
        self.objects[key] = whole
        self.written_at[key] = utc_now()
        return ObjectRef(key=key, sha256=hashlib.sha256(whole).hexdigest(), size=len(whole))

    async def get(self, key: str) -> bytes:
        if key not in self.objects:
            raise NotFound(what="object")
        return self.objects[key]

    async def delete(self, prefix: str) -> None:
        for key in [key for key in self.objects if key == prefix or key.startswith(f"{prefix}/")]:
            del self.objects[key]

    async def listing(self) -> AsyncIterator[StoredObject]:
        for key in list(self.objects):
            yield StoredObject(key, self.written_at.get(key, datetime.min.replace(tzinfo=UTC)))

    async def remove_unfinished(self, before: datetime) -> int:
        return 0


def grant_keys() -> tuple[GrantSigner, GrantVerifier]:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return GrantSigner(private), GrantVerifier(public)


if TYPE_CHECKING:  # a port that gains a method fails here
    _ports: tuple[type[ListedStore], type[EventPublisher]] = (MemoryStore, RecordedEvents)
