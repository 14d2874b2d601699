"""Parts that all workers share: the broker, the object store, the grants' public key, telemetry."""

from dataclasses import dataclass, field

from shared.access import GrantVerifier
from shared.kafka.broker import Broker, BrokerEvents, create_broker
from shared.sealing.ports import Sealer
from shared.sealing.unsealed import UNSEALED
from shared.settings import BrokerSettings, GrantSettings, ObjectStoreSettings, TelemetrySettings
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
    """

    kafka: BrokerSettings = field(default_factory=BrokerSettings)
    objects: ObjectStoreSettings = field(default_factory=ObjectStoreSettings)
    grants: GrantSettings = field(default_factory=GrantSettings)
    sealer: Sealer = UNSEALED
    telemetry: Telemetry = field(default_factory=lambda: Telemetry(TelemetrySettings(), service="worker"))

    @classmethod
    def of_process(cls, service: str) -> "WorkerContext":
        """Return the context of a service that has its process to itself."""
        return cls(telemetry=Telemetry(TelemetrySettings(), service=service))

    def broker(self, service: str) -> tuple[Broker, BrokerEvents]:
        return create_broker(self.kafka, service=service, telemetry=self.telemetry, sealer=self.sealer)

    def store(self) -> ObjectStore:
        return create_store(self.objects, self.sealer)

    def verifier(self) -> GrantVerifier:
        return GrantVerifier(self.grants.public_key_file.read_bytes())


def create_store(settings: ObjectStoreSettings, sealer: Sealer = UNSEALED) -> ListedStore:
    """Return the object store of the settings: the bucket if one is named, else the folder."""
    return SealedStore(_container(settings), sealer)


def _container(settings: ObjectStoreSettings) -> Container:
    if settings.s3_url is None:
        return FolderStore(settings.folder, for_group=settings.for_group)
    from shared.storage.s3 import open_bucket  # noqa: PLC0415 (its library is an extra's)

    return open_bucket(settings)
