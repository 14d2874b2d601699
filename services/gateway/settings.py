"""The gateway's settings."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.postgres_tls import TlsMode
from shared.settings import BackendSettings, BrokerSettings, DiskSettings, ObjectStoreSettings, TelemetrySettings

MAX_QUESTION_CHARS = 4_000


class JwksSettings(BaseSettings):
    """Where the issuer's keys are, and how long they are believed while the issuer is down."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_GATEWAY_JWKS_", frozen=True)

    file: Path = Field(default=Path("vigie-data/keys/jwks.json"), description="public keys of the issuer, JWKS")
    url: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="the issuer's JWKS address, instead of the file; Keycloak: <issuer>/protocol/openid-connect/certs",
    )
    ca_file: Path | None = Field(
        default=None, description="certificates to trust at that address, PEM; unset: the system's"
    )
    timeout_s: float = Field(default=5, gt=0, description="longest wait for the issuer, s")
    cooldown_s: float = Field(
        default=30, ge=1, description="shortest time between two fetches, whatever keys tokens name, s"
    )
    refresh_s: float = Field(
        default=300, ge=1, description="keys older than this are fetched again: a key withdrawn there ends here, s"
    )
    ttl_s: float = Field(
        default=3600, ge=1, description="keys are believed for so long while the issuer is down; then 503, s"
    )


class DatabaseSettings(BaseSettings):
    """The database and the limits of each connection to it; all but the address are for PostgreSQL."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_GATEWAY_DATABASE_", frozen=True)

    url: str = Field(
        default="sqlite+aiosqlite:///vigie-data/vigie.db",
        description="SQLAlchemy URL: sqlite+aiosqlite or postgresql+asyncpg",
    )
    application_name: str = Field(default="vigie-gateway", description="how PostgreSQL's own views name the gateway")
    pool_size: int = Field(default=10, ge=1, description="most connections of a replica; opened when needed, then kept")
    acquire_timeout_s: float = Field(default=5, gt=0, description="longest wait for a free connection; then 503, s")
    connect_timeout_s: float = Field(default=5, gt=0, description="longest wait for a new connection, s")
    statement_timeout_s: float = Field(default=15, gt=0, description="longest statement, s")
    lock_timeout_s: float = Field(default=5, gt=0, description="longest wait for a row that another one holds, s")
    idle_transaction_timeout_s: float = Field(
        default=30, gt=0, description="a transaction that does nothing for so long is ended by the server, s"
    )
    recycle_s: int = Field(default=1800, ge=1, description="connections older than this are replaced, s")
    start_patience_s: float = Field(
        default=120, ge=0, description="a start waits so long for the database before it says so, then tries again, s"
    )
    tls: TlsMode | None = Field(default=None, description="as libpq's sslmode; unset: as the address says")
    tls_ca_file: Path | None = Field(default=None, description="certificates to trust, PEM; unset: the system's")
    tls_cert_file: Path | None = Field(default=None, description="the gateway's own certificate, PEM")
    tls_key_file: Path | None = Field(default=None, description="its private key, PEM")


class DirectorySettings(BaseSettings):
    """Where admins look people and groups up: in Keycloak, or among the people of the local issuer."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_GATEWAY_DIRECTORY_", frozen=True)

    keycloak_realm_url: str | None = Field(
        default=None,
        pattern=r"^https?://.+/realms/[^/]+$",
        description="the realm's address, as its issuer (extra `keycloak`); unset: the file",
    )
    client_id: str = Field(default="vigie-admin-lookup", description="client that may view users and groups there")
    client_secret: SecretStr | None = Field(default=None, description="its secret")
    ca_file: Path | None = Field(default=None, description="certificates to trust there, PEM; unset: the system's")
    timeout_s: int = Field(default=5, ge=1, description="longest wait for an answer of Keycloak, s")
    people_file: Path | None = Field(default=None, description="people of the local issuer; unset: no look-up")


