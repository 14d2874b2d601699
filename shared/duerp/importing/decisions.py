"""Which field each column is: what its labels leave open, its contents and the columns beside it decide."""

import re
from collections.abc import Mapping, Sequence

from shared.duerp.importing import contents, evidence
from shared.duerp.importing.assignment import assigned
from shared.duerp.importing.columns import LEVELS, Column, Guess, fields_there, is_known, letter_of, named_field
from shared.duerp.importing.families import match_family
from shared.duerp.importing.preview import AXES
from shared.duerp.importing.words import plain

_TASKS = re.compile(r"taches?|tasks?")
_TO_BE_DONE = re.compile(r"(?!pour |par |entre |hiver |cuir )[a-z'-]{2,}(?:er|ir|re) ")
"""A sentence that begins with an infinitive: `acheter un lève-panneaux`."""

_HEADING = re.compile(r"modules?|themes?|thematique|domaines?|category|rubriques?")
"""Headers of families in some files, and of parts of the document in others."""

_COMPANY = {"d": {"p"}, "s": {"l", "w", "p"}, "l": {"s"}, "w": {"s"}}
"""Italian `P x D`, English `S x L`, German `S x W`."""

_MANY = frozenset({"existing_measures", "action", "comment", "articles", "unit_mark", "family_mark"})
"""Fields that several columns may be."""

_FAMILY_SHARE = 0.5
_FAMILY_SHARE_UNNAMED = 0.75
"""Of a column whose header tells nothing: what is to be done names dangers too (`couvercle anti-feu`)."""

_RATED = frozenset({*AXES, *LEVELS, "priority"})
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LEAST_VALUES = 2


def fields_by_column(columns: Sequence[Column], kept: Mapping[str, str | None]) -> dict[int, str | None]:
    """Return the field of each column, None where it is not understood.

    Args:
        kept: what a person has said of this source: folded header -> field.
    """
    guesses = {column.place: named_field(column) for column in columns}
    for column in columns:
        for name in (plain(column.header), plain(column.labels[-1])):
            if name in kept:
                guesses[column.place] = Guess(kept[name], -1)
    _decide_number(columns, guesses)
    contents.decide_numbers_of_actions(columns, guesses)
    contents.decide_plan(columns, guesses)
    contents.decide_marks(columns, guesses)
    contents.decide_matrix(columns, guesses)
    contents.decide_product(columns, guesses)
    _decide_letters(columns, guesses)
    _decide_tasks(columns, guesses)
    _decide_heading(columns, guesses)
    _decide_means(columns, guesses)
    _decide_measures(guesses)
    _decide_risk(columns, guesses)
    _decide_situation(guesses)
    _decide_family(columns, guesses)
    _decide_global(columns, guesses)
    contents.decide_what(columns, guesses)
    contents.decide_people(columns, guesses)
    contents.decide_how(columns, guesses)
    contents.decide_done(columns, guesses)
    contents.decide_date(columns, guesses)
    _decide_together(columns, guesses)
    _one_each(columns, guesses)
    return {place: guess.field for place, guess in guesses.items()}


