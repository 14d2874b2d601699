"""Which field each column of a table is, by its labels, by what stands in it, and by the columns beside it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.duerp.importing.families import match_family
from shared.duerp.importing.fields import fields_of, ranked_fields
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
_LABEL_OF_VALUE = re.compile(r"libelle|label|texte|(?<![x*/\u00d7] )\bl\b")
_TASKS = re.compile(r"taches?|tasks?")
_TO_BE_DONE = re.compile(r"(?!pour |par |entre |hiver |cuir )[a-z'-]{2,}(?:er|ir|re) ")
"""A sentence that begins with an infinitive: `acheter un lève-panneaux`."""

_HEADING = re.compile(r"modules?|themes?|thematique|domaines?|category|rubriques?")
"""Headers of families in some files, and of parts of the document in others."""

_COMPANY = {"d": {"p"}, "s": {"l", "w", "p"}, "l": {"s"}, "w": {"s"}}
"""Italian `P x D`, English `S x L`, German `S x W`."""

_MANY = frozenset({"existing_measures", "action", "comment", "articles"})
"""Fields that several columns may be."""

_LEVELS = frozenset({"level", "level_gross", "level_residual"})
_FAMILY_SHARE = 0.5
_FAMILY_SHARE_UNNAMED = 0.75
"""Of a column whose header tells nothing: what is to be done names dangers too (`couvercle anti-feu`)."""

_LEAST_VALUES = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its place, its labels from the top down, and distinct texts of it, folded."""

    place: int
    labels: tuple[str, ...]
    values: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        return " / ".join(self.labels)


@dataclass(slots=True)
class _Guess:
    field: str | None
    rank: int
    is_label: bool = False


def fields_by_column(columns: Sequence[Column], kept: Mapping[str, str | None]) -> dict[int, str | None]:
    """Return the field of each column, None where it is not understood.

    Args:
        kept: what a person has said of this source: folded header -> field.
    """
    guesses = {column.place: _guess(column) for column in columns}
    for column in columns:
        for name in (plain(column.header), plain(column.labels[-1])):
            if name in kept:
                guesses[column.place] = _Guess(kept[name], -1)
    _decide_number(columns, guesses)
    _decide_letters(columns, guesses)
    _decide_tasks(columns, guesses)
    _decide_heading(columns, guesses)
    _decide_means(columns, guesses)
    _decide_measures(guesses)
    _decide_risk(columns, guesses)
    _decide_situation(guesses)
    _decide_family(columns, guesses)
    _decide_global(columns, guesses)
    _decide_note(columns, guesses)
    _one_each(columns, guesses)
    return {place: guess.field for place, guess in guesses.items()}


def _guess(column: Column) -> _Guess:
    own = plain(column.labels[-1])
    group = " ".join(map(plain, column.labels[:-1]))
    named = ranked_fields(own)
    if group and (not named or _WEAK.fullmatch(own)):
        whole = (f"{plain(column.labels[-2])} {own}", f"{group} {own}")
        of_group = (
            next((found for words in whole if (found := ranked_fields(words))), ()) if not _WEAK.fullmatch(own) else ()
        )
        of_group = of_group or ranked_fields(plain(column.labels[-2])) or ranked_fields(group)
        if of_group:
            field, rank = of_group[0]
            return _in_group(_Guess(field, rank, bool(_LABEL_OF_VALUE.search(own))), group, own)
    if not named:
        return _Guess(None, 0)
    return _in_group(_Guess(named[0][0], named[0][1], bool(_LABEL_OF_VALUE.search(own))), group, own)


def _in_group(guess: _Guess, group: str, own: str) -> _Guess:
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


def _decide_number(columns: Sequence[Column], guesses: Mapping[int, _Guess]) -> None:
    """Take a first column `Nr.` for the number of a row: it is the level of risk (`NR`) behind the ratings alone."""
    first = min(columns, key=lambda each: each.place, default=None)
    if first is not None and plain(first.labels[-1]).strip(" .") == "nr":
        guesses[first.place].field = "reference"


def _decide_letters(columns: Sequence[Column], guesses: Mapping[int, _Guess]) -> None:
    """Take letters of other languages for axes in their company alone: `D` beside `G` and `F` is a duration."""
    names = {_letter(column) for column in columns}
    for column in columns:
        company = _COMPANY.get(_letter(column))
        if company and not names & company and guesses[column.place].rank >= 0:
            guesses[column.place].field = None


def _letter(column: Column) -> str:
    return plain(column.labels[-1]).strip(" .:")


def _decide_tasks(columns: Sequence[Column], guesses: Mapping[int, _Guess]) -> None:
    """Take `Tâches` for what is to be done, as Digirisk means it, where nothing else is and it says what to do."""
    for column in columns:
        if "action" in _there(guesses) or not _TASKS.fullmatch(plain(column.labels[-1])):
            continue
        to_do = sum(bool(_TO_BE_DONE.match(value)) for value in column.values)
        if to_do and 2 * to_do >= len(column.values):
            guesses[column.place].field = "action"


