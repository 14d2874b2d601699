"""A citation's source in words: its name, where in it the words stand, and whose document it is (S23). Pure."""

from collections.abc import Iterable
from typing import Protocol

from shared.contracts.passages import Origin
from shared.contracts.questions import Citation
from shared.language.catalogue import Catalogue
from shared.language.names import one_line

_catalogue = Catalogue()

_PLACES = {"article": "number", "page": "page", "sheet": "sheet", "row": "row", "cells": "cells"}


class Sourced(Protocol):
    """A citation or a passage."""

    @property
    def title(self) -> str: ...

    @property
    def scope(self) -> str | None: ...

    @property
    def origin(self) -> Origin | None: ...


class Owned(Protocol):
    """What says whose document it is of."""

    @property
    def scope(self) -> str | None: ...

    @property
    def origin(self) -> Origin | None: ...


class Standing(Owned, Protocol):
    """What a line of a DUERP stands on."""

    @property
    def typed(self) -> bool: ...

    @property
    def withdrawn(self) -> bool: ...


def cited_once(citations: Iterable[Citation]) -> list[Citation]:
    """Return the first citation of each number, for a list of sources: quotes of one passage have the same number."""
    first: dict[int, Citation] = {}
    for citation in citations:
        first.setdefault(citation.n, citation)
    return list(first.values())


def places(source: Sourced, language: str) -> list[str]:
    """Article, page or place in a workbook, in words."""
    found = ((name, {field: getattr(source, name)}) for name, field in _PLACES.items())
    label = getattr(source, "page_label", None)
    return [
        one_line(_catalogue.text(language, f"answers.reference.{key}", **values))
        for name, value in found
        for key, values in [("page-label", {**value, "label": label}) if name == "page" and label else (name, value)]
        if None not in values.values()
    ]


def reference(source: Sourced, language: str) -> str:
    """Title, then article, page or place in a workbook; one line."""
    return ", ".join([one_line(source.title), *places(source, language)])


def provenance(source: Owned, language: str) -> str:
    """Whose document it is, and for a text of the public corpus from when on it is in force; one line."""
    owner = (source.scope or "").partition(":")[2]
    words = [_catalogue.text(language, f"answers.origin.{source.origin or 'untold'}", owner=owner)]
    if source.origin in {None, Origin.CORPUS} and (day := getattr(source, "in_force_from", None)):
        words.append(_catalogue.text(language, "answers.reference.in-force-from", date=str(day)))
    return one_line(", ".join(words))


def standing(evidence: Standing, language: str) -> str:
    """Whose document a line of a DUERP stands on, and whether a person typed what is said of it; one line."""
    if evidence.withdrawn:
        return _catalogue.text(language, "answers.origin.withdrawn")
    typed = [_catalogue.text(language, "answers.origin.typed")] if evidence.typed else []
    if typed and evidence.origin is None:
        return typed[0]
    return ", ".join([provenance(evidence, language), *typed])
