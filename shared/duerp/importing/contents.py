"""What columns that stand together are: crosses and levels of a matrix, letters of a product, words of a plan."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from shared.duerp.importing import evidence
from shared.duerp.importing.cells import is_blank
from shared.duerp.importing.columns import LEVELS, Column, Guess, fields_there, letter_of
from shared.duerp.importing.families import match_family
from shared.duerp.importing.fields import fields_of
from shared.duerp.importing.preview import AXES
from shared.duerp.importing.values import is_level
from shared.duerp.importing.words import plain

_PRODUCT = re.compile(r"(?:[a-z]\w* ?= ?)?([a-z](?: ?[x*\u00d7/] ?[a-z])+)(?: ?= ?[a-z])?")
_OF_LETTER = {"v": "probability", "o": "probability", "s": "gravity", "d": "exposure", "i": "gravity"}
"""Axes by the first letter of their names: vraisemblance, occurrence, sévérité, durée, intensité."""

_MARK = re.compile(r"x+|[\u2713\u2714\u2611\u25cf\u2022]")
_LEAST_MARKED = 2
_LEAST_RATED = 3
_OF_A_UNIT = frozenset({"work_unit", "place_premises", "place_activity"})
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_INITIAL = re.compile(r"([a-z])(?: ?\(.*\))?$")
_WHEN = re.compile(r"date (de|d')")
_LEAST_LETTERS = 2
_DESCRIBES = frozenset({"harm", "existing_measures", "measures_any", *AXES, *LEVELS})
_NAMES = frozenset({"hazard", "family", "risk_any", "work_unit"})
_NAMES_RISKS = frozenset({"hazard", "family", "risk_any", "situation"})
_TITLE = re.compile(r"intitule|libelle|titre|designation|objet|nature|contenu|detail|quoi|mesure")
_BARE_THINGS = frozenset({"quoi", "what", "was"})
_OF_ASSESSMENTS = frozenset({"action", "existing_measures", "measures_any", "situation", "harm", *AXES, *LEVELS})
_BARE_PEOPLE = frozenset({"qui", "who", "wer"})
_OF_RISKS = frozenset({"hazard", "situation", "situation_work", "risk_any", "harm"})
_ENGLISH = re.compile(r"\b(hazards?|risks?|likelihood|severity|controls?|harm|owners?|areas?|who|when|further)\b")
_SEVERAL = 2


def decide_numbers_of_actions(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take `Actions liées` over `A1, A2` for the numbers of actions that stand in a plan."""
    for column in columns:
        guess = guesses[column.place]
        if guess.field == "action" and guess.rank >= 0 and evidence.are_codes(column.values):
            guess.field = "reference"


def numbers_actions(guess: Guess, column: Column) -> bool:
    """Return whether a column has the numbers of a line's actions, and not the line's own."""
    return guess.field == "reference" and "action" in plain(column.header)


