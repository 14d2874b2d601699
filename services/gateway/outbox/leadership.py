"""Which replica does what only one should do: it leads, from when it takes the lease until it loses it."""

import asyncio
from contextlib import suppress

from services.gateway.outbox.ports import Lease
from shared.errors import Unavailable


class Leadership:
    """This replica's terms, counted from 1.

    Args:
        lease: None where there is no other replica: the one there is leads, for one term.
    """

    def __init__(self, lease: Lease | None = None) -> None:
        self._lease = lease
        self._lock = asyncio.Lock()
        self._terms = 0
        self._leads = False

    async def term(self) -> int | None:
        """The number of the term in which this replica leads now; None while another one does.

        Raises:
            Unavailable: that cannot be known now.
        """
        async with self._lock:
            leads = self._lease is None or await self._lease.held()
            if leads and not self._leads:
                self._terms += 1
            self._leads = leads
            return self._terms if leads else None

    async def hand_over(self) -> None:
        """Let the next replica lead at once."""
        if self._lease is not None and self._leads:
            self._leads = False
            with suppress(Unavailable):
                await self._lease.release()
