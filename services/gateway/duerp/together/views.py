"""From what became of many entries to the JSON of the API."""

from collections.abc import Sequence

from services.gateway.duerp.together.model import Told
from shared.contracts.base import Failure
from shared.http_api.duerp.together import EntryOutcome, Outcome, TogetherView
from shared.http_api.problems import describe


def together_view(told: Sequence[Told], language: str) -> TogetherView:
    outcomes = [
        EntryOutcome(id=each.id, outcome=each.outcome, revision=each.revision, reason=_reason(each, language))
        for each in told
    ]
    return TogetherView(done=sum(each.outcome is Outcome.DONE for each in outcomes), outcomes=outcomes)


def _reason(told: Told, language: str) -> str:
    if told.error is None:
        return ""
    return describe(Failure(code=told.error.code, params=told.error.params), language)
