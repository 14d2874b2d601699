"""Headers of every response: answers are kept nowhere, and a browser takes them for nothing but what they say they are.

Source: OWASP REST Security Cheat Sheet, "Security headers".
"""

DEFAULTS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
