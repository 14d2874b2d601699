"""What a person changed in the cells of an export of ours. Pure.

The cell whose neighbours still stand as they were printed is the one that was changed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from shared.duerp.families import risk_families
from shared.duerp.own_cells import Printed

_APOSTROPHE = "'"


def folded(text: str) -> str:
    """Return a cell's text without what programs change: white space, the apostrophe before a formula in csv."""
    return " ".join(text.split()).removeprefix(_APOSTROPHE).lstrip()


def change_in(parts: Sequence[Printed], text: str) -> tuple[str, Any] | None:
    """Return the one field that a cell says otherwise, and its new value."""
    lines = text.removeprefix(_APOSTROPHE).split("\n")
    for at, part in enumerate(parts):
        before = _lines(parts[:at])
        after = _lines(parts[at + 1 :])
        middle = lines[len(before) : len(lines) - len(after)]
        around = (lines[: len(before)], lines[len(lines) - len(after) :] if after else [])
        if not part.field or not _alike(around[0], before) or not _alike(around[1], after):
            continue
        told = _behind(part.before, "\n".join(middle).strip())
        return None if told is None else _read_back(part.field, told)
    return None


def _behind(before: str, text: str) -> str | None:
    """Return what stands behind some words, whatever white space is between them; None where they are not there."""
    words = r"\s*".join(map(re.escape, before.split()))
    found = re.match(rf"{words}\s*", text)
    return text[found.end() :] if found else None


def _lines(parts: Iterable[Printed]) -> list[str]:
    return [line for part in parts for line in (part.before + part.text).split("\n")]


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    return list(map(folded, one)) == list(map(folded, other))


def _read_back(name: str, text: str) -> tuple[str, Any] | None:
    if name == "articles":
        return name, list(_listed(text))
    if name == "family":
        wanted = folded(text).casefold()
        families = (each.id for each in risk_families() if wanted in {word.casefold() for word in each.label.values()})
        family = next(families, None)
        return (name, family) if family or not text else None
    return name, (text or None) if name == "responsible" else text


def _listed(text: str) -> Iterator[str]:
    return (word for each in re.split(r"[\n,;]", text) if (word := each.strip()))
