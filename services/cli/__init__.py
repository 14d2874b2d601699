"""The `vigie` command."""

import logging

import typer

from services.cli import (
    ask,
    backends,
    corpora,
    documents,
    embedding_models,
    evaluate,
    history,
    ingest,
    passages,
    people,
    serve,
    sign_in,
    status,
    topics,
)
from services.cli.texts import text
from shared.settings import TelemetrySettings
from shared.telemetry.logs import configure_logging

app = typer.Typer(help=text("cli.help.vigie"), no_args_is_help=True, pretty_exceptions_enable=False)
for module in (
    serve,
    corpora,
    ingest,
    ask,
    backends,
    history,
    passages,
    documents,
    status,
    embedding_models,
    people,
    sign_in,
    evaluate,
    topics,
):
    module.register(app)


@app.callback()
def _configure(context: typer.Context) -> None:
    """Set the log up once: of commands that come and go one reads the answer, of `vigie up` the log too."""
    telemetry = TelemetrySettings()
    said = "log_level" in telemetry.model_fields_set
    level = telemetry.log_level if said or context.invoked_subcommand == "up" else "WARNING"
    configure_logging(level)
    logging.getLogger("vigie").setLevel(level)


def main() -> None:
    app()
