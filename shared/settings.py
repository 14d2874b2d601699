"""Settings that every service has: each group has its prefix, each field its help (docs/settings.md, by a test)."""

from pathlib import Path
from typing import Literal, Self, TypeAlias

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LogFormat: TypeAlias = Literal["text", "json"]
LOG_FORMATS = (
    "`text`: a line for people; `json`: an object a line, with the ids of trace and span where traces are exported"
)


class EventSettings(BaseSettings):
    """How services tell an event of their installation from a forged one (ADR 25)."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_EVENTS_", frozen=True)

    key_file: Path | None = Field(
        default=None,
        description="secret keys of events, the same for all services, one a line, of 32 characters or more: the first "
        "authenticates, all are accepted; unset, and without `VIGIE_EVENTS_KEY`: events are not authenticated",
    )
    key: SecretStr | None = Field(default=None, description="one secret key of events, instead of the file")
    check: Literal["accept", "require"] = Field(
        default="require",
        description="with a key, events without a MAC: `require` refuses them, `accept` counts them and goes on, while "
        "an upgrade has not reached every service; a wrong MAC is refused in either case",
    )
    encrypt: bool | None = Field(
        default=None,
        description="bodies of events are encrypted with the key too; unset: wherever there is a key, but not while "
        "`check` is `accept`, since a service without the key cannot read them",
    )

    @model_validator(mode="after")
    def _has_its_key(self) -> Self:
        if self.key is not None and self.key_file is not None:
            raise ValueError("VIGIE_EVENTS_KEY and VIGIE_EVENTS_KEY_FILE exclude each other")
        if self.encrypt and self.key is None and self.key_file is None:
            raise ValueError("VIGIE_EVENTS_ENCRYPT needs VIGIE_EVENTS_KEY_FILE")
        return self

    @property
    def encrypts(self) -> bool:
        """Whether bodies are encrypted where there is a key (ADR 68)."""
        return self.check == "require" if self.encrypt is None else self.encrypt


class BrokerSettings(BaseSettings):
    """How to reach Kafka. On the embedded broker the fetch waits are the latency (ADR 0003)."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_KAFKA_", frozen=True)

    bootstrap_servers: str = Field(default="127.0.0.1:9092", description="Kafka's addresses, separated by commas")
    topic_prefix: str = Field(
        default="",
        max_length=60,
        pattern=r"^[A-Za-z0-9._-]*$",
        description="stands before every topic and group, where a cluster is shared with others; for example `vigie.`",
    )
    declared_partitions: int | None = Field(
        default=None,
        ge=1,
        description="partitions that each topic should have, `VIGIE_TOPICS_PARTITIONS` of whoever declares them: fewer "
        "are told on /readyz; unset: not looked at",
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="SSL: encrypted; SASL_*: the services sign in, with or without encryption"
    )
    ssl_ca_file: Path | None = Field(
        default=None, description="certificates that vouch for the brokers, PEM; unset: the system's (SSL, SASL_SSL)"
    )
    ssl_certificate_file: Path | None = Field(
        default=None, description="the services' own certificate, PEM, where the brokers ask for one"
    )
    ssl_key_file: Path | None = Field(default=None, description="its private key, PEM")
    ssl_key_password: SecretStr | None = Field(default=None, description="of the private key, where it has one")
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="SCRAM-SHA-512", description="how the services sign in (SASL_*)"
    )
    sasl_username: str | None = Field(default=None, description="of the services' account (SASL_*)")
    sasl_password: SecretStr | None = Field(default=None, description="of the services' account (SASL_*)")
    question_fetch_wait_ms: int = Field(default=500, ge=1, description="longest wait of a fetch on question topics, ms")
    document_fetch_wait_ms: int = Field(default=500, ge=1, description="longest wait of a fetch on document topics, ms")
    request_timeout_ms: int = Field(default=20_000, ge=1_000, description="longest wait for the broker's answer, ms")
    session_timeout_ms: int = Field(
        default=10_000, ge=1_000, description="a consumer silent for so long is replaced, ms"
    )
    heartbeat_interval_ms: int = Field(
        default=500,
        ge=50,
        description="how often a consumer is heard of, and hears of its group; what a replica that stops had in hand "
        "lies for as long, ms; a third of the session time-out at most",
    )
    commit_interval_ms: int = Field(
        default=200, ge=1, description="longest time that what is done stays uncommitted; a crash repeats as much, ms"
    )
    graceful_timeout_s: float = Field(default=15, gt=0, description="how long a stop waits for the message in hand, s")
    max_backoff_s: float = Field(
        default=30, gt=0, description="longest pause between two tries while something is down, s"
    )

    events: EventSettings = Field(default_factory=EventSettings, description="how events are authenticated")

    watch_period_s: float = Field(default=5, gt=0, description="how often the watchdog looks at the consumers, s")
    stuck_after_s: float = Field(
        default=30, gt=0, description="a consumer that is behind and has not moved for so long is started again, s"
    )
    away_after_s: float = Field(
        default=60, gt=0, description="without an answer of Kafka for so long, a worker is not ready any more, s"
    )

    @model_validator(mode="after")
    def _is_heard_of_in_time(self) -> Self:
        if 3 * self.heartbeat_interval_ms > self.session_timeout_ms:  # Kafka's own advice
            raise ValueError(
                "VIGIE_KAFKA_HEARTBEAT_INTERVAL_MS must be a third of VIGIE_KAFKA_SESSION_TIMEOUT_MS at most"
            )
        return self

    @model_validator(mode="after")
    def _signs_in_whole(self) -> Self:
        if self.security_protocol.startswith("SASL") and not (self.sasl_username and self.sasl_password):
            raise ValueError(f"{self.security_protocol} needs VIGIE_KAFKA_SASL_USERNAME and VIGIE_KAFKA_SASL_PASSWORD")
        if self.ssl_key_file is not None and self.ssl_certificate_file is None:
            raise ValueError("VIGIE_KAFKA_SSL_KEY_FILE needs VIGIE_KAFKA_SSL_CERTIFICATE_FILE")
        return self


