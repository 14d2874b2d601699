"""The `vigie` command."""

import logging

import typer

from services.standalone.cli import (
    asking,
    backends,
    evaluating,
    history,
    ingesting,
    library,
    people,
    reading,
    reembedding,
    serving,
    sign_in,
    status,
    submitting,
    topics,
)
from services.standalone.cli.texts import text
from shared.settings import TelemetrySettings
from shared.telemetry import configure_logging

app = typer.Typer(help=text("cli.help.vigie"), no_args_is_help=True, pretty_exceptions_enable=False)
for module in (
    serving,
    submitting,
    ingesting,
    asking,
    backends,
    history,
    reading,
    library,
    status,
    reembedding,
    people,
    sign_in,
    evaluating,
    topics,
):
    module.register(app)


@app.callback()
def _configure() -> None:
    """Set the log up once, before any command."""
    configure_logging(TelemetrySettings().log_level)
    logging.getLogger("vigie").setLevel(TelemetrySettings().log_level)


def main() -> None:
    app()
