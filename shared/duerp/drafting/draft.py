"""A draft of a work unit's lines from its description, with the words that say so; what is absent, what is not said."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from shared.duerp.drafting.checks import people_told, to_check
from shared.duerp.drafting.clauses import clauses_of
from shared.duerp.drafting.families import LANGUAGES, proposals
from shared.duerp.drafting.lexicon import Hazard, lexicon
from shared.duerp.drafting.pieces import Clause, Reading
from shared.duerp.drafting.protections import Told, protections_told
from shared.duerp.drafting.questions import questions_of
from shared.duerp.drafting.trades import is_laboratory, measures_for
from shared.duerp.drafting.words import Word, words_of
from shared.duerp.families import risk_families
from shared.language.detection import language_of_text
from shared.language.sentences import sentence_spans

MOST_QUIET = 4
"""Lines of a unit without a technical hazard."""

_GERMAN = "de"
SCREENS, _ORGANISATION, OUTSIDE = "screens", "psychosocial", "outside_companies"

MOST_BECAUSE_CHARS = 160
_MOST_SITUATION_CHARS = 400
_AROUND = 8
"""Words kept on each side of what was found in a long clause."""

_A_TERM = 2
_ENOUGH = 2
"""Points of a hazard that make a line: a term has two, a hint one."""


@dataclass(frozen=True, slots=True)
class DraftMeasure:
    """A measure in words; `rank`: the number of its principle in L4121-2."""

    what: str
    rank: int


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A proposed line; `because` is a piece of the description, verbatim.

    `existing`: measures that the description says are there, with its words; nobody has checked them. `to_check`: what
    the law may bar or bind to conditions for people whom the description names, with its articles.
    `likeness`: how like its clause is to others of the family, 0 to 1, where no word tells of it; None: words do.
    `model`: the language model that reads it there; empty: none.
    """

    family: str
    hazard: str
    situation: str
    because: str
    measures: Sequence[DraftMeasure]
    articles: Sequence[str]
    likeness: float | None = None
    model: str = ""
    existing: Sequence[DraftMeasure] = ()
    to_check: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Absent:
    """A family that the description denies, leaves to others, tells to be gone or to come, with its words."""

    family: str
    because: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read in a description.

    Attributes:
        no_risk: families that are said to be absent; a person confirms them.
        not_assessed: families of which nothing is said, or no more than that they are to come.
        questions: five at most, those that matter most first.
        planned: families that only a plan names; they are asked about, and neither proposed nor without risk.
    """

    language: str
    lines: Sequence[DraftLine]
    no_risk: Sequence[Absent]
    not_assessed: Sequence[str]
    questions: Sequence[str]
    planned: Sequence[Absent] = ()


@dataclass(slots=True)
class _Case:
    """What tells of a hazard: points, and the first place of a term (of a hint where there is no term)."""

    points: int = 0
    phrases: set[tuple[str, ...]] = field(default_factory=set)
    place: tuple[Clause, Word, Word] | None = None
    by_term: bool = False


def drafted(description: str, language: str | None = None) -> Draft:
    """Return a draft of a work unit; the time that it takes is linear in the description's length.

    Args:
        language: of the texts (`fr`, `en`, `de`); that of the description if it is not said.
    """
    language = language or language_of_text(description) or LANGUAGES[0]
    said, absent, planned = _cases(description)
    chosen = _chosen(said)
    sentences = sentence_spans(description)
    in_lab = is_laboratory(description)
    lines = [_line(description, sentences, hazard, case, language, laboratory=in_lab) for hazard, case in chosen]
    lines = with_existing(lines, description, language)
    present = {line.family for line in lines} | {hazard.family for hazard, case in said.items() if case.by_term}
    gone = {family: because for family, because in absent.items() if family not in present}
    families = [family.id for family in risk_families()]
    to_come = {each: because for each, because in planned.items() if each not in present and each not in gone}
    return Draft(
        language=language,
        lines=lines,
        no_risk=[Absent(family, gone[family]) for family in families if family in gone],
        not_assessed=[each for each in families if each not in gone and each not in {line.family for line in lines}],
        questions=questions_of(description, {line.family for line in lines}, language, to_come),
        planned=[Absent(family, to_come[family]) for family in families if family in to_come],
    )


def families_told(text: str) -> frozenset[str]:
    """Return the families that a text tells of, as the lines of its draft have them."""
    said, *_ = _cases(text)
    return frozenset(hazard.family for hazard, _ in _chosen(said))


def _cases(description: str) -> tuple[dict[Hazard, _Case], dict[str, str], dict[str, str]]:
    """Return what tells of each hazard, and the clause that denies each family or tells it to be gone, or to come."""
    said: dict[Hazard, _Case] = defaultdict(_Case)
    absent: dict[str, str] = {}
    planned: dict[str, str] = {}
    capitals, words_known = description.isupper(), lexicon(german=language_of_text(description) == _GERMAN)
    for clause in clauses_of(description):
        words = [*words_of(description, clause.start, clause.end)]
        if clause.reading is Reading.BY_COMPANY and words:
            _add(said[_company()], ("company",), (clause, words[0], words[-1]), is_hint=False)
        for found in words_known.found_in(words, capitals=capitals):
            if _says(clause, found.hazard):
                phrase = tuple(word.form for word in words[found.first : found.after])
                place = (clause, words[found.first], words[found.after - 1])
                _add(said[found.hazard], phrase, place, is_hint=found.is_hint)
            elif not found.is_hint:
                others = planned if clause.reading is Reading.PLANNED else absent
                others.setdefault(found.hazard.family, description[clause.start : clause.end])
    return said, absent, planned


def _says(clause: Clause, hazard: Hazard) -> bool:
    """Return whether a clause that names a hazard says that it is here; a company that comes is."""
    if clause.reading is Reading.BY_COMPANY:
        return hazard.family == OUTSIDE
    return clause.reading is Reading.SAID


def _company() -> Hazard:
    return next(each for each in lexicon().hazards if each.family == OUTSIDE)


def _add(case: _Case, phrase: tuple[str, ...], place: tuple[Clause, Word, Word], *, is_hint: bool) -> None:
    if phrase in case.phrases:
        return
    case.phrases.add(phrase)
    case.points += 1 if is_hint else _A_TERM
    if case.place is None or (not is_hint and not case.by_term):
        case.place = place
    case.by_term = case.by_term or not is_hint


def _chosen(said: dict[Hazard, _Case]) -> list[tuple[Hazard, _Case]]:
    """Return the hazards that get a line, in the order of the families; of a quiet unit the best told."""
    quiet = proposals().quiet
    technical = any(case.by_term and hazard.family not in quiet for hazard, case in said.items())
    chosen = [(hazard, case) for hazard, case in said.items() if case.points >= _ENOUGH]
    if not technical:
        chosen = _with_organisation(chosen)
        chosen = sorted(chosen, key=lambda each: (-each[1].points, each[0].number))[:MOST_QUIET]
    return sorted(chosen, key=lambda each: each[0].number)


def _with_organisation(chosen: list[tuple[Hazard, _Case]]) -> list[tuple[Hazard, _Case]]:
    """Add how the work is organised where work at a screen alone is told: an office has that too (L4121-2, 7°)."""
    if [hazard.family for hazard, _ in chosen] != [SCREENS]:
        return chosen
    organisation = next(each for each in lexicon().hazards if each.family == _ORGANISATION)
    return [*chosen, (organisation, chosen[0][1])]


def _line(
    description: str,
    sentences: Sequence[tuple[int, int]],
    hazard: Hazard,
    case: _Case,
    language: str,
    *,
    laboratory: bool,
) -> DraftLine:
    assert case.place is not None  # a case has points
    clause, first, last = case.place
    return DraftLine(
        family=hazard.family,
        hazard=hazard.label[language],
        situation=situation_of(description, sentences, first.start),
        because=_because(description, clause, first, last),
        measures=measures_of(hazard.family, language, laboratory=laboratory),
        articles=proposals().articles[hazard.family],
    )


def _because(description: str, clause: Clause, first: Word, last: Word) -> str:
    """Return the clause, or of a long one some words around what was found."""
    if clause.end - clause.start <= MOST_BECAUSE_CHARS:
        return description[clause.start : clause.end]
    before = [*words_of(description, max(clause.start, first.start - MOST_BECAUSE_CHARS), first.start)][-_AROUND:]
    after = [*words_of(description, last.end, min(clause.end, last.end + MOST_BECAUSE_CHARS))][:_AROUND]
    return description[(before[0] if before else first).start : (after[-1] if after else last).end]


def measures_of(family: str, language: str, *, laboratory: bool) -> list[DraftMeasure]:
    """Return what may be done about a family, in the order of L4121-2; `laboratory`: the description is one's."""
    measures = measures_for(family, laboratory=laboratory)
    return [DraftMeasure(each.what[language], each.rank) for each in measures]