def _decide_heading(columns: Sequence[Column], guesses: Mapping[int, _Guess]) -> None:
    """Take `Module` or `Thème` for the family only where it names one: OiRA's modules are parts of a trade."""
    for column in columns:
        guess = guesses[column.place]
        if guess.field == "family" and _HEADING.fullmatch(plain(column.labels[-1])) and guess.rank >= 0:
            guess.field = "family" if _names_families(column, _FAMILY_SHARE, 1) else None


def _decide_means(columns: Sequence[Column], guesses: Mapping[int, _Guess]) -> None:
    """Take `Moyens` of a plan of actions, which names no risk, for what the action needs, and no measure in place."""
    there = _there(guesses)
    if "action" in there and not there & {"hazard", "situation", "risk_any", "harm", *AXES}:
        for column in columns:
            if plain(column.labels[-1]) in ("moyens", "moyen") and guesses[column.place].field == "existing_measures":
                guesses[column.place].field = None


def _there(guesses: Mapping[int, _Guess]) -> set[str]:
    return {guess.field for guess in guesses.values() if guess.field}


def _decide_measures(guesses: dict[int, _Guess]) -> None:
    """Take `Mesures` for what is in place, unless that, or somebody who is to do it, stands beside it."""
    for guess in guesses.values():
        if guess.field == "measures_any":
            there = _there(guesses)
            rated = there & {*AXES, "level", "level_gross"}  # a plan has priorities too
            planned = bool(there & {"who", "due", "who_due"}) and not rated and "action" not in there
            is_action = "action" not in there and ("existing_measures" in there or planned)
            guess.field = "action" if is_action else "existing_measures"


def _decide_risk(columns: Sequence[Column], guesses: dict[int, _Guess]) -> None:
    """Take `Risques` for the family, the hazard or the situation, whichever is wanting and fits what it holds."""
    for column in columns:
        guess = guesses[column.place]
        if guess.field != "risk_any":
            continue
        there = _there(guesses)
        if "family" not in there and "hazard" in there and _names_families(column, _FAMILY_SHARE, 1):
            guess.field = "family"
        elif "hazard" not in there:
            guess.field = "hazard"
        elif not there & {"situation", "situation_work"}:
            guess.field = "situation"
        else:
            guess.field = "harm" if "harm" not in there else "comment"


def _decide_situation(guesses: dict[int, _Guess]) -> None:
    for guess in guesses.values():
        if guess.field == "situation_work":
            guess.field = "place_activity" if "situation" in _there(guesses) else "situation"


def _decide_family(columns: Sequence[Column], guesses: dict[int, _Guess]) -> None:
    """Take a column for the family by what it holds, where no header says so; the hazard's own goes last."""
    if "family" in _there(guesses):
        return
    hazards = [column for column in columns if guesses[column.place].field == "hazard"]
    for column in hazards if len(hazards) > 1 else ():
        if _names_families(column, _FAMILY_SHARE_UNNAMED):  # `Phénomène dangereux` beside `Danger`
            guesses[column.place].field = "family"
            return
    for column in columns:
        if guesses[column.place].field is None and _names_families(column, _FAMILY_SHARE_UNNAMED):
            guesses[column.place].field = "family"
            return


def _decide_global(columns: Sequence[Column], guesses: Mapping[int, _Guess]) -> None:
    """Take `Cotation G` for the whole where gravity has numbers of its own beside it and nothing else is a level."""
    numbered = [
        column.place
        for column in columns
        if guesses[column.place].field == "gravity" and column.values and all(map(str.isdigit, column.values))
    ]
    called = [each for each in columns if each.place in numbered and plain(each.labels[-1]) == "cotation g"]
    if len(called) == 1 and len(numbered) > 1 and not _there(guesses) & _LEVELS:
        guesses[called[0].place].field = "level"


def _decide_note(columns: Sequence[Column], guesses: Mapping[int, _Guess]) -> None:
    """Take `Note` for the level where it holds numbers alone and nothing else is one: remarks are words."""
    for column in columns:
        is_note = plain(column.labels[-1]) in ("note", "notes") and guesses[column.place].field == "comment"
        if is_note and column.values and all(map(str.isdigit, column.values)):
            guesses[column.place].field = None if _there(guesses) & _LEVELS else "level"


def _names_families(column: Column, share: float, least: int = _LEAST_VALUES) -> bool:
    known = [value for value in column.values if match_family(value).families]
    return len(column.values) >= least and len(known) >= share * len(column.values)


def _one_each(columns: Sequence[Column], guesses: dict[int, _Guess]) -> None:
    """Leave one column for each field of a single value: the more usual name, then a value before its label."""
    best: dict[str, int] = {}
    for column in columns:
        guess = guesses[column.place]
        if not guess.field or guess.field in _MANY or guess.field == "other":
            continue
        other = best.get(guess.field)
        if other is None:
            best[guess.field] = column.place
            continue
        current = guesses[other]
        loser = column.place
        if (guess.is_label, guess.rank) < (current.is_label, current.rank):
            best[guess.field], loser = column.place, other
        guesses[loser].field = _instead(guesses[loser].field)


def _instead(field: str | None) -> str | None:
    """Return what a second column of a field is kept as: words go to the remark, and the rest with its header."""
    if field in ("situation", "hazard", "harm", "family"):
        return "comment"
    return None


def is_known(label: str) -> bool:
    return bool(fields_of(plain(label)))
