"""`python -m services.gateway`: the gateway as a process of its own."""

from services.gateway.app import create_app
from services.gateway.http.header_timeout import HeaderTimeout
from services.gateway.settings import GatewaySettings
from shared.telemetry.logs import configure_logging
from shared.worker.process import run_asgi


def main() -> None:
    settings = GatewaySettings()
    configure_logging(settings.telemetry.log_level, settings.telemetry.log_format)
    run_asgi(create_app(settings), host=settings.host, port=settings.port, http=HeaderTimeout)


if __name__ == "__main__":
    main()