def with_existing(
    lines: Sequence[DraftLine], description: str, language: str, families: frozenset[str] | None = None
) -> list[DraftLine]:
    """Return lines with what a description says is there against them, and what is to be checked for its people.

    Args:
        families: with a line; those of the lines where none are named.
    """
    told, people = protections_told(description, language), people_told(description)
    families = families if families is not None else frozenset(line.family for line in lines)
    return [
        replace(
            line,
            existing=[_existing(each) for each in told if line.family in each.families],
            to_check=to_check(line.family, people, families, language),
        )
        for line in lines
    ]


def _existing(told: Told) -> DraftMeasure:
    return DraftMeasure(f'{told.what} ("{told.because}")', told.rank)


def situation_of(description: str, sentences: Sequence[tuple[int, int]], at: int) -> str:
    """Return the sentence of a place, or the part of a long one around it."""
    start, end = next(span for span in sentences if span[0] <= at < span[1])
    if end - start > _MOST_SITUATION_CHARS:
        start = max(start, at - _MOST_SITUATION_CHARS // 2)
        end = min(end, start + _MOST_SITUATION_CHARS)
    return description[start:end].strip()


def extended(draft: Draft, description: str, added: Sequence[DraftLine]) -> Draft:
    """Return a draft with more lines behind its own."""
    families = frozenset(line.family for line in (*draft.lines, *added))
    lines = with_existing([*draft.lines, *added], description, draft.language, families)
    return replace(
        draft,
        lines=lines,
        not_assessed=[each for each in draft.not_assessed if each not in families],
        questions=questions_of(
            description, families, draft.language, {each.family: each.because for each in draft.planned}
        ),
    )


def is_quiet(lines: Sequence[DraftLine]) -> bool:
    """Return whether no line is technical, so that few are enough."""
    return all(line.family in proposals().quiet for line in lines)
