"""Report of measured values and their targets."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and its target, an upper or lower bound.

    Attributes:
        note: how it was measured, in a few words.
        at_least: the target is the lowest.
    """

    name: str
    value: float
    target: float
    unit: str
    note: str
    at_least: bool = False

    @property
    def reached(self) -> bool:
        return self.value >= self.target if self.at_least else self.value <= self.target


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and slow end of some times, ms."""

    p50: float
    p95: float
    p99: float


def spread(values_ms: Sequence[float]) -> Spread:
    percentiles = statistics.quantiles(values_ms, n=100, method="inclusive")
    return Spread(*(round(percentiles[at - 1], 2) for at in (50, 95, 99)))


def show(figures: Iterable[Figure], tables: dict[str, dict[str, Spread]], notes: Iterable[str]) -> None:
    """Print the figures, then the spreads, each table under its title."""
    out = Console(highlight=False)
    table = Table(title="Targets", title_justify="left")
    for column in ("measure", "value", "target", "", "how"):
        table.add_column(column, justify="right" if column in {"value", "target"} else "left")
    for each in figures:
        verdict = "[green]reached[/]" if each.reached else "[red]not reached[/]"
        unit = f" {each.unit}".rstrip()
        target = f"{'≥' if each.at_least else '≤'} {each.target:g}{unit}"
        table.add_row(each.name, f"{each.value:.2f}{unit}", target, verdict, each.note)
    out.print(table)
    for title, rows in tables.items():
        out.print(_spreads(title, rows))
    for note in notes:
        out.print(note)


def _spreads(title: str, rows: dict[str, Spread]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in ("", "p50", "p95", "p99"):
        table.add_column(column, justify="right" if column else "left")
    for name, values in rows.items():
        table.add_row(name, f"{values.p50:.1f}", f"{values.p95:.1f}", f"{values.p99:.1f}")
    return table


def as_json(figures: Iterable[Figure], tables: dict[str, dict[str, Spread]], notes: Iterable[str]) -> dict[str, Any]:
    return {
        "targets": [asdict(each) | {"reached": each.reached} for each in figures],
        "spreads": {title: {name: asdict(each) for name, each in rows.items()} for title, rows in tables.items()},
        "notes": list(notes),
    }
