"""Seals a session with the key that its browser alone has: who reads the store finds no token in it.

The cookie is 32 random bytes. The name of the session in the store and the key of its content are derived from them
apart (HKDF, RFC 5869), so that neither tells the other or the cookie.
"""

import base64
import binascii
import os
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_COOKIE_BYTES = 32
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class SessionKey:
    """What a cookie opens: the `name` of a session in the store, the key of its content."""

    name: str
    _content: bytes

    def seal(self, content: bytes) -> bytes:
        """Return the content sealed for this session alone (AES-256-GCM)."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self._content).encrypt(nonce, content, self.name.encode())

    def open(self, sealed: bytes) -> bytes | None:
        """Return the content; None if it was not sealed with this key."""
        try:
            return AESGCM(self._content).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self.name.encode())
        except (InvalidTag, ValueError):  # of another cookie, or cut short
            return None


def new_cookie() -> str:
    """Return the value of a new session's cookie."""
    return secrets.token_urlsafe(_COOKIE_BYTES)


def key_of(cookie: str) -> SessionKey | None:
    """Return what a cookie opens; None for a value that is none of ours."""
    try:
        secret = base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
    except (ValueError, binascii.Error):
        return None
    if len(secret) != _COOKIE_BYTES:
        return None
    return SessionKey(_derived(secret, b"vigie session name").hex(), _derived(secret, b"vigie session content"))


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(secret)