def decide_plan(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take `Description` or `Intitulé` for the action in a plan, which says who and when and describes no risk.

    A plan may name the risk, the family or the unit of each action, where it has numbers of its own (`N° action`).
    """
    there = fields_there(guesses)
    if not there & {"who", "due", "who_due"} or there & {"action", *_DESCRIBES}:
        return
    is_numbered = any(numbers_actions(guesses[each.place], each) for each in columns)
    unnamed = [each for each in columns if guesses[each.place].field is None]
    if (there & _NAMES and not is_numbered) or any(map(_asks_of_risks, unnamed)):
        return
    for column in columns:
        guess = guesses[column.place]
        if guess.rank >= 0 and (guess.field == "situation" or (guess.field is None and _is_title(column))):
            guess.field = "action"


def _asks_of_risks(column: Column) -> bool:
    own = column.own
    return any(evidence.by_header(field, own) >= 1 for field in ("hazard", "harm", *AXES))


def _is_title(column: Column) -> bool:
    return bool(_TITLE.match(column.own))


def decide_marks(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take columns of crosses for work units, those of their headers, where no other column names one.

    Crosses under families or under what a table follows (`Fait`) say something else of a line.
    """
    marked = [each for each in columns if each.values and all(map(is_mark, each.values))]
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


def decide_matrix(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take columns of levels for those of a matrix, where nothing else rates: of work units, or of families.

    Units are columns where rows name risks; families are where rows name units.
    """
    marked = [each for each in columns if guesses[each.place].rank >= 0 and _rates_a_name(each, guesses[each.place])]
    others = {guess.field for place, guess in guesses.items() if place not in {each.place for each in marked}}
    rated = [each for each in marked if _said(each)]
    is_wide = len(rated) >= _LEAST_RATED and marked[-1].place - marked[0].place == len(marked) - 1
    if not is_wide or others & {*AXES, *LEVELS, "priority", "unit_mark"}:
        return
    families = 2 * sum(bool(match_family(each.labels[-1]).families) for each in marked) >= len(marked)
    if families and others & {"work_unit", "place_premises"} and not others & _NAMES_RISKS:
        field = "family_mark"
    elif not families and others & _NAMES_RISKS and "work_unit" not in others:
        field = "unit_mark"
    else:
        return
    for column in marked:
        guesses[column.place].field = field


def _rates_a_name(column: Column, guess: Guess) -> bool:
    """Return whether a column holds levels, or nothing, below a header that is no rating's and no year."""
    own = column.own
    told = {name for name in evidence.fields() if evidence.by_header(name, own)}
    is_name = guess.field in (None, "work_unit") and told <= _OF_A_UNIT and not _YEAR.search(own)
    return is_name and all(map(is_level, _said(column)))


def _said(column: Column) -> list[str]:
    return [each for each in column.values if not is_blank(each)]


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


def decide_people(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take a bare `Qui` before what may happen for a work unit, or for those exposed, where another says who does."""
    doers = [column for column in columns if guesses[column.place].field == "who"]
    risks = [column.place for column in columns if guesses[column.place].field in _OF_RISKS]
    if len(doers) < _SEVERAL or not risks:
        return
    for column in doers:
        guess = guesses[column.place]
        if column.own in _BARE_PEOPLE and column.place < min(risks) and guess.rank >= 0:
            guess.field = "exposed_count" if "work_unit" in fields_there(guesses) else "work_unit"


def decide_what(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take a bare `Quoi` for the hazard of an assessment, and for what is to be done in a plan of actions."""
    for column in columns:
        guess = guesses[column.place]
        is_bare = column.own in _BARE_THINGS and len(column.labels) == 1  # below `Actions` it is one
        if is_bare and guess.field == "action" and guess.rank >= 0:
            others = {each.field for place, each in guesses.items() if place != column.place}
            if others & _OF_ASSESSMENTS:
                guess.field = None if others & {"hazard", "risk_any"} else "hazard"


def decide_how(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take `Comment` for a remark in English, or where another column tells the situation: in French it asks how."""
    is_english = any(_ENGLISH.search(column.own) for column in columns)
    for column in columns:
        guess = guesses[column.place]
        if column.own == "comment" and guess.field == "situation" and guess.rank >= 0:
            others = {each.field for place, each in guesses.items() if place != column.place}
            if others & {"situation", "situation_work"} or is_english:
                guess.field = "comment"


def decide_done(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take `Date de réalisation` for when an action is due where no other column tells it, nor what is done."""
    there = fields_there(guesses)
    if "action" in there and not there & {"due", "who_due", "status"}:
        for column in columns:
            guess = guesses[column.place]
            if guess.field == "done_on" and guess.rank >= 0 and _WHEN.search(column.own):
                guess.field = "due"


def decide_date(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take a bare `Date` behind what is to be done, or who does it, for when it is due, where nothing else tells it."""
    there = fields_there(guesses)
    if "action" not in there or there & {"due", "who_due", "done_on"}:
        return
    for before, column in pairwise(sorted(columns, key=lambda each: each.place)):
        guess = guesses[column.place]
        is_bare = guess.field == "assessed_on" and guess.rank >= 0 and column.own in ("date", "dates", "datum")
        if is_bare and guesses[before.place].field in ("action", "who", "cost"):
            guess.field = "due"


def is_mark(value: str) -> bool:
    """Return whether a folded text is a cross."""
    return bool(_MARK.fullmatch(value))


def is_turned(field: str | None, column: Column) -> bool:
    """Return whether a column has another field than its headers name; `Note` names a level as it does a remark."""
    names = fields_of(plain(column.labels[-1]))
    above = {each for label in column.labels[:-1] for each in fields_of(plain(label))}
    contradicted = bool(names) and all(evidence.contradicts(name, column.values) for name in names)
    is_reading = contradicted and field not in above and not (field in LEVELS and names == ("comment",))
    return is_reading or (field == "due" and "done_on" in names)
