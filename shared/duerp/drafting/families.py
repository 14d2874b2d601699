"""What is proposed for a line of each family (families.toml): articles, measures, questions."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("fr", "en", "de")


class Where(StrEnum):
    """Where a measure is proposed, if not everywhere."""

    LABORATORY = "laboratory"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class ProposedMeasure:
    """A measure by language; `rank`: the number of its principle in L4121-2; `where`: for a laboratory or elsewhere."""

    rank: int
    what: Mapping[str, str]
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of whoever described a unit, by language.

    Attributes:
        families: it is asked where one of these has a line; none: always.
        said, unless: words that must stand in the description, and such as have answered it.
    """

    id: str
    families: frozenset[str]
    said: frozenset[str]
    unless: frozenset[str]
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proposals:
    """What there is for all families."""

    quiet: frozenset[str]
    articles: Mapping[str, Sequence[str]]
    measures: Mapping[str, Sequence[ProposedMeasure]]
    questions: Sequence[Question]
    laboratory: Sequence[str]
    """Words of a laboratory, folded; `*`: they may go on."""
    coming: Mapping[str, str]
    """What is asked of a hazard that is to come, with its words (`{because}`)."""


def _measure(row: Mapping[str, Any]) -> ProposedMeasure:
    where = Where(row["where"]) if "where" in row else None
    return ProposedMeasure(row["rank"], {language: row[language] for language in LANGUAGES}, where)


@cache
def proposals() -> Proposals:
    """Return what is shipped."""
    text = resources.files("shared.duerp.drafting").joinpath("families.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Proposals(
        quiet=frozenset(data["quiet"]),
        articles={family: tuple(names) for family, names in data["articles"].items()},
        measures={family: tuple(_measure(row) for row in rows) for family, rows in data["measures"].items()},
        questions=[
            Question(
                id=row["id"],
                families=frozenset(row["families"]),
                said=frozenset(row.get("with", ())),
                unless=frozenset(row["unless"]),
                text={language: row[language] for language in LANGUAGES},
            )
            for row in data["question"]
        ],
        laboratory=data["laboratory"]["words"],
        coming=data["coming"],
    )
