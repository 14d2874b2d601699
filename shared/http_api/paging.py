"""The page of a list, as every list of the API takes it."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from shared.http_api.written import DIGITS

_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written(moment: object) -> object:
    """Return the moment if it is written as a date with or without a time: pydantic takes numbers for Unix times.

    Raises:
        ValueError: it is written otherwise.
    """
    if isinstance(moment, datetime) or (isinstance(moment, str) and _DATE.match(moment)):
        return moment
    raise ValueError("no date")


def _in_utc(moment: datetime) -> datetime:
    """Return the moment in UTC, as which it is taken when it has no zone.

    Raises:
        ValueError: it is out of the calendar there.
    """
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of the calendar") from error


Moment = Annotated[datetime, BeforeValidator(_written), AfterValidator(_in_utc)]
"""A point in time that any zone and any database can write down."""


class Page(BaseModel):
    """Which part of a list to read: at most `limit` entries behind `after`."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=1000), DIGITS] = 100
    after: str | None = Field(default=None, max_length=1000, description="`next` of the page before")
