"""The `vigie` command: a client of the HTTP API, and what runs the embedded stack where that is installed.

A command's module is imported when the command is given: `vigie --help` needs none of them, and nobody waits for the
libraries of a command that they did not ask for.
"""

import os
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from services.cli.texts import text

if TYPE_CHECKING:
    from typer._click import Command, Context

COMMANDS: dict[str, str] = {
    "up": "serve:up",
    "demo": "serve:demo",
    "link": "serve:link",
    "corpus add": "corpora:corpus_add",
    "ingest": "ingest:ingest",
    "ask": "ask:ask",
    "backends": "backends:backends",
    "model add": "language_models:add",
    "model list": "language_models:show",
    "questions": "history:questions",
    "forget": "history:forget",
    "feedback": "history:feedback",
    "feedback-export": "history:export",
    "open": "passages:open_passage",
    "passages": "passages:passages",
    "documents": "documents:documents",
    "edit": "documents:edit",
    "questions-for": "questions_for:questions_for",
    "rechunk": "documents:rechunk",
    "withdraw": "documents:withdraw",
    "status": "status:status",
    "reindex": "status:reindex",
    "dead-letters list": "dead_letters:listing",
    "dead-letters show": "dead_letters:show",
    "dead-letters send": "dead_letters:send",
    "dead-letters drop": "dead_letters:drop",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "reembed": "embedding_models:reembed",
    "token": "token:token",
    "people": "people:people",
    "login": "sign_in:login",
    "logout": "sign_in:logout",
    "whoami": "sign_in:whoami",
    "eval retrieval": "evaluate:retrieval",
    "eval answers": "evaluate:answers",
    "eval drafting": "evaluate_drafting:drafting",
    "duerp show": "duerp:show",
    "duerp draft": "duerp_draft:draft",
    "duerp review": "duerp_review:review",
    "duerp obligations": "duerp_obligations:obligations",
    "duerp year": "duerp_year:year",
    "duerp answer": "duerp_year:answer",
    "duerp reminders": "duerp_year:reminders",
    "duerp duplicate": "duerp_year:duplicate",
    "duerp revise": "duerp_together:revise",
    "duerp share": "duerp_together:share",
    "duerp programme": "duerp_programme:programme",
    "duerp figures": "duerp_figures:figures",
    "duerp statistics": "duerp_figures:statistics",
    "duerp freeze": "duerp:freeze",
    "duerp versions": "duerp:versions",
    "duerp verify": "duerp:verify",
    "duerp compare": "duerp:compare",
    "duerp export": "duerp_export:export",
    "duerp sheet": "duerp_export:sheet",
    "duerp extract": "duerp_export:extract",
    "topics apply": "topics:apply",
    "topics show": "topics:show",
    "duerp import": "duerp_import:import_file",
    "duerp imports": "duerp_imports:imports",
    "duerp take-back": "duerp_imports:take_back",
}
"""Module and function of each, in the order of the help, whose texts are `cli.help.<name>` of the catalogues, a hyphen
for the space."""

_LOG_LEVEL = "VIGIE_TELEMETRY_LOG_LEVEL"


def _group(prefix: str) -> type[TyperGroup]:
    """A group whose commands are places for the help until one is given; that one is imported then."""

    class Group(TyperGroup):
        def resolve_command(self, ctx: "Context", args: list[str]) -> "tuple[str | None, Command | None, list[str]]":
            path = f"{prefix} {args[0]}".strip()
            if path in COMMANDS:
                self.commands[args[0]] = _imported(path)
            return super().resolve_command(ctx, args)

    return Group


def _imported(path: str) -> Any:
    module, _, function = COMMANDS[path].partition(":")
    alone = typer.Typer(add_completion=False)
    _add(alone, path, getattr(import_module(f"services.cli.{module}"), function))
    return typer.main.get_command(alone)


def _add(group: typer.Typer, path: str, work: Callable[..., None]) -> None:
    group.command(path.rpartition(" ")[2], help=text(f"cli.help.{path.replace(' ', '-')}"))(work)


def _place() -> None:
    """Stand for a command in the help."""


def _app() -> typer.Typer:
    root = typer.Typer(
        cls=_group(""), help=text("cli.help.vigie"), no_args_is_help=True, pretty_exceptions_enable=False
    )
    groups = {"": root}
    for path in COMMANDS:
        name = path.rpartition(" ")[0]
        if name not in groups:
            groups[name] = typer.Typer(cls=_group(name), help=text(f"cli.help.{name}"), no_args_is_help=True)
            root.add_typer(groups[name], name=name)
        _add(groups[name], path, _place)
    return root


app = _app()


@app.callback()
def _configure(context: typer.Context) -> None:
    """Set the log up once: of commands that come and go one reads the answer, of `vigie up` the log too."""
    import logging

    from shared.telemetry.logs import configure_logging

    level = "WARNING"
    if context.invoked_subcommand == "up" or _LOG_LEVEL in map(str.upper, os.environ):
        from shared.settings import TelemetrySettings

        settings = TelemetrySettings()
        level = settings.log_level
        configure_logging(level, settings.log_format)
    else:
        configure_logging(level)
    logging.getLogger("vigie").setLevel(level)


def main() -> None:
    app()