class LimitSettings(BaseSettings):
    """What one person, unit and scope may take; each replica counts all but the last two for itself."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_GATEWAY_LIMIT_", frozen=True)

    person_requests_s: float = Field(default=200, ge=0, description="requests of a person a second; 0: no limit")
    person_streams: int = Field(default=500, ge=0, description="event streams of a person at once; 0: no limit")
    person_uploads: int = Field(default=32, ge=0, description="files that a person sends at once; 0: no limit")
    person_exports: int = Field(
        default=2, ge=0, description="files of a DUERP that are written for a person at once; 0: no limit"
    )
    unit_requests_s: float = Field(
        default=1000, ge=0, description="requests a second of all people of a unit or delegation; 0: no limit"
    )
    unit_streams: int = Field(default=2000, ge=0, description="event streams of these at once; 0: no limit")
    unit_uploads: int = Field(default=128, ge=0, description="files that these send at once; 0: no limit")
    unit_exports: int = Field(default=8, ge=0, description="files of a DUERP written for these at once; 0: no limit")
    burst_s: float = Field(default=10, gt=0, description="requests of so many seconds may come at once, s")
    scope_documents: int = Field(
        default=100_000, ge=0, description="most documents of a unit or delegation; 0: no limit"
    )
    scope_bytes: int = Field(
        default=50_000_000_000, ge=0, description="most bytes of the files of a unit or delegation; 0: no limit"
    )


class GatewaySettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="VIGIE_GATEWAY_", frozen=True)

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8080, ge=0, le=65535, description="port to listen on; 0: any free one")
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/]+(/.*[^/])?$",
        description="where people reach the gateway, for links to passages; default: as each request names it",
    )
    allowed_hosts: tuple[str, ...] = Field(
        default=(),
        description="host names, without port, under which the gateway answers, as a JSON list; none: under any",
    )
    database: DatabaseSettings = Field(default_factory=DatabaseSettings, description="see VIGIE_GATEWAY_DATABASE_*")
    jwks: JwksSettings = Field(default_factory=JwksSettings, description="see VIGIE_GATEWAY_JWKS_*")
    directory: DirectorySettings = Field(default_factory=DirectorySettings, description="see VIGIE_GATEWAY_DIRECTORY_*")
    limits: LimitSettings = Field(default_factory=LimitSettings, description="see VIGIE_GATEWAY_LIMIT_*")
    issuer: str = Field(default="urn:vigie:local", description="the only accepted `iss` of a token")
    audience: str = Field(default="vigie-api", description="the `aud` that a token must have")
    clients: tuple[str, ...] = Field(default=("vigie-cli",), description="accepted `azp` of a token, as a JSON list")
    algorithms: tuple[str, ...] = Field(default=("ES256",), description="accepted signature algorithms, as a JSON list")
    grant_private_key_file: Path = Field(
        default=Path("vigie-data/keys/grant.pem"), description="Ed25519 private key that signs access grants, PEM"
    )
    max_upload_bytes: int = Field(default=100 * 1024 * 1024, ge=1, description="largest accepted request body, bytes")
    max_question_chars: int = Field(
        default=MAX_QUESTION_CHARS, ge=1, description="longest accepted question, characters"
    )
    source_link_life_s: int = Field(
        default=900,
        ge=0,
        le=30 * 24 * 3600,
        description="how long a source's link in a chat opens without a token, for whoever has it, s; 0: never",
    )
    question_deadline_s: float = Field(default=60, gt=0, description="a question unanswered for so long has failed, s")
    document_stall_s: float = Field(default=600, gt=0, description="a document that stands still is sent again, s")
    sweep_period_s: float = Field(
        default=3600, ge=0, description="time between two sweeps of what no row wants, s; 0: never"
    )
    sweep_grace_s: float = Field(
        default=3600,
        ge=1,
        description="objects younger than this are not swept, and withdrawals older than this are repeated, s; longer "
        "than a question or the reading of a document takes",
    )
    documents_in_flight: int = Field(default=200, ge=1, description="most documents between submission and index")
    drafting_backend: str | None = Field(
        default=None,
        description="backend of VIGIE_BACKENDS_FILE whose model reads descriptions of work units too; it must be "
        "allowed to see `confidential`; unset: none",
    )
    drafting_wait_s: float = Field(
        default=30, gt=0, description="longest wait for what that model reads; then lines come without it, s"
    )
    kafka: BrokerSettings = Field(default_factory=BrokerSettings, description="see VIGIE_KAFKA_*")
    objects: ObjectStoreSettings = Field(default_factory=ObjectStoreSettings, description="see VIGIE_OBJECTS_*")
    disk: DiskSettings = Field(default_factory=DiskSettings, description="see VIGIE_DISK_*")
    backends: BackendSettings = Field(default_factory=BackendSettings, description="see VIGIE_BACKENDS_*")
    telemetry: TelemetrySettings = Field(default_factory=TelemetrySettings, description="see VIGIE_TELEMETRY_*")
