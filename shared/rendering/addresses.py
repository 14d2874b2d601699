"""Addresses that an answer may show as a link: https, of the corpora's publishers. Vigie's own are added by callers."""

import re
from urllib.parse import urlsplit

HOSTS = frozenset(
    {"www.legifrance.gouv.fr", "code.travail.gouv.fr", "travail-emploi.gouv.fr", "www.travail-emploi.gouv.fr"}
)
"""Publishers of the corpora, as the parsers of ingest write their addresses."""

_PLAIN = re.compile(r"https://[^\s<>\"\\^`{|}\x00-\x20\x7f-\x9f]+")


def official_address(address: str | None) -> str | None:
    """Return the address when it is of a corpus's publisher; None for any other."""
    if address is None or _PLAIN.fullmatch(address) is None:
        return None
    try:
        known = urlsplit(address).netloc in HOSTS  # with a name, a password or a port it is another one
    except ValueError:
        return None
    return address if known else None
