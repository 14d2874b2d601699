"""Secret keys of an installation's events: they authenticate records, and seal their bodies where that is asked for.

A record's MAC is HMAC-SHA256 over its topic, its key and its body as it travels, so that a record that was moved
elsewhere counts as forged. It does not tell a record from its own copy: handlers are idempotent (ADR 25).
"""

import hmac
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import CorruptObject
from shared.kafka.ports import MessageSealer
from shared.settings import EventSettings

MAC_HEADER = "vigie-mac"
"""Header of a record's MAC: the key's id, a dot, the MAC, in hexadecimal digits."""

Refusal: TypeAlias = Literal["unsigned", "unknown-key", "forged"]

_LEAST_CHARS = 32
_MARK = b"\x00vigie-1\x00"
"""Before a sealed body; no JSON begins like this."""
_ID_CHARS = 8
_NONCE_BYTES = 12


class EventKey:
    """One secret key, and the three that are derived from it: an id to find it by, one for MACs, one for bodies."""

    def __init__(self, secret: bytes) -> None:
        self.id = _derived(secret, b"id").hex()[:_ID_CHARS]
        self._mac = _derived(secret, b"mac")
        self._secret = secret

    def mac(self, topic: str, key: bytes | None, body: bytes) -> str:
        parts = (topic.encode(), key or b"", body)
        return hmac.digest(self._mac, b"".join(len(part).to_bytes(8, "big") + part for part in parts), "sha256").hex()

    @cached_property
    def cipher(self) -> AESGCM:
        return AESGCM(_derived(self._secret, b"body"))


class EventKeys:
    """The keys that are accepted; the first one authenticates and seals.

    Raises:
        ValueError: there is no key, or one is too short to be secret.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets:
            raise ValueError("there is no key for events in VIGIE_EVENTS_KEY_FILE or VIGIE_EVENTS_KEY")
        if any(len(secret) < _LEAST_CHARS for secret in secrets):
            raise ValueError(f"a key for events needs {_LEAST_CHARS} characters at least: openssl rand -hex 32")
        keys = [EventKey(secret.encode()) for secret in secrets]
        self._first = keys[0]
        self._by_id = {key.id: key for key in keys}

    def mac(self, topic: str, key: bytes | None, body: bytes) -> str:
        """Return the value of `MAC_HEADER` for a record.

        Args:
            topic: its name on the broker, with the deployment's prefix.
        """
        return f"{self._first.id}.{self._first.mac(topic, key, body)}"

    def refusal(self, mac: bytes | None, topic: str, key: bytes | None, body: bytes) -> Refusal | None:
        """Return why a record is not of this installation; None when it is."""
        if mac is None:
            return "unsigned"
        key_id, _, found = mac.decode("ascii", "replace").partition(".")
        signer = self._by_id.get(key_id)
        if signer is None:
            return "unknown-key"
        return None if hmac.compare_digest(signer.mac(topic, key, body).encode(), found.encode()) else "forged"

    def seal(self, body: bytes, *, context: str) -> bytes:
        """Encrypt a body (AES-256-GCM) for the place that `context` names."""
        nonce, key_id = os.urandom(_NONCE_BYTES), self._first.id.encode()
        return _MARK + key_id + nonce + self._first.cipher.encrypt(nonce, body, context.encode())

    def unseal(self, data: bytes, *, context: str) -> bytes:
        """Decrypt a body; one that was never sealed comes back as it is.

        Raises:
            CorruptObject: it was sealed by another key or for another place, or changed since.
        """
        if not data.startswith(_MARK):
            return data
        sealed = data.removeprefix(_MARK)
        key = self._by_id.get(sealed[:_ID_CHARS].decode("ascii", "replace"))
        if key is None:
            raise CorruptObject
        nonce, text = sealed[_ID_CHARS : _ID_CHARS + _NONCE_BYTES], sealed[_ID_CHARS + _NONCE_BYTES :]
        try:
            return key.cipher.decrypt(nonce, text, context.encode())
        except (InvalidTag, ValueError) as error:
            raise CorruptObject from error


class SealedBodies:
    """Seals bodies with the keys of events, over what another sealer does (port: MessageSealer).

    Args:
        sealing: whether bodies are sealed; what others sealed is opened in any case.
    """

    def __init__(self, keys: EventKeys, inner: MessageSealer, *, sealing: bool) -> None:
        self._keys = keys
        self._inner = inner
        self._sealing = sealing

    def seal(self, data: bytes, *, scope: str, context: str) -> bytes:
        body = self._inner.seal(data, scope=scope, context=context)
        return self._keys.seal(body, context=context) if self._sealing else body

    def unseal(self, data: bytes, *, context: str) -> bytes:
        return self._inner.unseal(self._keys.unseal(data, context=context), context=context)


def event_keys(settings: EventSettings) -> EventKeys | None:
    """Return the keys of the settings; None where none are set.

    Raises:
        OSError: the file cannot be read.
        ValueError: it has no key, or one that is too short.
    """
    if settings.key is not None:
        return EventKeys([settings.key.get_secret_value()])
    if settings.key_file is not None:
        return EventKeys(_lines(settings.key_file))
    return None


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    """Return the key of a purpose: whoever learns one of them has neither the others nor the secret."""
    return hmac.digest(secret, b"vigie events " + purpose, "sha256")
