"""The `vigie` command: a client of the HTTP API, and what runs the embedded stack where that is installed."""

import logging
from collections.abc import Callable

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
    language_models,
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

COMMANDS: dict[str, Callable[..., None]] = {
    "up": serve.up,
    "demo": serve.demo,
    "corpus add": corpora.corpus_add,
    "ingest": ingest.ingest,
    "ask": ask.ask,
    "backends": backends.backends,
    "model add": language_models.add,
    "model list": language_models.show,
    "questions": history.questions,
    "forget": history.forget,
    "feedback": history.feedback,
    "feedback-export": history.export,
    "open": passages.open_passage,
    "passages": passages.passages,
    "documents": documents.documents,
    "edit": documents.edit,
    "rechunk": documents.rechunk,
    "withdraw": documents.withdraw,
    "status": status.status,
    "reindex": status.reindex,
    "reembed": embedding_models.reembed,
    "token": people.token,
    "people": people.people,
    "login": sign_in.login,
    "logout": sign_in.logout,
    "whoami": sign_in.whoami,
    "eval retrieval": evaluate.retrieval,
    "eval answers": evaluate.answers,
    "topics apply": topics.apply,
    "topics show": topics.show,
}
"""In the order of the help, whose texts are `cli.help.<name>` of the catalogues, a hyphen for the space."""


def _app() -> typer.Typer:
    root = typer.Typer(help=text("cli.help.vigie"), no_args_is_help=True, pretty_exceptions_enable=False)
    groups = {"": root}
    for path, work in COMMANDS.items():
        group, _, name = path.rpartition(" ")
        if group not in groups:
            groups[group] = typer.Typer(help=text(f"cli.help.{group}"), no_args_is_help=True)
            root.add_typer(groups[group], name=group)
        groups[group].command(name, help=text(f"cli.help.{path.replace(' ', '-')}"))(work)
    return root


app = _app()


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
