"""A draft completed by likeness: what clauses are like that no word told (likeness.py), behind what words told.

A clause that denies, or tells of what is gone, is not compared; a family that is said to be absent is not proposed, nor
one that a neutral phrase of the clause rules out ("imprimante laser").
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from shared.duerp.drafting.clauses import clauses_of
from shared.duerp.drafting.draft import (
    MOST_BECAUSE_CHARS,
    MOST_QUIET,
    SCREENS,
    Draft,
    DraftLine,
    is_quiet,
    measures_of,
    situation_of,
    with_existing,
)
from shared.duerp.drafting.families import proposals
from shared.duerp.drafting.lexicon import lexicon
from shared.duerp.drafting.likeness import Alike
from shared.duerp.drafting.pieces import Clause, Reading
from shared.duerp.drafting.questions import questions_of
from shared.duerp.drafting.trades import is_laboratory
from shared.duerp.drafting.words import words_of
from shared.duerp.families import family_labels
from shared.language.sentences import sentence_spans

MOST_COMPARED = 200
"""Clauses of a description that are compared: those of 20,000 words would keep questions waiting."""


SURE = 0.5
"""Score of a technical family from which a unit is not quiet though no word tells so: of 190 units at first sight five
fewer had a recall under .6, and no quiet one had more lines than without."""


def clauses_to_compare(description: str) -> list[Clause]:
    """Return the clauses whose likeness is to be looked for, in order."""
    said = (each for each in clauses_of(description) if each.reading is Reading.SAID)
    return [each for each in said if any(map(str.isalpha, description[each.start : each.end]))][:MOST_COMPARED]


def text_of(description: str, clause: Clause) -> str:
    """Return the words of a clause, cut where it is long."""
    text = description[clause.start : clause.end]
    return text if len(text) <= MOST_BECAUSE_CHARS else text[:MOST_BECAUSE_CHARS].rsplit(maxsplit=1)[0]


def completed(draft: Draft, description: str, alike: Mapping[Clause, Sequence[Alike]]) -> Draft:
    """Return a draft with the lines that likeness adds behind it, the surest first.

    Args:
        draft: of this description, by its words.
        alike: what clauses of `clauses_to_compare` are like.
    """
    known = {line.family for line in draft.lines} | {each.family for each in (*draft.no_risk, *draft.planned)}
    best: dict[str, tuple[float, Clause]] = {}
    for clause, found in alike.items():
        covered = _ruled_out(description, clause)
        for each in found:
            if each.family not in known | covered and each.score > best.get(each.family, (0.0, clause))[0]:
                best[each.family] = (each.score, clause)
    chosen = sorted(best, key=lambda family: (-best[family][0], family))
    if is_quiet(draft.lines) and not is_technical({family: best[family][0] for family in chosen}, draft.lines):
        chosen = _of_quiet(draft, chosen)
    sentences = sentence_spans(description)
    added = [_line(draft.language, description, sentences, family, *best[family]) for family in chosen]
    families = frozenset(line.family for line in (*draft.lines, *added))
    lines = with_existing([*draft.lines, *added], description, draft.language, families)
    return replace(
        draft,
        lines=lines,
        not_assessed=[each for each in draft.not_assessed if each not in chosen],
        questions=questions_of(
            description,
            {line.family for line in lines},
            draft.language,
            {each.family: each.because for each in draft.planned},
        ),
    )


def is_technical(likely: Mapping[str, float], lines: Sequence[DraftLine]) -> bool:
    """Return whether likeness is sure of a technical family where words told of none, and of no office."""
    if any(line.family == SCREENS for line in lines):
        return False
    return any(score >= SURE and family not in proposals().quiet for family, score in likely.items())


def _of_quiet(draft: Draft, chosen: Sequence[str]) -> list[str]:
    """Return what likeness adds to a draft without a technical line: little, and to an office nothing technical."""
    is_office = any(line.family == SCREENS for line in draft.lines)
    kept = [each for each in chosen if not is_office or each in proposals().quiet]
    return kept[: max(0, MOST_QUIET - len(draft.lines))]


def _ruled_out(description: str, clause: Clause) -> frozenset[str]:
    words = [*words_of(description, clause.start, clause.end)]
    return frozenset(hazard.family for hazard in lexicon().covered_in(words, capitals=description.isupper()))


def _line(
    language: str,
    description: str,
    sentences: Sequence[tuple[int, int]],
    family: str,
    score: float,
    clause: Clause,
) -> DraftLine:
    """Return a line that says no more of its hazard than its family."""
    return DraftLine(
        family=family,
        hazard=family_labels(language)[family],
        situation=situation_of(description, sentences, clause.start),
        because=text_of(description, clause),
        measures=measures_of(family, language, laboratory=is_laboratory(description)),
        articles=proposals().articles[family],
        likeness=score,
    )