def _decide_number(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take a first column `Nr.` for the number of a row: it is the level of risk (`NR`) behind the ratings alone."""
    first = min(columns, key=lambda each: each.place, default=None)
    if first is not None and first.own.strip(" .") == "nr":
        guesses[first.place].field = "reference"


def _decide_letters(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take letters of other languages for axes in their company alone: `D` beside `G` and `F` is a duration."""
    names = {letter_of(column) for column in columns}
    for column in columns:
        company = _COMPANY.get(letter_of(column))
        if company and not names & company and guesses[column.place].rank >= 0:
            guesses[column.place].field = None


def _decide_tasks(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take `Tâches` for what is to be done, as Digirisk means it, where nothing else is and it says what to do."""
    for column in columns:
        if "action" in fields_there(guesses) or not _TASKS.fullmatch(column.own):
            continue
        to_do = sum(bool(_TO_BE_DONE.match(value)) for value in column.values)
        if to_do and 2 * to_do >= len(column.values):
            guesses[column.place].field = "action"


def _decide_heading(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take `Module` or `Thème` for the family only where it names one: OiRA's modules are parts of a trade."""
    for column in columns:
        guess = guesses[column.place]
        if guess.field == "family" and _HEADING.fullmatch(column.own) and guess.rank >= 0:
            guess.field = "family" if _names_families(column, _FAMILY_SHARE, 1) else None


def _decide_means(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take `Moyens` of a plan of actions, which names no risk, for what the action needs, and no measure in place."""
    there = fields_there(guesses)
    if "action" in there and not there & {"hazard", "situation", "risk_any", "harm", *AXES}:
        for column in columns:
            if column.own in ("moyens", "moyen") and guesses[column.place].field == "existing_measures":
                guesses[column.place].field = None


def _decide_measures(guesses: dict[int, Guess]) -> None:
    """Take `Mesures` for what is in place, unless that, or somebody who is to do it, stands beside it."""
    for guess in guesses.values():
        if guess.field == "measures_any":
            there = fields_there(guesses)
            rated = there & {*AXES, "level", "level_gross"}  # a plan has priorities too
            planned = bool(there & {"who", "due", "who_due"}) and not rated and "action" not in there
            is_action = "action" not in there and ("existing_measures" in there or planned)
            guess.field = "action" if is_action else "existing_measures"


def _decide_risk(columns: Sequence[Column], guesses: dict[int, Guess]) -> None:
    """Take `Risques` for the family, the hazard or the situation, whichever is wanting and fits what it holds."""
    for column in columns:
        guess = guesses[column.place]
        if guess.field != "risk_any":
            continue
        there = fields_there(guesses)
        if evidence.contradicts("hazard", column.values):  # `Risque` over `faible`, `moyen`, `fort`, or numbers
            guess.field = None if there & LEVELS else "level"
        elif "family" not in there and "hazard" in there and _names_families(column, _FAMILY_SHARE, 1):
            guess.field = "family"
        elif "hazard" not in there:
            guess.field = "hazard"
        elif not there & {"situation", "situation_work"}:
            guess.field = "situation"
        else:
            guess.field = "harm" if "harm" not in there else "comment"


def _decide_situation(guesses: dict[int, Guess]) -> None:
    for guess in guesses.values():
        if guess.field == "situation_work":
            guess.field = "place_activity" if "situation" in fields_there(guesses) else "situation"
    there = fields_there(guesses)
    if "family" in there and not there & {
        "situation",
        "hazard",
        "family_mark",
    }:  # what is done is all that is told of the risk
        for guess in guesses.values():
            if guess.field == "place_activity" and guess.rank >= 0:
                guess.field = "situation"


def _decide_family(columns: Sequence[Column], guesses: dict[int, Guess]) -> None:
    """Take one of several columns of hazards for the family by what it holds, where no header says so."""
    if "family" in fields_there(guesses):
        return
    hazards = [column for column in columns if guesses[column.place].field == "hazard"]
    for column in hazards if len(hazards) > 1 else ():
        if _names_families(column, _FAMILY_SHARE_UNNAMED):  # `Phénomène dangereux` beside `Danger`
            guesses[column.place].field = "family"
            return


def _decide_global(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Take `Cotation G` for the whole where gravity has numbers of its own beside it and nothing else is a level."""
    numbered = [
        column.place
        for column in columns
        if guesses[column.place].field == "gravity" and column.values and all(map(str.isdigit, column.values))
    ]
    called = [each for each in columns if each.place in numbered and each.own == "cotation g"]
    if len(called) == 1 and len(numbered) > 1 and not fields_there(guesses) & LEVELS:
        guesses[called[0].place].field = "level"


def _decide_together(columns: Sequence[Column], guesses: Mapping[int, Guess]) -> None:
    """Give columns whose headers nothing names the fields that most speaks for, all of them together."""
    unnamed = {
        each.place: (each.own, each.values)
        for each in columns
        if (guess := guesses[each.place]).field is None
        and guess.rank >= 0
        and (guess.is_contradicted or not any(map(is_known, each.labels)))
    }
    for _ in range(2):  # who and when belong to an action, which may be found first
        for place, field in assigned(unnamed, {each: guess.field for each, guess in guesses.items()}).items():
            guesses[place].field = field
            del unnamed[place]


def _names_families(column: Column, share: float, least: int = _LEAST_VALUES) -> bool:
    known = [value for value in column.values if match_family(value).families]
    return len(column.values) >= least and len(known) >= share * len(column.values)


def by_evidence(
    columns: Sequence[Column], fields: Mapping[int, str | None], kept: Mapping[str, str | None]
) -> set[int]:
    """Return the places of columns whose field neither a header names nor a person has said."""
    return {
        each.place
        for each in columns
        if fields[each.place]
        and (not any(map(is_known, each.labels)) or contents.is_turned(fields[each.place], each))
        and not {plain(each.header), plain(each.labels[-1])} & set(kept)
        and (fields[each.place] != "family" or evidence.by_header("family", each.own))
    }


def _one_each(columns: Sequence[Column], guesses: dict[int, Guess]) -> None:
    """Leave one column for each field of a single value; lines may have a number and those of their actions."""
    best: dict[str, Column] = {}
    for column in columns:
        guess = guesses[column.place]
        if not guess.field or guess.field in _MANY or guess.field == "other" or contents.numbers_actions(guess, column):
            continue
        other = best.get(guess.field)
        if other is None:
            best[guess.field] = column
            continue
        loser = column
        if _goes_before((column, guess), (other, guesses[other.place])):
            best[guess.field], loser = column, other
        guesses[loser.place].field = _instead(guesses[loser.place].field)


def _goes_before(one: tuple[Column, Guess], other: tuple[Column, Guess]) -> bool:
    """Return whether one of two columns of a field has it: a later year, values before labels, words before codes."""
    years = [max(map(int, _YEAR.findall(column.header)), default=0) for column, _ in (one, other)]
    if all(years) and years[0] != years[1]:
        return years[0] > years[1]
    if one[1].field in _RATED:
        return (one[1].is_label, one[1].rank) < (other[1].is_label, other[1].rank)
    codes = [evidence.are_codes(column.values) for column, _ in (one, other)]
    return (codes[0], one[1].rank) < (codes[1], other[1].rank)


def _instead(field: str | None) -> str | None:
    """Return what a second column of a field is kept as: words go to the remark, and the rest with its header."""
    if field in ("situation", "hazard", "harm", "family"):
        return "comment"
    return None
