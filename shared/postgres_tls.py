"""How a connection to PostgreSQL is encrypted, and what of the server is verified."""

import ssl
from pathlib import Path
from typing import Literal, TypeAlias

TlsMode: TypeAlias = Literal["disable", "prefer", "require", "verify-ca", "verify-full"]


def tls_argument(
    mode: TlsMode, ca_file: Path | None, cert_file: Path | None, key_file: Path | None
) -> ssl.SSLContext | str:
    """Return asyncpg's `ssl`: its own modes where there is nothing to verify with, else a context to verify as libpq.

    Source: PostgreSQL's documentation, 34.19.1 (verify-ca checks the chain, verify-full the name as well).

    Raises:
        OSError: a file cannot be read.
        ssl.SSLError: a file holds no certificates, or no key that fits.
    """
    if mode in {"disable", "prefer"}:
        return mode
    context = ssl.create_default_context(cafile=ca_file)
    context.check_hostname = mode == "verify-full"
    if mode == "require":
        context.verify_mode = ssl.CERT_NONE
    if cert_file is not None:
        context.load_cert_chain(cert_file, key_file)
    return context
