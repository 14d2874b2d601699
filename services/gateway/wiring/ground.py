"""What every room of the gateway stands on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from prometheus_client import CollectorRegistry
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.engine import Database
from services.gateway.outbox.idempotency_sql import SqlIdempotency
from services.gateway.outbox.relay import Relay
from services.gateway.outbox.unit_of_work import SqlUnitsOfWork
from services.gateway.settings import GatewaySettings
from shared.access import GrantSigner
from shared.disk.reserve import DiskReserve
from shared.kafka.ports import EventPublisher
from shared.storage.ports import ListedStore

Rows = TypeVar("Rows")


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What every room stands on."""

    settings: GatewaySettings
    events: EventPublisher
    registry: CollectorRegistry
    database: Database
    store: ListedStore
    signer: GrantSigner
    disk: DiskReserve
    idempotency: SqlIdempotency
    relay: Relay

    def work(self, rows: Callable[[AsyncSession], Rows]) -> SqlUnitsOfWork[Rows]:
        """Return the units of work of one room, whose events the relay publishes at once."""
        return SqlUnitsOfWork(self.database, rows, self.relay.wake)
