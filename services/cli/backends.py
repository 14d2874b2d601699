"""`vigie backends`: lists the generation backends, and checks the health of their servers."""

import asyncio
import json
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from services.cli.backend_health import Health, check_health
from services.cli.context import JsonOption, out, run
from services.cli.output import print_json_text
from services.cli.texts import text
from shared.contracts.backends import BackendConfig, Registry, load_registry
from shared.contracts.confidentiality import Confidentiality
from shared.settings import BackendSettings


def backends(
    as_json: JsonOption = False,
    ask: Annotated[bool, typer.Option("--probe/--no-probe", help=text("cli.help.probe"))] = True,
) -> None:
    async def work() -> int:
        registry = load_registry(BackendSettings())
        found = await asyncio.gather(*(_health(config, ask) for config in registry.backends))
        rows = list(zip(registry.backends, found, strict=True))
        if as_json:
            print_json_text(json.dumps([_row(config, health, registry) for config, health in rows], ensure_ascii=False))
        else:
            _show(rows, registry)
        return 0 if all(health is None or health.reachable for health in found) else 1

    run(work())


async def _health(config: BackendConfig, ask: bool) -> Health | None:
    return await check_health(config) if ask else None


def _row(config: BackendConfig, health: Health | None, registry: Registry) -> dict[str, Any]:
    return {
        "name": config.name,
        "kind": config.kind,
        "address": config.address or None,
        "model": config.model or None,
        "classes": _classes(config),
        "default": config.name == registry.default,
        "reachable": health.reachable if health else None,
        "has_model": health.has_model if health else None,
        "models": list(health.models) if health else None,
        "reason": (health.reason or None) if health else None,
    }


def _show(rows: list[tuple[BackendConfig, Health | None]], registry: Registry) -> None:
    table = Table(box=None)
    for column in ("name", "kind", "model", "address", "classes", "state"):
        table.add_column(text(f"cli.backends.{column}"), overflow="fold")
    for config, health in rows:
        name = f"{config.name} *" if config.name == registry.default else config.name
        state, style = _state(config, health)
        table.add_row(
            name, config.kind, config.model, config.address, ", ".join(_classes(config)), Text(state, style=style)
        )
    out.print(table)
    out.print(Text(text("cli.backends.note"), style="dim"))


def _state(config: BackendConfig, health: Health | None) -> tuple[str, str]:
    if health is None:
        return text("cli.backends.not-asked"), "dim"
    if not health.reachable:
        return text("cli.backends.down", reason=health.reason), "red"
    if health.has_model is False:
        return text("cli.backends.no-model", model=config.model, models=", ".join(health.models) or "-"), "yellow"
    return text("cli.backends.ready"), "green"


def _classes(config: BackendConfig) -> list[str]:
    return [str(each) for each in Confidentiality if config.may_see(each)]
