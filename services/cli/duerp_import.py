"""`vigie duerp import`: what a file of last year's DUERP holds, told before anything is written."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from services.cli.command import command
from services.cli.context import err, out
from services.cli.output import Output
from services.cli.texts import text
from shared.duerp.importing.mapping import kept_mapping, read_mapping
from shared.language.names import one_line

_MOST_SHOWN = 30
_LONGEST = 60
_NOT_THERE = 2


@command
async def import_file(
    output: Output,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help=text("cli.help.duerp-import-file"))
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=text("cli.help.duerp-dry-run"))] = False,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="MAPPING", help=text("cli.help.duerp-mapping"))
    ] = None,
) -> int:
    if not dry_run:
        err.print(text("duerp.import.not-there"), style="bold red", soft_wrap=True)
        return _NOT_THERE
    from services.standalone.duerp_import import preview

    known = mapping is not None and mapping.exists()
    kept = mapping.read_text(encoding="utf-8") if mapping is not None and known else ""
    if kept:
        read_mapping(json.loads(kept))
    found = await preview(file, kept)
    for each in found["report"]:
        each["message"] = _message(each["code"], each.pop("params"))
    if mapping is not None and not known:
        mapping.write_text(json.dumps(kept_mapping(found), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        err.print(text("duerp.import.mapping-kept", file=str(mapping)), style="dim", soft_wrap=True)
    if not output.print_json(found):
        _show(found)
    return 0


def _message(code: str, params: dict[str, str]) -> str:
    shown = dict(params)
    if "field" in shown:
        shown["field"] = text(f"duerp.import.fields.{shown['field']}")
    return text(f"duerp.import.codes.{code}", **shown)


def _show(found: dict[str, Any]) -> None:
    _show_mapping(found["mapping"])
    _show_scale(found["scale"])
    _show_lines(found["lines"])
    _show_report(found["report"])
    counts = found["counts"]
    out.print(Text(text("duerp.import.counts", **counts), style="bold"))
    out.print(Text(text("duerp.import.nothing-written"), style="dim"))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=text(f"duerp.import.{title}"), title_justify="left")
    for column in columns:
        table.add_column(text(f"duerp.import.columns.{column}"), overflow="fold")
    return table


def _show_mapping(mapping: list[dict[str, Any]]) -> None:
    table = _table("mapping", "sheet", "column", "header", "field", "examples")
    for each in mapping:
        name = text(f"duerp.import.fields.{each['field']}") if each["field"] else text("duerp.import.not-understood")
        table.add_row(*map(_cell, (each["sheet"], each["column"], each["header"], name, " | ".join(each["examples"]))))
    if mapping:
        out.print(table)


def _show_scale(scale: dict[str, Any]) -> None:
    table = _table("scale", "axis", "values", "direction")
    for axis, each in scale.items():
        values = " | ".join(f"{v['value']} {v['label'] or ''}".strip() for v in each["values"])
        told = text(f"duerp.import.direction.{each['direction'] or 'untold'}")
        table.add_row(_cell(text(f"duerp.import.fields.{axis}")), Text(one_line(values)), _cell(told))
    if scale:
        out.print(table)


def _show_lines(lines: list[dict[str, Any]]) -> None:
    table = _table("lines", "row", "unit", "family", "hazard", "rating", "level", "actions")
    for each in lines[:_MOST_SHOWN]:
        unit = text("duerp.import.all-units") if each["all_units"] else each["work_unit"]
        rating = " ".join(f"{axis[0].upper()}={value}" for axis, value in each["rating"].items() if value)
        hazard = " / ".join(filter(None, (each["hazard"], each["situation"])))
        place = f"{each['sheet']} {each['row']}"
        family = each["family"] or each["family_as_written"]
        table.add_row(
            *map(_cell, (place, unit, family, hazard, rating, each["level_as_written"], str(len(each["actions"]))))
        )
    if lines:
        out.print(table)
    if len(lines) > _MOST_SHOWN:
        out.print(Text(text("duerp.import.more", count=len(lines) - _MOST_SHOWN), style="dim"))


def _show_report(report: list[dict[str, Any]]) -> None:
    table = _table("report", "sheet", "row", "column", "what")
    for each in report:
        row = "" if each["row"] is None else str(each["row"])
        table.add_row(_cell(each["sheet"]), row, each["column"] or "", Text(one_line(each["message"])))
    if report:
        out.print(table)


def _cell(value: str | None) -> Text:
    shown = one_line(value or "")
    return Text(shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}\u2026")
