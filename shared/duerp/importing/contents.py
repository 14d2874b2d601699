"""What columns hold against the names of their headers: numbers are no hazard, crosses no column of their own."""

import re
from collections.abc import Mapping, Sequence

from shared.duerp.importing import evidence
from shared.duerp.importing.columns import LEVELS, Column, Guess, fields_there, letter_of
from shared.duerp.importing.families import match_family
from shared.duerp.importing.fields import fields_of
from shared.duerp.importing.preview import AXES
from shared.duerp.importing.words import plain

_PRODUCT = re.compile(r"(?:[a-z]\w* ?= ?)?([a-z](?: ?[x*\u00d7/] ?[a-z])+)(?: ?= ?[a-z])?")
_OF_LETTER = {"v": "probability", "o": "probability", "s": "gravity", "d": "exposure", "i": "gravity"}
"""Axes by the first letter of their names: vraisemblance, occurrence, sévérité, durée, intensité."""

_MARK = re.compile(r"x+|[\u2713\u2714\u2611\u25cf\u2022]")
_LEAST_MARKED = 2
_YES_AND_NO = frozenset({"oui", "non", "o", "n", "x", "yes", "no", "ja", "nein", "-"})
_INITIAL = re.compile(r"([a-z])(?: ?\(.*\))?$")
_WHEN = re.compile(r"date (de|d')")
_NEVER_NUMBERS = frozenset({"hazard", "situation", "harm", "risk_any", "existing_measures", "measures_any"})
_LEAST_LETTERS = 2
_OF_RISKS = frozenset({"hazard", "harm", "family", "risk_any", "existing_measures", "measures_any", "work_unit",
                       *AXES, *LEVELS})  # fmt: skip


def decide_contradicted(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take no numbers for words (`Risque` over 8 and 12 is the level), and no words for a row's number."""
    for column in columns:
        guess = guesses[column.place]
        if guess.rank >= 0 and guess.field in _NEVER_NUMBERS and evidence.are_numbers(column.values):
            guess.field = "level" if guess.field == "risk_any" and not fields_there(guesses) & LEVELS else None
        elif guess.rank >= 0 and guess.field == "reference" and evidence.are_sentences(column.values):
            above = [named[0] for label in column.labels[:-1] if (named := fields_of(plain(label)))]
            guess.field = above[-1] if above else None  # `Code et intitulé` below `Danger` is the hazard


def decide_concerned(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take `Présent` for what says whether a risk is there only where it holds yes and no."""
    for column in columns:
        guess = guesses[column.place]
        if guess.field == "concerned" and guess.rank >= 0 and not set(column.values) <= _YES_AND_NO:
            guess.field = None


def decide_plan(guesses: Mapping[int, Guess]) -> None:
    """Take `Description` for the action in a plan, which says who and when and nothing of a risk."""
    there = fields_there(guesses)
    if there & {"who", "due", "who_due"} and not there & {"action", *_OF_RISKS}:
        for guess in guesses.values():
            if guess.field == "situation" and guess.rank >= 0:
                guess.field = "action"


def decide_marks(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take columns of crosses for work units, those of their headers, where no other column names one.

    Crosses under families or under what a table follows (`Fait`) say something else of a line.
    """
    marked = [each for each in columns if each.values and all(map(_MARK.fullmatch, each.values))]
    units = [
        each for each in marked if guesses[each.place].field in (None, "work_unit") and guesses[each.place].rank >= 0
    ]
    others = {guess.field for place, guess in guesses.items() if place not in {each.place for each in marked}}
    families = sum(bool(match_family(each.labels[-1]).families) for each in units)
    if len(units) >= _LEAST_MARKED and "work_unit" not in others and 2 * families < len(units):
        for column in units:
            guesses[column.place].field = "unit_mark"
    else:
        for column in units:
            guesses[column.place].field = None


def decide_product(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take `GxV` for the level where G and V are columns of numbers beside it, and V for the axis that it begins."""
    by_letter = {name[1]: each.place for each in columns if (name := _INITIAL.match(letter_of(each)))}
    for column in columns:
        product = _PRODUCT.fullmatch(letter_of(column))
        letters = (
            set(re.findall(r"(?<![a-z])[a-z](?![a-z])", re.sub(r"(?<=[a-z])x(?=[a-z])", " x ", product[1])))
            if product
            else set()
        )
        letters -= {"x"}
        if len(letters) < _LEAST_LETTERS or not letters <= set(by_letter):
            continue
        if guesses[column.place].field is None and not fields_there(guesses) & LEVELS:
            guesses[column.place].field = "level"
        for letter in sorted(letters & set(_OF_LETTER)):
            guess = guesses[by_letter[letter]]
            if guess.field is None and guess.rank >= 0 and _OF_LETTER[letter] not in fields_there(guesses):
                guess.field = _OF_LETTER[letter]


def decide_done(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take `Date de réalisation` for when an action is due where no other column tells it, nor what is done."""
    there = fields_there(guesses)
    if "action" in there and not there & {"due", "who_due", "status"}:
        for column in columns:
            guess = guesses[column.place]
            if guess.field == "done_on" and guess.rank >= 0 and _WHEN.search(plain(column.labels[-1])):
                guess.field = "due"


def is_turned(field: str | None, column: Column) -> bool:
    """Return whether a column has another field than its header names."""
    return field == "due" and "done_on" in fields_of(plain(column.labels[-1]))
