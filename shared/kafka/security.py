"""Authentication and TLS between the services and Kafka, for both client libraries."""

from ssl import SSLContext

from aiokafka.helpers import create_ssl_context
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512
from pydantic import SecretStr

from shared.settings import BrokerSettings

_SASL = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}


def security_of(settings: BrokerSettings) -> BaseSecurity | None:
    """Return the security of FastStream's broker; None without TLS and SASL.

    Raises:
        OSError, ssl.SSLError: a certificate or a key cannot be read.
    """
    encrypted = settings.security_protocol.endswith("SSL")
    context = _context(settings) if encrypted else None
    if not settings.security_protocol.startswith("SASL"):
        return BaseSecurity(ssl_context=context) if encrypted else None
    return _SASL[settings.sasl_mechanism](
        username=settings.sasl_username or "",
        password=_clear(settings.sasl_password) or "",
        ssl_context=context,
        use_ssl=encrypted,
    )


def _context(settings: BrokerSettings) -> SSLContext:
    context: SSLContext = create_ssl_context(
        cafile=_path(settings.ssl_ca_file),
        certfile=_path(settings.ssl_certificate_file),
        keyfile=_path(settings.ssl_key_file),
        password=_clear(settings.ssl_key_password),
    )
    return context


def librdkafka_options(settings: BrokerSettings) -> dict[str, str]:
    """Return the options of confluent-kafka's clients: bootstrap servers, TLS and SASL."""
    options = {
        "bootstrap.servers": settings.bootstrap_servers,
        "security.protocol": settings.security_protocol,
        "ssl.ca.location": _path(settings.ssl_ca_file),
        "ssl.certificate.location": _path(settings.ssl_certificate_file),
        "ssl.key.location": _path(settings.ssl_key_file),
        "ssl.key.password": _clear(settings.ssl_key_password),
    }
    if settings.security_protocol.startswith("SASL"):
        options |= {
            "sasl.mechanism": settings.sasl_mechanism,
            "sasl.username": settings.sasl_username,
            "sasl.password": _clear(settings.sasl_password),
        }
    return {name: value for name, value in options.items() if value is not None}


def _path(path: object) -> str | None:
    return None if path is None else str(path)


def _clear(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
