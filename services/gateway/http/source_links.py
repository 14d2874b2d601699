"""Links that open one passage for a while without a token: for people who read an answer in somebody else's page.

A link is signed for a passage, the scope that it was read in, and an end. Whoever has it reads that passage until then,
and nothing else; what is withdrawn is gone for links too.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlencode

from shared.access import Principal
from shared.clock import utc_now
from shared.contracts.questions import Citation, Outcome
from shared.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class SourceLinks:
    """Signs and checks links.

    Args:
        key: of the links, derived from a secret that only gateways have.
        life: how long a link opens; none: answers name the API's address, which asks for a token.
        now: the time, aware.
    """

    USE: ClassVar = b"vigie source links 1"

    key: bytes
    life: timedelta
    now: Callable[[], datetime] = utc_now

    def signed(self, outcome: Outcome) -> Outcome:
        """The outcome with links in the place of its citations' addresses."""
        if not self.life or not outcome.citations:
            return outcome
        until = int((self.now() + self.life).timestamp())
        return outcome.model_copy(update={"citations": [self._linked(each, until) for each in outcome.citations]})

    def reader(self, passage: str, scope: str, until: int, mac: str) -> Principal | None:
        """Who a link makes of its reader: somebody who may read its scope; None once it has ended.

        Raises:
            Unauthenticated: it was not signed here, or for another passage.
        """
        if not hmac.compare_digest(self._mac(passage, scope, until).encode(), mac.encode()):
            raise Unauthenticated(reason="link")
        if until < self.now().timestamp():
            return None
        return Principal("signed-link", frozenset({scope}), frozenset())

    def _linked(self, citation: Citation, until: int) -> Citation:
        if citation.scope is None:
            return citation
        by = self._mac(citation.passage, citation.scope, until)
        query = urlencode({"scope": citation.scope, "until": until, "by": by})
        return citation.model_copy(update={"url": f"{citation.url}/page?{query}"})

    def _mac(self, passage: str, scope: str, until: int) -> str:
        return hmac.new(self.key, f"{passage}\n{scope}\n{until}".encode(), hashlib.sha256).hexdigest()[:40]
