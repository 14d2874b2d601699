"""`python -m services.gateway`: the gateway as a process of its own."""

import uvicorn

from services.gateway.app import create_app
from services.gateway.settings import GatewaySettings
from shared.telemetry import configure_logging


def main() -> None:
    settings = GatewaySettings()
    configure_logging(settings.telemetry.log_level)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        loop="uvloop",
    )


if __name__ == "__main__":
    main()
