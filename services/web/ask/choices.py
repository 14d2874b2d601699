"""Who may write answers, where there is a choice, and how far a question may go (ADR 66)."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from shared.client import Problem, UnexpectedResponse, VigieClient
from shared.contracts.confidentiality import Confidentiality
from shared.http_api.backends import BackendView
from shared.language.names import one_line

_LIVES_S = 60
"""Backends are the deployment's: a page that asks again each minute is never far behind."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who may write answers: a model, or quotes alone where `model` is empty; `classes`: what it may see."""

    name: str
    model: str
    classes: Sequence[str]
    is_default: bool
    sees_all: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person may choose for a question, and what they chose; without a choice both are empty."""

    writers: Sequence[Writer] = ()
    classes: Sequence[str] = ()
    backend: str = ""
    confidentiality: str = Confidentiality.CONFIDENTIAL.value

    @property
    def is_made(self) -> bool:
        """Whether the person chose something else than what is there at first."""
        return bool(self.backend) or self.confidentiality != Confidentiality.CONFIDENTIAL.value


def choice_of(backends: Sequence[BackendView], backend: str = "", confidentiality: str = "") -> Choice:
    """Return what there is to choose: who writes, where there are several; a class, where that changes who may see."""
    writers = [
        Writer(
            each.name,
            one_line(each.model or each.name) if each.mode != "extractive" else "",
            [one.value for one in each.classes],
            each.default,
            sees_all=set(each.classes) == set(Confidentiality),
        )
        for each in backends
    ]
    classes = [] if all(each.sees_all for each in writers) else [each.value for each in reversed(Confidentiality)]
    chosen = backend if backend in {each.name for each in writers} else ""
    return Choice(
        writers if len(writers) > 1 else (),
        classes,
        chosen,
        confidentiality if confidentiality in classes else Confidentiality.CONFIDENTIAL.value,
    )


class KnownBackends:
    """The deployment's generation backends, asked for once a minute: they are the same for everybody who is signed in.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: Sequence[BackendView] = ()
        self._until = float("-inf")

    async def all(self, client: VigieClient) -> Sequence[BackendView]:
        """Return the backends; none where the gateway does not tell, so that a question can be asked all the same."""
        if self._clock() >= self._until:
            try:
                self._told = await client.backends()
            except (Problem, UnexpectedResponse, httpx.HTTPError):
                return ()
            self._until = self._clock() + _LIVES_S
        return self._told
