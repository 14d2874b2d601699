"""Parts that all workers share: the broker, the object store, the grants' public key, telemetry."""

from dataclasses import dataclass, field

from shared.access import GrantVerifier
from shared.disk.reserve import MEGABYTE, UNWATCHED, DiskReserve
from shared.kafka.broker import Broker, BrokerEvents, create_broker
from shared.sealing.ports import Sealer
from shared.sealing.unsealed import UNSEALED
from shared.settings import BrokerSettings, DiskSettings, GrantSettings, ObjectStoreSettings, TelemetrySettings
from shared.storage.folder import FolderStore
from shared.storage.ports import Container, ListedStore, ObjectStore
from shared.storage.sealed import SealedStore
from shared.telemetry.setup import Telemetry


@dataclass(frozen=True, kw_only=True)
class WorkerContext:
    """Builds the adapters that services share; settings that are not given come from the environment.

    Attributes:
        telemetry: telemetry of the process.
        sealer: seals objects and messages.
        disk: what stays free on the disks of local stores.
    """

    kafka: BrokerSettings = field(default_factory=BrokerSettings)
    objects: ObjectStoreSettings = field(default_factory=ObjectStoreSettings)
    grants: GrantSettings = field(default_factory=GrantSettings)
    sealer: Sealer = UNSEALED
    telemetry: Telemetry = field(default_factory=lambda: Telemetry(TelemetrySettings(), service="worker"))
    disk: DiskReserve = field(default_factory=lambda: create_disk_reserve(DiskSettings()))

    @classmethod
    def of_process(cls, service: str) -> "WorkerContext":
        """Return the context of a service that has its process to itself."""
        return cls(telemetry=Telemetry(TelemetrySettings(), service=service))

    def broker(self, service: str) -> tuple[Broker, BrokerEvents]:
        return create_broker(self.kafka, service=service, telemetry=self.telemetry, sealer=self.sealer)

    def store(self) -> ObjectStore:
        return create_store(self.objects, self.sealer, self.disk)

    def verifier(self) -> GrantVerifier:
        return GrantVerifier(self.grants.public_key_file.read_bytes())


def create_disk_reserve(settings: DiskSettings) -> DiskReserve:
    """Return the reserve of the settings; whoever builds a local store lets it watch the store's folder."""
    return DiskReserve(settings.reserve_mb * MEGABYTE, settings.watch_period_s)


def create_store(
    settings: ObjectStoreSettings, sealer: Sealer = UNSEALED, disk: DiskReserve = UNWATCHED
) -> ListedStore:
    """Return the object store of the settings: the bucket if one is named, else the folder, whose disk is watched."""
    return SealedStore(_container(settings, disk), sealer)


def _container(settings: ObjectStoreSettings, disk: DiskReserve) -> Container:
    if settings.s3_url is None:
        disk.watch("objects", settings.folder)
        return FolderStore(settings.folder, for_group=settings.for_group, room=disk)
    from shared.storage.s3 import open_bucket  # noqa: PLC0415 (its library is an extra's)

    return open_bucket(settings)
