"""Consultations whose opinion is late. Pure."""

from datetime import date, timedelta

from shared.http_api.duerp.programme import Consultation

USUAL_DELAY = timedelta(days=30)
"""After which an opinion is late where nobody said when it is expected: the month that R2312-6 gives a CSE."""


def late_since(consultation: Consultation, today: date) -> date | None:
    """Return the last day on which a missing opinion was in time; None where there is one, or time is left."""
    given = consultation.opinion is not None or bool(consultation.opinion_text.strip())
    if given or consultation.sent_on is None:
        return None
    expected = consultation.expected_on or consultation.sent_on + USUAL_DELAY
    return expected if expected < today else None
