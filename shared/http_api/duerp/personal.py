"""Personal data in what a person writes, pointed out: a DUERP is of work, not of persons. Pure."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pydantic import BaseModel

from shared.duerp.personal import names_a_person, personal_data_in
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import LineText, SharedRating, Statement
from shared.http_api.duerp.programme import Action, Event
from shared.http_api.duerp.unit import Element, WorkUnit

_ABOUT_WORK = (LineText, SharedRating, Statement, Action, Event, Element, WorkUnit)
_NAMES = frozenset({"responsible", "reference", "passage", "rated_by"})
"""Fields that are there for a name or an id."""


def personal_remarks(content: Content) -> list[str]:
    """Return the codes of what texts about work say of persons; a description of the unit names who holds what."""
    return sorted({code for text in texts_about_work(content) for code in text_remarks(text)})


def texts_about_work(content: Content) -> Iterator[str]:
    """Yield the texts of what is about work: fields that are there for a name are left out."""
    if isinstance(content, _ABOUT_WORK):
        yield from _texts(content)


@lru_cache(20_000)
def text_remarks(text: str) -> Sequence[str]:
    """Return what is pointed out about a text, at most one code."""
    if personal_data_in(text) is not None:
        return ("personal-data",)
    return ("person-named",) if names_a_person(text) else ()


def _texts(value: object, name: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if name not in _NAMES:
            yield value
    elif isinstance(value, BaseModel):
        for field, each in value:
            if each:
                yield from _texts(each, field)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, name)
