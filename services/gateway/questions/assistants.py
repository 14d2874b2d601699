"""The assistants that can be asked by name: each stands for a plan of retrieval and generation."""

from dataclasses import dataclass, field
from datetime import date

from shared.contracts.backends import Registry
from shared.contracts.confidentiality import Confidentiality
from shared.contracts.questions import Plan
from shared.errors import UnknownAssistant

_LONGEST_NAME_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Assistant:
    """`id` is what clients call it; its name and description are in the catalogues under `assistants.<id>`.

    `backend` writes its answers; None: the deployment's default.
    """

    id: str
    since: date
    plan: Plan = field(default_factory=Plan)
    backend: str | None = None

    def plan_for(
        self, wanted: str | None, confidentiality: Confidentiality, backends: Registry, *, streamed: bool
    ) -> Plan:
        """Its plan for one question; its `backend` writes unless the person names another.

        Raises:
            UnknownBackend, BackendNotAllowed: the one that the person names cannot take this question.
        """
        chosen = backends.choose(wanted, self.backend, confidentiality)
        generation = self.plan.generation.model_copy(
            update={"backend": chosen, "confidentiality": confidentiality, "streamed": streamed}
        )
        return self.plan.model_copy(update={"generation": generation})


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
