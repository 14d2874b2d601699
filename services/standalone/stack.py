"""All five services in one process on the embedded parts: broker, index, database, folder, model, issuer."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import get_args

from pydantic import SecretStr

import services.embedder.app
import services.gateway.app
import services.generator.app
import services.ingest.app
import services.retriever.app
from services.embedder.settings import EmbedderSettings
from services.gateway.http.header_timeout import HeaderTimeout
from services.gateway.settings import DatabaseSettings, DirectorySettings, GatewaySettings, JwksSettings
from services.generator.settings import GeneratorSettings
from services.retriever.settings import RetrieverSettings
from services.standalone.adaptive_polling import AWAKE_MS, AdaptivePolling, WakeOnRequest
from services.standalone.embedded_broker import EmbeddedBroker
from services.standalone.local_issuer import AUDIENCE, CLIENT, ISSUER, LocalIssuer
from services.standalone.serving import LOOPBACK, listen, serving
from services.standalone.settings import StandaloneSettings
from shared.contracts.topics import Lane
from shared.disk.reserve import DiskReserve
from shared.settings import (
    BackendSettings,
    BrokerSettings,
    DiskSettings,
    EventSettings,
    GrantSettings,
    ObjectStoreSettings,
    TelemetrySettings,
)
from shared.storage.private import make_private_folder
from shared.telemetry.setup import Telemetry
from shared.worker.context import WorkerContext, create_disk_reserve
from shared.worker.worker import Worker

_HEARTBEAT_MS = 2000
"""One process has no replica to hear of, and each consumer's heartbeat is work while nothing else is."""


class EmbeddedStack:
    """The five services in one process on embedded parts (docs/architecture.md, "Parts that a deployment replaces").

    It needs nothing but pip; everything that it keeps is below one folder.

    Args:
        events: how events are authenticated; by default with a key of this run, which is in its memory alone. What a
            former run did not end comes from the outbox, and is published anew.
        backends: who may write answers; by default those of the environment.
        question_deadline_s: by default the gateway's own; a model on a processor takes longer.
    """

    def __init__(
        self,
        settings: StandaloneSettings,
        *,
        embedder: EmbedderSettings | None = None,
        events: EventSettings | None = None,
        backends: BackendSettings | None = None,
        question_deadline_s: float | None = None,
    ) -> None:
        self._settings = settings
        self._events = events or _events_of_this_run()
        self._embedder = embedder or EmbedderSettings()
        self._backends = backends or BackendSettings()
        self._question_deadline_s = question_deadline_s
        self.issuer = LocalIssuer(settings.data / "keys")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Start everything; yields the gateway's URL on 127.0.0.1.

        Raises:
            OSError: the port is taken.
            NoRoomToStart: the folder's disk is full.
        """
        data = self._settings.data
        disk = create_disk_reserve(DiskSettings())
        disk.watch("database", data)
        await asyncio.to_thread(disk.check_start, "database", 0)
        listener = listen(self._settings.port)
        make_private_folder(data)
        self.issuer.prepare()
        broker = EmbeddedBroker()
        telemetry = Telemetry(TelemetrySettings(), service="standalone")
        try:
            kafka = BrokerSettings(
                bootstrap_servers=await asyncio.to_thread(broker.open),
                topic_prefix="",
                events=self._events,
                security_protocol="PLAINTEXT",
                question_fetch_wait_ms=AWAKE_MS,
                document_fetch_wait_ms=self._settings.document_fetch_wait_ms,
                heartbeat_interval_ms=_HEARTBEAT_MS,
            )
            async with AsyncExitStack() as running:
                workers = self._workers(kafka, telemetry, disk)
                app = services.gateway.app.create_app(self._gateway_settings(kafka), telemetry, disk=disk)
                polling = AdaptivePolling(worker.broker for worker in (app.state.worker, *workers))
                running.callback(polling.close)
                server = serving(WakeOnRequest(app, polling), listener, http=HeaderTimeout)
                await _enter_together(running, [server, *(worker.running() for worker in workers)])
                for lane in get_args(Lane):
                    polling.wake(lane)  # as after a request: what a former run left is taken up now
                yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.close()
            telemetry.close()
            broker.close()

    def _workers(self, kafka: BrokerSettings, telemetry: Telemetry, disk: DiskReserve) -> list[Worker]:
        platform = WorkerContext(
            kafka=kafka,
            objects=self._objects(),
            grants=GrantSettings(public_key_file=self.issuer.grant_public_key_file),
            telemetry=telemetry,
            disk=disk,
        )
        index = RetrieverSettings(folder=self._settings.data / "index")
        return [
            services.ingest.app.create_worker(platform=platform),
            services.embedder.app.create_worker(self._embedder, platform),
            services.retriever.app.create_worker(index, platform),
            services.generator.app.create_worker(GeneratorSettings(backends=self._backends), platform),
        ]

    def _objects(self) -> ObjectStoreSettings:
        """Below the data folder, whatever this machine's other deployments have in the environment."""
        return ObjectStoreSettings(folder=self._settings.data / "objects", s3_url=None)

    def _gateway_settings(self, kafka: BrokerSettings) -> GatewaySettings:
        data = self._settings.data
        settings = GatewaySettings(
            backends=self._backends,
            database=DatabaseSettings(url=f"sqlite+aiosqlite:///{data / 'vigie.db'}"),
            directory=DirectorySettings(keycloak_realm_url=None, people_file=self.issuer.people_file),
            jwks=JwksSettings(file=self.issuer.jwks_file, url=None),
            allowed_hosts=LOOPBACK,
            issuer=ISSUER,
            audience=AUDIENCE,
            clients=(CLIENT,),
            grant_private_key_file=self.issuer.grant_private_key_file,
            kafka=kafka,
            objects=self._objects(),
        )
        deadline = self._question_deadline_s
        return settings if deadline is None else settings.model_copy(update={"question_deadline_s": deadline})


def _events_of_this_run() -> EventSettings:
    """Authenticate and encrypt: any process of the machine reaches the embedded broker."""
    return EventSettings(key=SecretStr(secrets.token_hex(32)), key_file=None, check="require", encrypt=True)


async def _enter_together(stack: AsyncExitStack, contexts: Iterable[AbstractAsyncContextManager[None]]) -> None:
    """Enter all at once, since each waits for its consumer groups to settle; the first error is raised at the end."""
    results = await asyncio.gather(*(stack.enter_async_context(each) for each in contexts), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
