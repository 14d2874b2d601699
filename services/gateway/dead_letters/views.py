"""From records of dead letters to the JSON of the API (shared/http_api)."""

from services.gateway.database.ports import fields_of
from services.gateway.dead_letters.model import LetterRecord
from shared.contracts.base import Failure
from shared.http_api.dead_letters import DeadLetterView
from shared.http_api.problems import title

_FIELDS = frozenset(DeadLetterView.model_fields) - {"title", "url"}


def dead_letter_view(record: LetterRecord, language: str) -> DeadLetterView:
    """The letter, with its error's class in the reader's language."""
    named = title(Failure(code=record.code), language)
    return DeadLetterView(**fields_of(record, _FIELDS), title=named, url=f"/v1/dead-letters/{record.id}")
