"""What of a JWKS document (RFC 7517) may verify a token's signature."""

import json
from typing import Any

import jwt

_ASYMMETRIC = {"RSA", "EC", "OKP"}


def signature_keys(content: bytes) -> dict[str, jwt.PyJWK]:
    """The keys by their ids; what is symmetric, too short, for encryption or of no known algorithm is left out.

    Raises:
        ValueError: it is no key set, or nothing in it can verify a signature.
    """
    document = json.loads(content)
    members = document.get("keys") if isinstance(document, dict) else None
    keys = {}
    for member in members if isinstance(members, list) else []:
        key = _signature_key(member)
        if key is not None and key.key_id:
            keys[key.key_id] = key
    if not keys:
        raise ValueError("no key in the set can verify a signature")
    return keys


def _signature_key(member: Any) -> jwt.PyJWK | None:
    if not isinstance(member, dict) or member.get("kty") not in _ASYMMETRIC or member.get("use", "sig") != "sig":
        return None
    try:
        key = jwt.PyJWK(member)
    except jwt.PyJWTError:
        return None  # of an algorithm that this issuer's other clients use
    return None if key.Algorithm.check_key_length(key.key) else key
