"""Selects the part of a passage that answers a question: a run of whole sentences, word for word. Pure."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import groupby, takewhile

from services.generator.answering.read_question import ReadQuestion
from services.generator.french.terms import coverage, stems
from shared.contracts.passages import CELL
from shared.language.sentences import sentence_spans
from shared.language.substances import asks_for_value, cas_numbers

_ITEM = re.compile(r"(?:[-\u2013\u2014\u2022\u25aa]|\(?(?:\d{1,2}|[a-z]|[IVX]{1,4})(?:[\u00b0).]|\s[-\u2013\u2014]))\s")
"""What starts an item of an enumeration: `1° `, `a) `, `- `, `II.- `."""

_LEAST_ROWS = 2
_NUMBER = re.compile(r"\s*[\d.,\u00a0\u202f ]*\d[\d.,\u00a0\u202f ]*(?:-\d+)*\s*")
_CLAUSE = re.compile(r"[;:]\s+")
_LENGTH_PRICE = 0.25
"""How much of the question's words a quote of the whole allowed length must have more than an empty one, 0..1."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class QuoteLimits:
    """Lengths of quotes, characters.

    Attributes:
        whole: a passage up to this length is quoted whole.
        run: the longest run of sentences that is chosen from a longer one.
        introduced: the longest quote once its enumeration is in it, from what introduces it to its last item.
        named: a passage of an article that the question names is quoted whole up to this length.
    """

    whole: int = 700
    run: int = 700
    introduced: int = 1200
    named: int = 1600


def best_quote(
    text: str,
    weights: Mapping[str, float],
    limits: QuoteLimits,
    *,
    named: bool = False,
    tells: Callable[[str], bool] = lambda sentence: not sentence.endswith("?"),
) -> str:
    """Return the part of a passage that has most of the question's weighted stems, a substring of `text`.

    Args:
        named: the question asks for this very article.
        tells: whether a sentence says something; a heading or a question takes with it what follows.
    """
    if len(text.strip()) <= (limits.named if named else limits.whole):
        return text.strip()
    units = _units(text, limits.run)
    first, last = _best_run(text, units, weights, limits.run)
    last = _with_answer(text, units, first, last, limits, tells)
    first, last = _with_enumeration(text, units, first, last, limits)
    start, end = units[first][0], units[last][1]
    return text[start : _fitting(text, start, end, limits.introduced)].strip()


def best_row(text: str, weights: Mapping[str, float], limits: QuoteLimits) -> str:
    """Return the line of a sheet that has most of the question's weighted stems; a long one is cut as prose is."""
    wanted = weights.keys()
    rows = [line for line in text.split("\n") if line.strip()]
    best = max(rows, key=lambda line: coverage(weights, stems(line) & wanted), default="")
    return best_quote(best, weights, limits)


def asked_row(text: str, question: ReadQuestion, weights: Mapping[str, float]) -> str:
    """Return the row of a table in a text that the question is about, a substance's for example; "" without one.

    It is about a row that has a CAS number of the question, one of its rare words, or whose first cell of several words
    it names whole; a question for a value, one whose first cell begins with a word of it too.
    """
    rows = [line for line in text.split("\n") if CELL in line]
    if len(rows) < _LEAST_ROWS:
        return ""
    numbers = set(cas_numbers(question.text))
    if numbers:
        return next((row for row in rows if not numbers.isdisjoint(cas_numbers(row))), "")
    by_first = asks_for_value(question.text)
    asked = [
        row
        for row in rows
        if (question.rare & stems(row)) or _names(row.partition(CELL)[0], weights.keys(), by_first=by_first)
    ]
    return max(asked, key=lambda row: coverage(weights, stems(row) & weights.keys()), default="")


def row_wanted(question: ReadQuestion) -> Callable[[str], bool]:
    """Return whether a text has a row of a table that a question is about, as `asked_row` tells it."""
    weights = dict.fromkeys(question.meant, 1.0)
    return lambda text: bool(asked_row(text, question, weights))