class ObjectStoreSettings(BaseSettings):
    """Where files, texts, passages and vectors are kept."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_OBJECTS_", frozen=True)

    folder: Path = Field(default=Path("vigie-data/objects"), description="folder of the objects, on a shared disk")
    for_group: bool = Field(
        default=False,
        description="new files of the folder are for its group too, where services run under accounts of their own; "
        "else for their owner alone",
    )
    s3_url: str | None = Field(
        default=None, pattern=r"^s3://", description="s3://bucket/prefix, instead of the folder (extra `s3`)"
    )
    s3_endpoint: str | None = Field(default=None, description="address of the S3 server; unset: Amazon's")
    s3_timeout_s: float = Field(
        default=60, gt=0, description="longest wait for one answer of the S3 server, its bytes included, s"
    )
    s3_region: str | None = Field(default=None, description="region of the bucket; unset: as AWS's clients find it")
    s3_access_key_id: str | None = Field(default=None, description="unset: as AWS's clients find it")
    s3_secret_access_key: SecretStr | None = Field(default=None, description="unset: as AWS's clients find it")


class DiskSettings(BaseSettings):
    """How much stays free on the disks of local stores: objects, embedded index, SQLite. Servers have their own."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_DISK_", frozen=True)

    reserve_mb: int = Field(
        default=512,
        ge=0,
        description="below so much free room nothing new is accepted and work waits, while questions go on, MB; "
        "0: never looked at",
    )
    watch_period_s: float = Field(default=5, gt=0, description="time between two looks, for log and metrics, s")


class GrantSettings(BaseSettings):
    """How workers verify the access grants that the gateway signs."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_GRANT_", frozen=True)

    public_key_file: Path = Field(
        default=Path("vigie-data/keys/grant.pub.pem"),
        description="Ed25519 public keys of the grants, PEM; two, one behind the other, while they are rotated",
    )


class BackendSettings(BaseSettings):
    """Who may write answers; the same file for the gateway and for the generator."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_BACKENDS_", frozen=True)

    file: Path | None = Field(
        default=None, description="the generation backends, TOML (docs/operations/models.md); unset: quotes alone"
    )
    default: str = Field(
        default="extractive", description="the backend of questions and assistants that name none themselves"
    )


class TelemetrySettings(BaseSettings):
    """What leaves for observers; nothing does unless an endpoint is set."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_TELEMETRY_", frozen=True)

    otlp_endpoint: str | None = Field(
        default=None, description="whole URL of an OTLP/HTTP receiver of traces; unset: no trace is exported"
    )
    log_level: str = Field(default="INFO", description="level of the process's own log")
    log_format: LogFormat = Field(default="text", description=LOG_FORMATS)


class ProbeSettings(BaseSettings):
    """Where a worker answers /livez, /readyz and /metrics."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_HTTP_", frozen=True)

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8081, ge=0, le=65535, description="port to listen on; 0: any free one")
