"""Builds the prompt by which a model reads a description, within the length that it takes. Pure.

Clauses are data (S21): each is one line behind its number, without characters that nobody sees. The families are in
the schema too, so that a server that keeps to it can name no other.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

from services.generator.models.ports import Prompt
from services.generator.models.prompt_text import MARK, Budget, visible
from shared.contracts.descriptions import MOST_HAZARD_CHARS, MOST_LINES
from shared.duerp.families import family_labels
from shared.language.catalogue import supported

NAME = "read"
VERSION = "1"


def prepare(clauses: Sequence[str], language: str, budget: Budget) -> tuple[Prompt, int]:
    """Return a prompt, and how many of the clauses it has, counted from the first."""
    system, user = _template(language)
    labels = family_labels(supported(language))
    told = system.substitute(families="\n".join(f"- {name}: {label}" for name, label in labels.items()))
    left = budget.characters - len(told) - len(user.template)
    lines: list[str] = []
    for number, clause in enumerate(clauses, start=1):
        line = f"{number}{MARK} {' '.join(visible(clause).split())}"
        left -= len(line) + 1
        if left < 0:
            break
        lines.append(line)
    text = user.substitute(mark=MARK, clauses="\n".join(lines))
    return Prompt(NAME, told, text, schema(len(lines), tuple(labels))), len(lines)


def schema(clauses: int, families: Sequence[str]) -> dict[str, Any]:
    """Return the JSON schema of what a model may read in so many clauses."""
    risk = {
        "type": "object",
        "properties": {
            "clause": {"type": "integer", "minimum": 1, "maximum": max(1, clauses)},
            "family": {"type": "string", "enum": [*families]},
            "hazard": {"type": "string", "minLength": 2, "maxLength": MOST_HAZARD_CHARS},
        },
        "required": ["clause", "family", "hazard"],
        "additionalProperties": False,
    }
    risks = {"type": "array", "maxItems": min(MOST_LINES, len(families)), "items": risk}
    return {"type": "object", "properties": {"risks": risks}, "required": ["risks"], "additionalProperties": False}


@cache
def _template(language: str) -> tuple[Template, Template]:
    name = f"{NAME}.{VERSION}.{supported(language)}.txt"
    text = files("services.generator.reading.prompts").joinpath(name).read_text("utf-8")
    system, _, user = text.partition("\n---\n")
    return Template(system.strip()), Template(user.strip())
