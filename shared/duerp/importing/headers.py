"""Header rows of a sheet: where they are, and what is written above each column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.duerp.importing import evidence
from shared.duerp.importing.cells import is_blank
from shared.duerp.importing.families import match_family
from shared.duerp.importing.fields import fields_of
from shared.duerp.importing.grid import Cell, Sheet
from shared.duerp.importing.values import is_level
from shared.duerp.importing.words import plain

_LONGEST_LABEL = 90
_LONGEST_SUB = 40
_MOST_ROWS_ABOVE = 2
_MOST_ROWS_BELOW = 2
_FIRST_ROWS = 3
_LEAST_HITS = 2
_SHARE = 0.5
_LEAST_BY_WORDS = 4
_SHARE_BY_WORDS = 0.5
_PLAIN = 0.8
_LEAST_OF_MATRIX = 3
_FIRST_BY_WORDS = 60
"""Rows among which words are looked for: each has many, and a header stands at the top."""

_WEAK = re.compile(
    r"(indice|valeur|libelle|note|niveau|cotation|label|cot\.?|val\.?|texte|description|brute?|resid\w*|net(te)?|n|v|l)"
)
"""Labels that mean something below another label."""

_RANGE = re.compile(r"\(?(de )?\d ?(-|a|/|\.\.|,) ?\d\d?\)?")
_TAIL = re.compile(
    r"(deja )?(existante?s?|en place|actuel(le)?s?)|a (mettre|prendre|prevoir|realiser)( en (place|oeuvre))?"
    r"|proposee?s?|prevue?s?|complementaires?"
    r"|exposee?s?|dangereuses?|identifiee?s?|de (travail|risques?|prevention|protection|danger)"
)
"""Ends of a label that begins in the row above, as `existantes` below `Mesures`."""

_STRONG = frozenset({
    "hazard", "risk_any", "family", "action", "existing_measures", "measures_any", "situation", "situation_work",
    "gravity", "probability", "frequency", "level", "level_gross", "level_residual", "harm", "control", "priority",
})  # fmt: skip
"""Fields one of which a table of ours has."""


_ANSWERS = frozenset({"o", "n", "x", "y", "j"})
"""What a cell of a line answers to `Présent ?`: `N` beside a family's name is no header of numbers."""


@dataclass(frozen=True, slots=True)
class Header:
    """Header rows of a table, `first` to `last`, and the labels above each column, from the top down."""

    first: int
    last: int
    labels: Mapping[int, tuple[str, ...]]


def headers_of(sheet: Sheet, rows: Mapping[int, Mapping[int, Cell]]) -> Iterator[Header]:
    """Yield the headers of a sheet's tables in order; a header that is repeated on each page is one each time."""
    numbers = list(rows)
    spans = _spans(sheet)
    last = 0
    by_words = not any(map(_is_header, rows.values()))
    for place, number in enumerate(numbers[:_FIRST_BY_WORDS] if by_words else numbers):
        is_header = (
            _is_header_by_words(rows[number]) or _is_header_of_units([rows[each] for each in numbers[place:][:4]])
            if by_words
            else _is_header(rows[number])
        )
        if number <= last or not is_header or _is_of_groups(numbers, place, rows, spans):
            continue
        above = _above(numbers, place, rows, spans, last)
        block = [*above, number, *_below(numbers, place, rows, spans)]
        block += [each for each in numbers if block[-1] < each <= _merged_down_to(sheet, block)]
        last = block[-1]
        yield Header(block[0], last, _labels(block, rows, spans))


def _is_header(cells: Mapping[int, Cell]) -> bool:
    return _has_labels(cells, _LEAST_HITS)


def _has_labels(cells: Mapping[int, Cell], least: int) -> bool:
    """Return whether a row has as many labels of different fields, and half of its cells are labels."""
    texts = [plain(cell.text) for cell in cells.values() if cell.text.strip()]
    if len(texts) < least or any(len(text) > _LONGEST_LABEL for text in texts):
        return False
    others = 0
    distinct: set[str] = set()
    for text in texts:
        fields = () if text in _ANSWERS else fields_of(text)
        distinct.update(fields[:1])
        others += not fields
        if others > _SHARE * len(texts):
            return False
    return len(distinct) >= least and bool(distinct & _STRONG)


def _is_header_by_words(cells: Mapping[int, Cell]) -> bool:
    """Return whether a row is a header by the words that its labels begin with, where a sheet has no known one."""
    texts = [plain(cell.text) for cell in cells.values() if cell.text.strip()]
    if len(texts) < _LEAST_BY_WORDS or any(len(text) > _LONGEST_LABEL or _has_digits_only(text) for text in texts):
        return False
    told = [names for text in texts if (names := set(fields_of(text)) or _named_by_words(text))]
    distinct = set().union(*told)
    return len(told) >= _SHARE_BY_WORDS * len(texts) and len(distinct) >= _LEAST_BY_WORDS and bool(distinct & _STRONG)