def head_of_row(text: str, row: str) -> list[str]:
    """Return the lines that say what a row's cells are: those before its table's first row with a number alone.

    Its table is the run of lines with cells that it stands in.
    """
    table: list[str] = []
    for has_cells, lines in groupby(text.split("\n"), lambda line: CELL in line):
        run = list(lines)
        if has_cells and row in run:
            table = run
            break
    head = list(takewhile(lambda line: not any(map(_NUMBER.fullmatch, line.split(CELL))), table))
    return head if len(head) < len(table) and row not in head else []


def _names(cell: str, wanted: Collection[str], *, by_first: bool) -> bool:
    """Whether a row's first cell is named: `Bois (poussières de)` by both words, `Plomb métallique` by its first."""
    named = stems(cell)
    if named <= set(wanted) and len(named) > 1:
        return True
    first = stems(" ".join(cell.split()[:1]))
    return by_first and bool(first) and first <= set(wanted)


def _units(text: str, longest: int) -> list[Span]:
    """Cut the text into sentences, and those that are too long to be quoted into clauses."""
    units: list[Span] = []
    for start, end in sentence_spans(text):
        if end - start <= longest:
            units.append((start, end))
            continue
        at = start
        for match in _CLAUSE.finditer(text, start, end):
            units.append((at, match.start() + 1))
            at = match.end()
        units.append((at, end))
    return units


def _best_run(text: str, units: list[Span], weights: Mapping[str, float], longest: int) -> tuple[int, int]:
    """First and last unit of the contiguous run that has most of the weight for its length; the earliest of equals."""
    wanted = weights.keys()
    found = [stems(text[start:end]) & wanted for start, end in units]
    best, best_run = float("-inf"), (0, 0)
    for first in range(len(units)):
        seen: frozenset[str] = frozenset()
        for last in range(first, len(units)):
            length = units[last][1] - units[first][0]
            if length > longest and last > first:
                break
            seen |= found[last]
            value = coverage(weights, seen) - _LENGTH_PRICE * length / longest
            if value > best:
                best, best_run = value, (first, last)
    return best_run


def _with_answer(
    text: str, units: list[Span], first: int, last: int, limits: QuoteLimits, tells: Callable[[str], bool]
) -> int:
    """Extend a run that ends with a heading, or a question as guides have them, by what it is about, if that fits."""
    while not tells(text[slice(*units[last])]) and last + 1 < len(units) and _fits(units, first, last + 1, limits):
        last += 1
    return last


def _with_enumeration(text: str, units: list[Span], first: int, last: int, limits: QuoteLimits) -> tuple[int, int]:
    """Extend a run that touches an enumeration by its introduction and by the items that follow, as far as they fit."""
    in_list = _is_item(text, units, first)
    if in_list:
        introduction = next((at for at in range(first - 1, -1, -1) if _announces(text, units[at])), None)
        if introduction is not None and _fits(units, introduction, last, limits):
            first = introduction
    if in_list or _announces(text, units[last]) or _is_item(text, units, last):
        while last + 1 < len(units) and _is_item(text, units, last + 1) and _fits(units, first, last + 1, limits):
            last += 1
    return first, last


def _fits(units: list[Span], first: int, last: int, limits: QuoteLimits) -> bool:
    return units[last][1] - units[first][0] <= limits.introduced


def _announces(text: str, unit: Span) -> bool:
    return text[unit[0] : unit[1]].endswith(":")


def _is_item(text: str, units: list[Span], at: int) -> bool:
    before = text[units[at - 1][0] : units[at - 1][1]] if at else ""
    return _ITEM.match(text, units[at][0]) is not None or before.endswith((";", ":"))


def _fitting(text: str, start: int, end: int, longest: int) -> int:
    """Return the end of a quote within `longest`, between two words: a table has no other boundary."""
    if end - start <= longest:
        return end
    space = text.rfind(" ", start, start + longest)
    return space if space > start else start + longest
