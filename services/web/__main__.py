"""`python -m services.web`: the pages as a process of its own, with Keycloak."""

from prometheus_client import REGISTRY

from services.web.app import create_app
from services.web.settings import WebSettings
from shared.telemetry.logs import configure_logging
from shared.worker.process import run_asgi


def main() -> None:
    settings = WebSettings()
    configure_logging(settings.log_level, settings.log_format)
    run_asgi(create_app(settings, registry=REGISTRY, patient=True), host=settings.host, port=settings.port)


if __name__ == "__main__":
    main()