def _is_header_of_units(rows: Sequence[Mapping[int, Cell]]) -> bool:
    """Return whether a first row is the header of a matrix: labels of a risk or a unit, then names over levels."""
    header, *below = rows
    texts = {at: plain(cell.text) for at, cell in header.items() if cell.text.strip()}
    known = {at: fields[0] for at, text in texts.items() if (fields := fields_of(text))}
    others = set(texts) - set(known)
    names = set(known.values())
    families = sum(bool(match_family(texts[at]).families) for at in others)
    of_families = names == {"work_unit"} and 2 * families >= len(others) >= _LEAST_OF_MATRIX
    levels = [plain(cells[at].text) for cells in below for at in others if at in cells and not is_blank(cells[at].text)]
    return (
        (of_families or (len(names) >= _LEAST_HITS and bool(names & _STRONG)))
        and min(others, default=0) > max(known)
        and len(levels) >= len(others)
        and all(map(is_level, levels))
        and all(len(text) <= _LONGEST_SUB and not _has_digits_only(text) for text in texts.values())
    )


def _named_by_words(text: str) -> set[str]:
    return {name for name in evidence.fields() if evidence.by_header(name, text) >= _PLAIN}


def _is_of_groups(
    numbers: Sequence[int], place: int, rows: Mapping[int, Mapping[int, Cell]], spans: Mapping[int, Mapping[int, range]]
) -> bool:
    """Return whether a row names groups of the columns that the header right below it names."""
    number, below = numbers[place], numbers[place + 1] if place + 1 < len(numbers) else 0
    spanned = [each for each in spans.get(number, {}).values() if len(each) > 1]
    grouped = 2 * len(spanned) >= len(rows[number])
    return below == number + 1 and grouped and len(rows[below]) > len(rows[number]) and _is_header(rows[below])


def _above(
    numbers: Sequence[int],
    place: int,
    rows: Mapping[int, Mapping[int, Cell]],
    spans: Mapping[int, Mapping[int, range]],
    last: int,
) -> list[int]:
    """Return rows of groups directly above: labels that span some columns, or several short ones."""
    found: list[int] = []
    width = len(rows[numbers[place]])
    for at in range(place - 1, max(place - 1 - _MOST_ROWS_ABOVE, -1), -1):
        number = numbers[at]
        cells = rows[number]
        if number <= last or numbers[at + 1] - number > 1:
            break
        spanned = [each for each in spans.get(number, {}).values() if 1 < len(each) < max(width - 1, 2)]
        grouped = len(cells) >= _LEAST_HITS and any(fields_of(plain(cell.text)) for cell in cells.values())
        short = all(len(cell.text) <= _LONGEST_LABEL and not _is_pair(cell.text) for cell in cells.values())
        if (
            not short
            or _is_of_pairs(cells)
            or not (spanned or grouped)
            or any(_has_digits_only(cell.text) for cell in cells.values())
        ):
            break
        found.insert(0, number)
    return found


def _merged_down_to(sheet: Sheet, block: Sequence[int]) -> int:
    """Return the last row that a label of a header is merged down to: what stands beside it there is header too."""
    down = (
        each.last_row
        for each in sheet.merged
        if each.first_row in block and each.last_row - each.first_row <= _MOST_ROWS_ABOVE + _MOST_ROWS_BELOW
    )
    return max(down, default=block[-1])


def _below(
    numbers: Sequence[int], place: int, rows: Mapping[int, Mapping[int, Cell]], spans: Mapping[int, Mapping[int, range]]
) -> list[int]:
    """Return further header rows: sub-labels, ranges such as `(1 à 4)`, or numbers of columns."""
    found: list[int] = []
    for at in range(place + 1, min(place + 1 + _MOST_ROWS_BELOW, len(numbers))):
        cells = rows[numbers[at]]
        texts = [plain(cell.text) for cell in cells.values() if cell.text.strip()]
        if numbers[at] - numbers[at - 1] > 1 or not texts:
            break
        if _stands_below_groups(cells, rows[numbers[place]], spans.get(numbers[place], {})):
            found.append(numbers[at])
            continue
        above = {plain(cell.text) for cell in rows[numbers[place]].values()}
        own = [text for text in texts if text not in above]
        grouped = sum(len(each) > 1 for each in spans.get(numbers[place], {}).values()) >= _LEAST_HITS
        is_sub = bool(own) and (all(map(_is_sub_label, own)) or (grouped and _are_mostly_labels(own)))
        if len(set(texts)) == 1 and not grouped and not _means_below(texts[0]):  # `Priorité 1` is a part
            break
        if not is_sub or not (
            _has_labels(cells, 1)
            or any(_RANGE.fullmatch(text) or _TAIL.fullmatch(text) for text in own)
            or _all_weak(own)
        ):
            break
        found.append(numbers[at])
    return found


