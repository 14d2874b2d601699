"""What the clauses of a description are like, all of them together: each family at the clause that is most like it."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.duerp.drafting.draft import Draft
from shared.duerp.drafting.lexicon import Lexicon, lexicon
from shared.duerp.drafting.likeness import Alike, Likeness, Vector, likeness, measured
from shared.duerp.drafting.pieces import Clause
from shared.duerp.drafting.words import words_of
from shared.language.detection import language_of_text

_GERMAN = "de"


@dataclass(frozen=True, slots=True)
class _Words:
    """What words say of a clause: whether one tells of a family, families hinted at, families that are ruled out."""

    told: bool
    hints: frozenset[str]
    covered: frozenset[str]


def alike_of(
    draft: Draft, description: str, vectors: Mapping[Clause, Vector], reader: Likeness | None = None
) -> dict[Clause, list[Alike]]:
    """Return the families that no word tells of and that a description is like enough, by the clause that says so.

    Args:
        draft: of this description, by its words.
        vectors: of its clauses, as the model embeds a question, shape (dimension,).
        reader: the shipped classifiers if none are given.
    """
    if not vectors:
        return {}
    reader = reader or likeness()
    known_words = lexicon(german=language_of_text(description) == _GERMAN)
    words = {clause: _words(description, clause, known_words) for clause in vectors}
    scores = {clause: reader.clause.scores_of(vector) for clause, vector in vectors.items()}
    mean = [sum(column) / len(vectors) for column in zip(*vectors.values(), strict=True)]
    of_mean, of_whole = reader.clause.scores_of(mean), reader.whole.scores_of(mean)
    told = {line.family for line in draft.lines}
    found: dict[Clause, list[Alike]] = {}
    for family in of_mean.keys() - told - {each.family for each in (*draft.no_risk, *draft.planned)}:
        open_clauses = [clause for clause in vectors if family not in words[clause].covered]
        if not open_clauses:
            continue
        of_family = {clause: scores[clause][family] for clause in open_clauses}
        probability = reader.probability(
            measured(
                scores=[*of_family.values()],
                untold=[of_family[each] for each in open_clauses if not words[each].told],
                mean=of_mean[family],
                whole=of_whole[family],
                hint=float(any(family in each.hints for each in words.values())),
                clauses=len(vectors),
                lines=len(told),
            )
        )
        if probability >= reader.least:
            found.setdefault(max(of_family, key=of_family.__getitem__), []).append(Alike(family, round(probability, 2)))
    return found


def _words(description: str, clause: Clause, known: Lexicon) -> _Words:
    words, capitals = [*words_of(description, clause.start, clause.end)], description.isupper()
    found = [*known.found_in(words, capitals=capitals)]
    return _Words(
        told=any(not each.is_hint for each in found),
        hints=frozenset(each.hazard.family for each in found if each.is_hint),
        covered=frozenset(hazard.family for hazard in known.covered_in(words, capitals=capitals)),
    )
