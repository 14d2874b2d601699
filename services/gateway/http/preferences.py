"""What a client prefers of how it is answered: `Prefer: respond-async, wait=N` (RFC 7240)."""

import re
from dataclasses import dataclass

RESPOND_ASYNC = "respond-async"


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a client wants to be answered.

    Attributes:
        is_async: 202 rather than to wait (RFC 7240, 4.1). wait_s: how long it waits before that (4.3); None: not told.
    """

    is_async: bool = False
    wait_s: int | None = None

    @property
    def applied(self) -> str:
        """What `Preference-Applied` says."""
        return RESPOND_ASYNC if self.wait_s is None else f"{RESPOND_ASYNC}, wait={self.wait_s}"


def preferences(header: str | None) -> Preferences:
    """Read a Prefer header: of what is told twice the first counts, what is unknown is passed over (RFC 7240, 2)."""
    told: dict[str, str] = {}
    for each in (header or "").split(","):
        name, _, value = each.partition(";")[0].partition("=")
        told.setdefault(name.strip().lower(), value.strip().strip('"'))
    wait = re.fullmatch("[0-9]{1,6}", told.get("wait", ""))
    return Preferences(RESPOND_ASYNC in told, int(wait[0]) if wait else None)
