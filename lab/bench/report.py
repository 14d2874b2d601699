"""What was measured against what was aimed at."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and the highest that is aimed at.

    Attributes:
        note: how it was measured, in a few words.
    """

    name: str
    value: float
    target: float
    unit: str
    note: str

    @property
    def reached(self) -> bool:
        return self.value <= self.target


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle and the slow end of some times, ms."""

    p50: float
    p95: float


def spread(values_ms: Sequence[float]) -> Spread:
    percentiles = statistics.quantiles(values_ms, n=100, method="inclusive")
    return Spread(round(percentiles[49], 2), round(percentiles[94], 2))


def show(figures: Iterable[Figure], steps: dict[str, Spread], notes: Iterable[str]) -> None:
    out = Console(highlight=False)
    table = Table(title="Targets", title_justify="left")
    for column in ("measure", "value", "target", "", "how"):
        table.add_column(column, justify="right" if column in {"value", "target"} else "left")
    for each in figures:
        verdict = "[green]reached[/]" if each.reached else "[red]not reached[/]"
        unit = f" {each.unit}".rstrip()
        table.add_row(each.name, f"{each.value:.2f}{unit}", f"≤ {each.target:g}{unit}", verdict, each.note)
    out.print(table)
    latencies = Table(title="A question, one at a time (ms)", title_justify="left")
    for column in ("step", "p50", "p95"):
        latencies.add_column(column, justify="left" if column == "step" else "right")
    for step, values in steps.items():
        latencies.add_row(step, f"{values.p50:.1f}", f"{values.p95:.1f}")
    if steps:
        out.print(latencies)
    for note in notes:
        out.print(note)


def as_json(figures: Iterable[Figure], steps: dict[str, Spread], notes: Iterable[str]) -> dict[str, Any]:
    return {
        "targets": [asdict(each) | {"reached": each.reached} for each in figures],
        "steps_ms": {step: asdict(values) for step, values in steps.items()},
        "notes": list(notes),
    }
