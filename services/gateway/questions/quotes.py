"""Words in answers that are no longer for their reader: found, and taken out. Pure."""

from collections.abc import Collection
from uuid import UUID

from services.gateway.questions.model import QuestionRecord
from shared.contracts.identities import parse_passage_id
from shared.contracts.questions import Notice, Outcome

WITHDRAWN = "source-withdrawn"
OUT_OF_REACH = "source-out-of-reach"
"""The codes of the notices that say so: a document was withdrawn, or is of a scope that the person reads no more."""


def cited_versions(outcome: Outcome | None) -> frozenset[UUID]:
    """Return the versions whose words an answer may hold: those it cites, and those of what was found for it."""
    if outcome is None:
        return frozenset()
    return frozenset(parsed[0] for each in _passages(outcome) if (parsed := parse_passage_id(each)) is not None)


def without_words(outcome: Outcome, versions: Collection[UUID], notice: str = WITHDRAWN) -> Outcome:
    """Return the outcome without a word of these versions, and with a notice that says so.

    Which words of the answer are whose cannot be told, neither in what a model wrote nor in an abstention that says
    what was looked at: the text goes as a whole. What other documents are cited for stays among the citations.

    Args:
        notice: why they are gone.
    """

    def is_gone(passage: str) -> bool:
        parsed = parse_passage_id(passage)
        return parsed is not None and parsed[0] in versions

    if not any(map(is_gone, _passages(outcome))):
        return outcome
    citations = [each.model_copy(update=_NOTHING_SAID) if is_gone(each.passage) else each for each in outcome.citations]
    evidence = [
        each.model_copy(update={"article": None}) if is_gone(each.passage) else each for each in outcome.evidence
    ]
    told = any(is_gone(each.passage) for each in outcome.citations) or outcome.abstained
    changed: dict[str, object] = {"answer": "", "notice": Notice(code=notice)} if told else {}
    return outcome.model_copy(update={"citations": citations, "evidence": evidence, **changed})


def _passages(outcome: Outcome) -> set[str]:
    return {each.passage for each in outcome.citations} | {each.passage for each in outcome.evidence}


def shown(record: QuestionRecord, withdrawn: Collection[UUID], out_of_reach: Collection[UUID] = ()) -> QuestionRecord:
    """Return the record as it may be shown to somebody who may not read these versions, or nobody may any more.

    Of what is out of reach it is not told whether it was withdrawn since.
    """
    if record.outcome is None:
        return record
    left = without_words(record.outcome, withdrawn)
    return record.model_copy(update={"outcome": without_words(left, out_of_reach, OUT_OF_REACH)})


_PLACES = ("article", "version_id", "in_force_from", "page", "page_label", "sheet", "row", "cells", "source_url")
_NOTHING_SAID = {**dict.fromkeys(_PLACES), "title": "", "quote": ""}
