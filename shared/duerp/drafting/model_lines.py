"""A draft completed by what a language model reads, behind what words told and before likeness (ADR 72). Pure.

A model sees the clauses that say what is there, and no other; the one that it names becomes `because`, word for word.
What it says of a family that is denied, gone or planned, or that a neutral phrase of the clause rules out, is dropped.
"""

from collections.abc import Collection, Sequence

from shared.contracts.descriptions import ReadRisk
from shared.duerp.drafting.draft import Draft, DraftLine, extended, is_quiet, measures_of, situation_of
from shared.duerp.drafting.families import proposals
from shared.duerp.drafting.pieces import Clause
from shared.duerp.drafting.second_reading import of_quiet, ruled_out, text_of
from shared.duerp.drafting.trades import is_laboratory
from shared.language.sentences import sentence_spans


def with_model(
    draft: Draft, description: str, clauses: Sequence[Clause], risks: Sequence[ReadRisk], model: str
) -> tuple[Draft, int]:
    """Return a draft with the lines that a model adds, and how many of its risks were dropped.

    Args:
        draft: of this description, by its words.
        clauses: that the model was shown, in order.
        model: its name, kept with each line.
    """
    told = {line.family for line in draft.lines}
    kept: dict[str, ReadRisk] = {}
    dropped = 0
    for risk in risks:
        if not _is_borne_out(risk, draft, description, clauses):
            dropped += 1
        elif risk.family not in told:
            kept.setdefault(risk.family, risk)
    chosen = of_quiet(draft, [*kept]) if is_quiet(draft.lines) and not _is_technical(kept) else [*kept]
    sentences, laboratory = sentence_spans(description), is_laboratory(description)
    added = [
        DraftLine(
            family=family,
            hazard=kept[family].hazard,
            situation=situation_of(description, sentences, clauses[kept[family].clause - 1].start),
            because=text_of(description, clauses[kept[family].clause - 1]),
            measures=measures_of(family, draft.language, laboratory=laboratory),
            articles=proposals().articles[family],
            model=model,
        )
        for family in chosen
    ]
    return extended(draft, description, added), dropped


def _is_borne_out(risk: ReadRisk, draft: Draft, description: str, clauses: Sequence[Clause]) -> bool:
    """Return whether a risk names a family of ours and a clause, and nothing that is said speaks against it."""
    if risk.clause > len(clauses) or risk.family not in proposals().articles:
        return False
    absent = {each.family for each in (*draft.no_risk, *draft.planned)}
    return risk.family not in absent | ruled_out(description, clauses[risk.clause - 1])


def _is_technical(read: Collection[str]) -> bool:
    """Return whether a model reads several technical families where words told of none: it is no quiet unit."""
    return sum(family not in proposals().quiet for family in read) > 1
