"""How much of the store a scope may take: documents, and bytes of files. What is public has no bound (S25)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from services.gateway.policy import may_administer, may_read
from shared.access import PUBLIC, Principal
from shared.errors import QuotaExceeded

_MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """What a scope takes: documents that were not withdrawn, and the bytes of their files, older versions' too."""

    documents: int = 0
    size: int = 0


class ScopeUsage(Protocol):
    async def of(self, scopes: Collection[str] | None) -> Mapping[str, Usage]:
        """What these scopes take, None: all; one that takes nothing is left out."""
        ...


@dataclass(frozen=True, slots=True)
class Quota:
    """What each scope may take; 0: as much as there is."""

    documents: int = 0
    size: int = 0


class Quotas:
    """Says what scopes take, and refuses what is more than they may.

    Uploads of the same moment do not see each other: a scope goes over its quota by those at most.
    """

    def __init__(self, usage: ScopeUsage, quota: Quota) -> None:
        self._usage = usage
        self.quota = quota

    async def check(self, principal: Principal, scope: str, size: int, *, is_new: bool) -> None:
        """Go on if a file of `size` bytes has room.

        Args:
            is_new: it makes a document more, as far as the person may know.

        Raises:
            QuotaExceeded: with what is used and allowed, for those who read the scope.
        """
        if scope == PUBLIC or self.quota == Quota():
            return
        used = (await self._usage.of([scope])).get(scope, Usage())
        told = may_read(principal, scope)
        if self.quota.size and used.size + size > self.quota.size:
            numbers = {"used_mb": used.size // _MEGA, "allowed_mb": self.quota.size // _MEGA}
            raise QuotaExceeded(scope=scope, reason="quota-bytes", **(numbers if told else {}))
        if is_new and self.quota.documents and used.documents >= self.quota.documents:
            numbers = {"used": used.documents, "allowed": self.quota.documents}
            raise QuotaExceeded(scope=scope, reason="quota-documents", **(numbers if told else {}))

    async def used(self, principal: Principal) -> Mapping[str, Usage]:
        """What each of the person's own scopes takes; numbers of every scope for who looks after the platform."""
        if may_administer(principal):
            return dict(sorted((await self._usage.of(None)).items()))
        own = sorted(principal.scopes - {PUBLIC})
        used = await self._usage.of(own) if own else {}
        return {scope: used.get(scope, Usage()) for scope in own}
