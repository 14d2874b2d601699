"""Cells of an export of ours that let it be read back: exact entries, and what rows of cells printed of them. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMAT = "vigie-duerp"
VERSION = 1
"""Of the layout of exports; a later one keeps reading the former ones."""

MOST_CHARS = 32_000
"""Of a part of a text in a cell; Excel takes 32,767."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A part of a cell: the field of an entry that it prints behind some words; "" for none that can be read back."""

    field: str
    text: str
    before: str = ""


def mark(unit: str) -> str:
    """Return the header of a column of exact entries."""
    return f"{FORMAT}/{VERSION} {unit}"


def exact(value: Mapping[str, Any]) -> list[str]:
    """Return a value as parts of JSON that no program changes: no white space, nothing outside ASCII, no `_x`."""
    text = json.dumps(value, separators=(",", ":")).replace(" ", "\\u0020").replace("_x", "\\u005fx")
    return [text[at : at + MOST_CHARS] for at in range(0, len(text), MOST_CHARS)]


def exact_row(entry: str, cells: Mapping[str, Sequence[Printed]]) -> list[str]:
    """Return what a row of cells prints of an entry, by the titles of columns."""
    return exact({"row": entry, "cells": printed_cells(cells)})


def printed_cells(cells: Mapping[str, Sequence[Printed]]) -> dict[str, list[list[str]]]:
    """Return what cells print, as it is written."""
    return {title: [[each.field, each.before, each.text] for each in parts] for title, parts in cells.items()}
