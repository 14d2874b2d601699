"""Which field a column's own labels name, within the group that stands above it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.duerp.importing import evidence
from shared.duerp.importing.fields import fields_of, ranked_fields, undecorated
from shared.duerp.importing.preview import AXES
from shared.duerp.importing.words import plain

_RESIDUAL = re.compile(r"resid|apres|revised|\bafter\b|nach ma|\bnet(te)?s?\b|\bfinale?\b")
_GROSS = re.compile(r"\bbrute?s?\b|initiale?|\bavant\b")
_TO_DO = re.compile(r"plan d'action|programme|a mettre|a prevoir|propose|prevue?s?\b|suivi|a realiser|ameliorat")
_WEAK = re.compile(
    r"(indice|valeur|libelle|note|niveau|cotation|label|cot\.?|val\.?|texte|description|brute?|resid\w*|net(te)?|n|v|l"
    r"|dates?|\(?(de )?\d ?(-|a|/|\.\.|,) ?\d\d?\)?)"
)
_THERE = re.compile(r"exist|en place|\bdeja\b|actuel")
_LABEL_OF_VALUE = re.compile(r"libelle|label|texte|(?<![x*/\u00d7] )\bl\b(?!')")


LEVELS = frozenset({"level", "level_gross", "level_residual"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its place, its labels from the top down, and distinct texts of it, folded."""

    place: int
    labels: tuple[str, ...]
    values: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        return " / ".join(self.labels)

    @property
    def own(self) -> str:
        """The last label, folded, without brackets, signs and numbers; whole where nothing else is left."""
        words = plain(self.labels[-1])
        return undecorated(words) or words


@dataclass(slots=True)
class Guess:
    """A field and how usual its name is, -1 for what a person has said.

    Attributes:
        is_label: of words beside a value.
        is_contradicted: whether the header names fields of which the column holds none.
    """

    field: str | None
    rank: int
    is_label: bool = False
    is_contradicted: bool = False


def named_field(column: Column) -> Guess:
    """Return the field that a column's labels name, the likeliest that what it holds does not contradict."""
    own = column.own
    group = " ".join(map(plain, column.labels[:-1]))
    named = _fitting(plain(column.labels[-1]), column)
    if group and (not named or _WEAK.fullmatch(own)):
        whole = (f"{plain(column.labels[-2])} {own}", f"{group} {own}")
        of_group = (
            next((found for words in whole if (found := _fitting(words, column))), ())
            if not _WEAK.fullmatch(own)
            else ()
        )
        of_group = of_group or _fitting(plain(column.labels[-2]), column) or _fitting(group, column)
        if of_group:
            field, rank = of_group[0]
            return _in_group(Guess(field, rank, bool(_LABEL_OF_VALUE.search(own))), group, own)
    if not named:
        return Guess(None, 0, is_contradicted=is_known(column.labels[-1]))
    return _in_group(Guess(named[0][0], named[0][1], bool(_LABEL_OF_VALUE.search(own))), group, own)


def _fitting(label: str, column: Column) -> tuple[tuple[str, int], ...]:
    """Return the fields that a label names and that what the column holds does not contradict."""
    return tuple(each for each in ranked_fields(label) if not evidence.contradicts(each[0], column.values))


def _in_group(guess: Guess, group: str, own: str) -> Guess:
    """Return a column's field within its group; what its own label calls existing stays so, whatever the group."""
    is_there = guess.field == "existing_measures" and _THERE.search(own)
    if not group:
        return guess
    if _RESIDUAL.search(group):
        if guess.field in AXES and guess.field != "control":
            guess.field = "other"
        elif guess.field in ("level", "level_gross"):
            guess.field = "level_residual"
    elif _GROSS.search(group) and guess.field == "level":
        guess.field = "level_gross"
    elif _TO_DO.search(group) and guess.field in ("measures_any", "situation", "existing_measures"):
        guess.field = "existing_measures" if is_there else "action"
    elif _TO_DO.search(group) and guess.field == "assessed_on":
        guess.field = "due"
    return guess


def is_known(label: str) -> bool:
    return bool(fields_of(plain(label)))


def fields_there(guesses: Mapping[int, Guess]) -> set[str]:
    """Return the fields that some column has."""
    return {guess.field for guess in guesses.values() if guess.field}


def letter_of(column: Column) -> str:
    """Return the last label of a column without its signs: `g` of `G :`."""
    return column.own.strip(" .:")
