"""What a command shows a person of a DUERP's file: columns, scale, lines, what is to be looked at."""

from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from services.cli.context import out
from services.cli.texts import language, text
from shared.duerp.families import family_labels
from shared.http_api.duerp.imports import ImportConflict
from shared.language.names import one_line

_MOST_SHOWN = 30
_LONGEST = 60
_RATIOS = {"unit": 3, "family": 4, "hazard": 6, "examples": 5, "header": 4, "field": 3, "what": 8}
"""Shares of a table's width of the columns that hold sentences."""


def show_preview(found: dict[str, Any]) -> None:
    """Print what was understood of a file (shared/duerp/importing/preview.py), its report with words."""
    sheets = {each["sheet"] for part in ("mapping", "lines", "report") for each in found[part] if each["sheet"]}
    several = len(sheets) > 1  # one sheet's name in every row would take the room of its words
    if exact := found.get("exact"):
        changed = len({each["entry"] for each in exact["changes"]})
        found["own"] = {"unit": exact["unit"], "entries": len(exact["entries"]), "changed": changed}
    if own := found.get("own"):
        out.print(Text(one_line(text("duerp.import.own", **own)), style="bold"))
    _show_mapping(found["mapping"], several=several)
    _show_scale(found["scale"])
    _show_lines(found["lines"], several=several)
    _show_report(found["report"], several=several)
    counts = found["counts"]
    out.print(Text(text("duerp.import.counts", **counts), style="bold"))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=text(f"duerp.import.{title}"), title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(text(f"duerp.import.columns.{column}"), overflow="fold", ratio=_RATIOS.get(column))
    return table


def _show_mapping(mapping: list[dict[str, Any]], *, several: bool) -> None:
    table = _table("mapping", *_if(several, "sheet"), "column", "header", "field", "examples")
    for each in mapping:
        name = text(f"duerp.import.fields.{each['field']}") if each["field"] else text("duerp.import.not-understood")
        examples = " | ".join(each["examples"])
        table.add_row(*map(_cell, (*_if(several, each["sheet"]), each["column"], each["header"], name, examples)))
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


def _show_lines(lines: list[dict[str, Any]], *, several: bool) -> None:
    labels = family_labels(language())
    table = _table("lines", "row", "unit", "family", "hazard", "rating", "level", "actions")
    for each in lines[:_MOST_SHOWN]:
        unit = text("duerp.import.all-units") if each["all_units"] else each["work_unit"]
        hazard = " / ".join(filter(None, (each["hazard"], each["situation"])))
        place = " ".join((*_if(several, each["sheet"]), str(each["row"])))
        family = labels.get(each["family"], each["family_as_written"])
        actions = str(len(each["actions"]))
        table.add_row(
            *map(_cell, (place, unit, family, hazard, _rating(each["rating"]), each["level_as_written"], actions))
        )
    if lines:
        out.print(table)
    if len(lines) > _MOST_SHOWN:
        out.print(Text(text("duerp.import.more", count=len(lines) - _MOST_SHOWN), style="dim"))


def _rating(rating: dict[str, str | None]) -> str:
    """Return ratings by the first letter of each axis in the person's language: `G=3 F=2`."""
    said = ((text(f"duerp.import.fields.{axis}"), value) for axis, value in rating.items() if value)
    return " ".join(f"{name[0].upper()}={value}" for name, value in said)


def _show_report(report: list[dict[str, Any]], *, several: bool) -> None:
    table = _table("report", *_if(several, "sheet"), "row", "column", "what")
    for each in report:
        row = "" if each["row"] is None else str(each["row"])
        place = (*_if(several, each["sheet"] or ""), row, each["column"] or "")
        table.add_row(*map(_cell, place), Text(one_line(each["message"])))
    if report:
        out.print(table)


def show_conflicts(conflicts: Sequence[ImportConflict]) -> None:
    """Print the entries of an export that somebody changed since: what the DUERP says, what the file says."""
    for each in conflicts[:_MOST_SHOWN]:
        told = text("duerp.import.conflict", kind=text(f"duerp.kinds.{each.kind}"), entry=str(each.entry))
        out.print(Text(told, style="yellow"))
        for field in each.fields:
            out.print(Text(f"    {field.field}: {_short(field.before)} \u2192 {_short(field.after)}"))
    if len(conflicts) > _MOST_SHOWN:
        out.print(Text(text("duerp.import.more", count=len(conflicts) - _MOST_SHOWN), style="dim"))


def _short(value: object) -> Text:
    return _cell(str(value) if value not in (None, "") else "\u2205")


def _if(shown: bool, word: str) -> tuple[str, ...]:
    return (word,) if shown else ()


def _cell(value: str | None) -> Text:
    shown = one_line(value or "")
    return Text(shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}\u2026")