def _stands_below_groups(cells: Mapping[int, Cell], header: Mapping[int, Cell], spans: Mapping[int, range]) -> bool:
    """Return whether a row says something only below labels that span columns: it names what they group.

    A line of a risk says something elsewhere too, and has numbers.
    """
    grouped = {column for span in spans.values() if len(span) > 1 for column in span}
    texts = [cell.text for cell in cells.values() if cell.text.strip()]
    short = all(len(text) <= _LONGEST_SUB and not any(map(str.isdigit, text)) for text in texts)
    return len(texts) > 1 and short and set(cells) <= grouped and not set(header) <= grouped


def _means_below(text: str) -> bool:
    """Return whether a label means something below another one alone."""
    return bool(_WEAK.fullmatch(text) or _RANGE.fullmatch(text) or _TAIL.fullmatch(text))


def _is_sub_label(text: str) -> bool:
    return _means_below(text) or _is_label(text)


def _are_mostly_labels(texts: Sequence[str]) -> bool:
    """Return whether half of a row are labels and the rest are short words: what stands below the labels of groups."""
    known = sum(map(_is_sub_label, texts))
    return 2 * known >= len(texts) and all(len(text) <= _LONGEST_SUB and not text[0].isdigit() for text in texts)


def _all_weak(texts: Sequence[str]) -> bool:
    return len(texts) >= _LEAST_HITS and all(_WEAK.fullmatch(text) for text in texts)


def _is_label(text: str) -> bool:
    return len(text) <= _LONGEST_LABEL and bool(fields_of(text))


def _is_of_pairs(cells: Mapping[int, Cell]) -> bool:
    """Return whether a row says something of the document in two cells, as `Service :` beside `Accueil`."""
    signed = [cell.text.rstrip().endswith(":") for cell in cells.values() if cell.text.strip()]
    return any(signed) and not all(signed)


def _is_pair(text: str) -> bool:
    """Return whether a cell says something of the document, as `Date : 12/03/2026`, and is no label."""
    return ":" in text.strip().rstrip(":")


def _has_digits_only(text: str) -> bool:
    return bool(re.fullmatch(r"[\d\s.,/]+", text))


def _spans(sheet: Sheet) -> dict[int, dict[int, range]]:
    """Return the columns of cells merged across columns, by row and first column."""
    found: dict[int, dict[int, range]] = {}
    for each in sheet.merged:
        if each.last_column > each.first_column and each.last_row - each.first_row < _FIRST_ROWS + 2:
            for number in range(each.first_row, each.last_row + 1):
                span = range(each.first_column, each.last_column + 1)
                found.setdefault(number, {})[each.first_column] = span
    return found


def _labels(
    block: Sequence[int], rows: Mapping[int, Mapping[int, Cell]], spans: Mapping[int, Mapping[int, range]]
) -> dict[int, tuple[str, ...]]:
    columns = sorted({column for number in block for column in rows[number]} | _spanned(block, spans))
    labels: dict[int, list[str]] = {column: [] for column in columns}
    for number in block:
        shown = _expanded(number, rows, spans, columns, is_last=number == block[-1])
        for column, text in shown.items():
            if text and (not labels[column] or labels[column][-1] != text):
                labels[column].append(text)
    return {column: tuple(found) for column, found in labels.items() if found}


def _spanned(block: Sequence[int], spans: Mapping[int, Mapping[int, range]]) -> set[int]:
    return {column for number in block for span in spans.get(number, {}).values() for column in span}


def _expanded(
    number: int,
    rows: Mapping[int, Mapping[int, Cell]],
    spans: Mapping[int, Mapping[int, range]],
    columns: Sequence[int],
    *,
    is_last: bool,
) -> dict[int, str]:
    """Return a header row's text over each column; a merged label, or one before empty cells, covers them all."""
    cells = rows[number]
    merged = spans.get(number, {})
    shown = {column: " ".join(cell.text.split()) for column, cell in cells.items() if cell.text.strip()}
    for first, span in merged.items():
        if first in shown:
            shown.update(dict.fromkeys(span, shown[first]))
    if merged or is_last:
        return shown
    current = ""
    for column in columns:
        current = shown.get(column, current)
        shown.setdefault(column, current)
    return shown
