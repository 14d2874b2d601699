"""The settings of the pages."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.postgres_tls import TlsMode
from shared.settings import LOG_FORMATS, LogFormat


class SessionSettings(BaseSettings):
    """How long people stay signed in, and where that is kept: connections are encrypted as the gateway's are."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_WEB_SESSION_", frozen=True)

    url: str = Field(
        default="sqlite+aiosqlite:///vigie-data/web.db",
        description="SQLAlchemy URL of the sessions: sqlite+aiosqlite or postgresql+asyncpg",
    )
    tls: TlsMode | None = Field(
        default=None, description="as libpq's sslmode, for PostgreSQL; unset: as the address says"
    )
    tls_ca_file: Path | None = Field(default=None, description="certificates to trust there, PEM; unset: the system's")
    tls_cert_file: Path | None = Field(default=None, description="the pages' own certificate, PEM")
    tls_key_file: Path | None = Field(default=None, description="its private key, PEM")
    lives_h: float = Field(default=12, gt=0, description="a session ends so long after signing in, h")
    idle_h: float = Field(default=4, gt=0, description="a session ends so long after its last page, h")


class KeycloakSettings(BaseSettings):
    """Where people of a deployment sign in."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_WEB_KEYCLOAK_", frozen=True)

    issuer: str = Field(
        default="http://127.0.0.1:8180/realms/vigie", pattern=r"^https?://.+[^/]$", description="the realm's issuer"
    )
    inside_url: str | None = Field(
        default=None,
        pattern=r"^https?://.+[^/]$",
        description="the realm for the pages' own requests; unset: its issuer",
    )
    client_id: str = Field(default="vigie-web", description="client of the pages there")
    client_secret: SecretStr | None = Field(default=None, description="its secret; unset: a public client, with PKCE")
    ca_file: Path | None = Field(default=None, description="certificates to trust there, PEM; unset: the system's")
    timeout_s: float = Field(default=5, gt=0, description="longest wait for an answer of Keycloak, s")


class WebSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="VIGIE_WEB_", frozen=True)

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8090, ge=0, le=65535, description="port to listen on; 0: any free one")
    gateway_url: str = Field(
        default="http://127.0.0.1:8080", pattern=r"^https?://", description="address of the gateway"
    )
    workers: dict[str, Annotated[str, Field(pattern=r"^https?://")]] = Field(
        default={}, description="addresses of the workers' probes by service, as JSON; admins see how each is"
    )
    allowed_hosts: tuple[str, ...] = Field(
        default=(), description="names under which the pages may be asked for, as JSON; none: any"
    )
    public_url: str = Field(
        default="http://127.0.0.1:8090", pattern=r"^https?://[^/]+$", description="where people reach the pages"
    )
    max_upload_bytes: int = Field(
        default=110 * 1024 * 1024, ge=1, description="largest request with files, bytes; the gateway has its own limit"
    )
    advisor_email: str = Field(
        default="", max_length=200, description="prevention advisor to ask where Vigie has no answer; unset: none named"
    )
    contact_email: str = Field(
        default="", max_length=200, description="whom to write to about the pages; unset: none named"
    )
    hsts_s: int = Field(
        default=365 * 24 * 3600,
        ge=0,
        description="how long browsers ask for the pages over https alone, s; told where the public URL is so; 0: not",
    )
    secure_cookies: bool = Field(default=True, description="whether browsers send the cookie over https alone")
    sign_in_code_file: Path = Field(
        default=Path("vigie-data/keys/sign-in"), description="code of the next link to sign in with, on one machine"
    )
    log_level: str = Field(default="INFO", description="level of the process's own log")
    log_format: LogFormat = Field(default="text", description=LOG_FORMATS)
    keycloak: KeycloakSettings = Field(default_factory=KeycloakSettings, description="where people sign in")
    sessions: SessionSettings = Field(default_factory=SessionSettings, description="how long they stay signed in")
