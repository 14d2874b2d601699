"""From drafted lines to the JSON of the API."""

from collections.abc import Sequence

from services.gateway.drafts.service import Proposal, Proposed, Reading
from services.gateway.duerp.views import url_of
from shared.http_api.duerp.drafts import AbsentFamily, DraftedLine, DraftView, MeasureToTake
from shared.language.catalogue import Catalogue

_catalogue = Catalogue()


def line_view(proposed: Proposed, unit: str) -> DraftedLine:
    """Return a line as it was drafted, with the evidence that the entry has."""
    line, entry = proposed.line, proposed.entry
    return DraftedLine(
        number=proposed.number,
        line=entry.id,
        url=url_of(entry.kind, unit, entry.id),
        family=line.family,
        hazard=line.hazard,
        situation=line.situation,
        because=line.because,
        likeness=line.likeness,
        model=line.model,
        measures=[MeasureToTake(what=each.what, rank=each.rank) for each in line.measures],
        existing=[MeasureToTake(what=each.what, rank=each.rank) for each in line.existing],
        articles=list(line.articles),
        to_check=list(line.to_check),
        evidence=proposed.content.evidence,
    )


def draft_view(
    proposal: Proposal, lines: Sequence[Proposed], unit: str, language: str, *, searched: bool = False
) -> DraftView:
    """Return a draft.

    Args:
        lines: as they are now.
        searched: whether their evidence was looked for; it is told where some have none then.
    """
    draft = proposal.draft
    bare = sum(not each.content.evidence for each in lines) if searched else 0
    return DraftView(
        unit=unit,
        work_unit=proposal.work_unit,
        lines=[line_view(each, unit) for each in lines],
        already=proposal.already,
        rejected=proposal.rejected,
        no_risk=[AbsentFamily(family=each.family, because=each.because) for each in draft.no_risk],
        not_assessed=list(draft.not_assessed),
        questions=list(draft.questions),
        by_words_alone=proposal.reading.by_words_alone,
        model=proposal.reading.model,
        model_away=proposal.reading.model_away,
        dropped=proposal.reading.dropped,
        notice=_notice(language, proposal.reading, bare),
    )


def _notice(language: str, reading: Reading, bare: int) -> str | None:
    said = [_catalogue.text(language, "duerp.draft.by-words-alone")] if reading.by_words_alone else []
    said += [_catalogue.text(language, "duerp.draft.model-away")] if reading.model_away else []
    said += [_catalogue.text(language, "duerp.draft.dropped", count=reading.dropped)] if reading.dropped else []
    said += [_catalogue.text(language, "duerp.draft.bare", count=bare)] if bare else []
    return " ".join(said) or None
