"""Headers of every page: a browser runs and loads what this service serves, and nothing else.

Sources: OWASP HTTP Headers Cheat Sheet; Content Security Policy Level 3; RFC 6797 (Strict-Transport-Security).
"""

from collections.abc import Mapping

_SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
POLICY = "; ".join(f"{what} {whence}" for what, whence in _SOURCES.items())

DEFAULTS = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def headers_of(public_url: str, hsts_s: int) -> Mapping[str, str]:
    """Return the headers of pages that people reach at an address; its host alone is held to https, no other name."""
    is_told = public_url.startswith("https://") and hsts_s > 0
    return DEFAULTS | ({"strict-transport-security": f"max-age={hsts_s}"} if is_told else {})
