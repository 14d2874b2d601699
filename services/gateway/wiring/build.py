"""The gateway put together from its settings: with rooms.py the only place that builds its adapters."""

from datetime import timedelta

from prometheus_client import CollectorRegistry

from services.gateway.database.engine import Database
from services.gateway.directory.file import FileDirectory
from services.gateway.directory.service import Directory, DirectoryService
from services.gateway.http.auth import KeySet, TokenVerifier
from services.gateway.http.dependencies import PublicAddress
from services.gateway.http.jwks_file import JwksFile
from services.gateway.http.jwks_http import JwksHttp
from services.gateway.http.limits import Allowance, Limits
from services.gateway.http.source_links import SourceLinks
from services.gateway.outbox.age import OutboxAge
from services.gateway.outbox.idempotency_sql import SqlIdempotency
from services.gateway.outbox.leadership import Leadership
from services.gateway.outbox.lease_sql import SqlLease
from services.gateway.outbox.relay import Relay
from services.gateway.outbox.sql import SqlOutbox
from services.gateway.questions.quotes_sql import SqlQuotes
from services.gateway.settings import DirectorySettings, GatewaySettings
from services.gateway.wiring.chores import Chores
from services.gateway.wiring.gateway import Gateway
from services.gateway.wiring.ground import Ground
from services.gateway.wiring.rooms import DeadLetterRoom, DocumentRoom, DuerpRoom, EmbeddingRoom, QuestionRoom
from services.gateway.wiring.schedule import erasing_chores, forgetting_letters, moving_chores
from shared.access import GrantSigner
from shared.contracts.backends import load_registry
from shared.disk.reserve import DiskReserve
from shared.kafka.ports import EventPublisher
from shared.sealing.ports import Sealer
from shared.sealing.unsealed import UNSEALED
from shared.storage.ports import ListedStore
from shared.worker.checks import objects_check
from shared.worker.context import create_disk_reserve, create_store
from shared.worker.health import Check

_LEASE_S = 4.0


def build(
    settings: GatewaySettings,
    *,
    events: EventPublisher,
    registry: CollectorRegistry,
    store: ListedStore | None = None,
    signer: GrantSigner | None = None,
    sealer: Sealer = UNSEALED,
    disk: DiskReserve | None = None,
) -> Gateway:
    """Wire a gateway, nothing of it opened.

    Args:
        events: publishes what is accepted.
        registry: of the process's metrics.
        store, signer: instead of those that the settings describe.
        sealer: seals objects, and texts in the database; messages are the events'.
        disk: of the process, where other services share it.
    """
    disk = disk or create_disk_reserve(settings.disk)
    database = Database(settings.database.url, settings.database, sealer)
    if database.file is not None:
        disk.watch("database", database.file.parent)
    store = store or create_store(settings.objects, sealer, disk)
    signer = signer or GrantSigner(settings.grant_private_key_file.read_bytes())
    # On SQLite there is one gateway, and a start need not wait for the lease of the one that was killed.
    leadership = Leadership(None if database.is_sqlite else SqlLease(database, "outbox-relay", ttl_s=_LEASE_S))
    outbox, idempotency = SqlOutbox(database), SqlIdempotency(database)
    relay = Relay(outbox, events, leadership, documents_in_flight=settings.documents_in_flight)

    ground = Ground(
        settings=settings,
        events=events,
        registry=registry,
        database=database,
        store=store,
        signer=signer,
        disk=disk,
        idempotency=idempotency,
        relay=relay,
    )
    embedding = EmbeddingRoom(ground)
    backends = load_registry(settings.backends)
    documents, questions = DocumentRoom(ground, embedding.models), QuestionRoom(ground, embedding.recent, backends)
    duerp, dead_letters = DuerpRoom(ground), DeadLetterRoom(ground, documents.documents)
    quotes = SqlQuotes(database, duerp.withdrawn.blank)
    stall = timedelta(seconds=settings.document_stall_s)
    chores = (
        *moving_chores(questions.ends, outbox, OutboxAge(outbox, registry), embedding.replays, idempotency, stall),
        forgetting_letters(dead_letters.rows),
        *erasing_chores(documents.sweep, documents.held, quotes, database, settings.sweep_period_s),
    )
    keys = JwksHttp(settings.jwks.url, settings.jwks) if settings.jwks.url else JwksFile(settings.jwks.file)
    directory = _directory(settings.directory)
    return Gateway(
        provided=(
            *_door(settings, keys, signer),
            *documents.provided,
            *questions.provided,
            *embedding.provided,
            *duerp.provided,
            *dead_letters.provided,
            DirectoryService(directory),
            backends,
            disk,
        ),
        parts=(database, keys, *([directory] if directory else []), duerp.files),
        database=database,
        outbox=outbox,
        progress=documents.progress,
        followers=documents.followers,
        ends=questions.ends,
        models=embedding.models,
        imports=duerp.import_progress,
        vectors=questions.vectors,
        reader=questions.reader,
        letters=dead_letters.letters,
        relay=relay,
        chores=Chores(chores, leadership, registry),
        leadership=leadership,
        disk=disk,
        checks=(
            Check("database", database.finding),
            objects_check(store, "gateway", writes=True),
            *([Check("issuer", keys.finding)] if isinstance(keys, JwksHttp) else []),
        ),
    )


def _door(settings: GatewaySettings, keys: KeySet, signer: GrantSigner) -> tuple[object, ...]:
    """Return what decides who comes in, how often, and by which address."""
    shares = settings.limits
    verifier = TokenVerifier(
        keys,
        issuer=settings.issuer,
        audience=settings.audience,
        clients=settings.clients,
        algorithms=settings.algorithms,
    )
    limits = Limits(
        Allowance(shares.person_requests_s, shares.person_streams, shares.person_uploads, shares.person_exports),
        Allowance(shares.unit_requests_s, shares.unit_streams, shares.unit_uploads, shares.unit_exports),
        burst_s=shares.burst_s,
    )
    links = SourceLinks(signer.derived(SourceLinks.USE), timedelta(seconds=settings.source_link_life_s))
    return verifier, limits, PublicAddress(settings.public_url), links


def _directory(settings: DirectorySettings) -> Directory | None:
    if settings.keycloak_realm_url is not None:
        from services.gateway.directory.keycloak import KeycloakDirectory  # noqa: PLC0415 (an extra)

        return KeycloakDirectory(settings)
    return FileDirectory(settings.people_file) if settings.people_file is not None else None
