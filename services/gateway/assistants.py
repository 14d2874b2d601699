"""The assistants that can be asked by name: each stands for a plan of retrieval and generation."""

from dataclasses import dataclass, field
from datetime import date

from shared.errors import UnknownAssistant
from shared.messages import Plan

_LONGEST_NAME_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Assistant:
    """`id` is what clients call it; its name and description are in the catalogues under `assistants.<id>`."""

    id: str
    since: date
    plan: Plan = field(default_factory=Plan)


ASSISTANTS = (Assistant("vigie", since=date(2026, 11, 24)),)


def assistant_named(name: str) -> Assistant:
    """The assistant of this id.

    Raises:
        UnknownAssistant: there is none.
    """
    for assistant in ASSISTANTS:
        if assistant.id == name:
            return assistant
    raise UnknownAssistant(model=name[:_LONGEST_NAME_SHOWN], known=", ".join(each.id for each in ASSISTANTS))
