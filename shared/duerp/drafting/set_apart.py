"""Chunks that tell of plans (plans.py), of what a company does, or of what neighbours have (others.py)."""

from shared.duerp.drafting.others import (
    is_by_company,
    is_of_neighbours,
    is_tended,
    says_a_company_does_it,
    says_not_us,
)
from shared.duerp.drafting.patterns import IS_NAMED_FIRST, NONE_OF_IT
from shared.duerp.drafting.pieces import Chunk, Reading, whole
from shared.duerp.drafting.plans import (
    is_heading_of_plans,
    is_of_what_was_named,
    is_planned,
    may_come,
    says_when_it_comes,
)

_FEW_WORDS = 3
_JOINS = frozenset({"et", "and", "und"})
_APART = frozenset({":", "(", "-", "\u2013", "\u2014"})


def set_apart(plain: str, chunk: Chunk, earlier: list[Chunk]) -> Reading | None:
    """Return how a chunk is read that tells of plans, companies or neighbours; the one before it may be read so too."""
    text = plain[chunk.start : chunk.end]
    named = plain[earlier[-1].start : earlier[-1].end] if earlier else ""
    if named and (says_not_us(text) or (NONE_OF_IT.fullmatch(text) and _is_topic(named))):
        return _both(earlier[-1], Reading.DENIED)
    if named and says_when_it_comes(text) and may_come(named):
        return _both(earlier[-1], Reading.PLANNED)
    if named and says_a_company_does_it(text, is_apart=chunk.before in _APART) and not is_tended(named):
        _both(earlier[-1], Reading.DENIED)
        return Reading.BY_COMPANY
    if is_planned(text) or (named and chunk.before == ":" and is_heading_of_plans(named)):
        if named and is_of_what_was_named(text) and may_come(named):
            _both(earlier[-1], Reading.PLANNED)
        return Reading.PLANNED
    if is_by_company(text):
        if named and _is_about(chunk, named, text) and IS_NAMED_FIRST.fullmatch(named) and not is_tended(named):
            _both(earlier[-1], Reading.DENIED)
        return Reading.BY_COMPANY
    return Reading.DENIED if is_of_neighbours(text) else None


def _is_about(chunk: Chunk, named: str, text: str) -> bool:
    """Return whether a chunk that tells of a company may say so of the one before it."""
    if named.lstrip().startswith(("pour ", "for ")):
        return True
    return chunk.before in _JOINS | _APART or " qui " in text or text.lstrip().startswith(("passage", "intervention"))


def _is_topic(named: str) -> bool:
    """Return whether a chunk names something and says nothing of it."""
    return IS_NAMED_FIRST.fullmatch(named) is not None or len(named.split()) <= _FEW_WORDS


def _both(before: Chunk, reading: Reading) -> Reading:
    """Read what a chunk says of the one before it, where that says something."""
    if before.pieces[-1].reading is Reading.SAID:
        before.pieces = [whole(before, reading)]
    return reading
