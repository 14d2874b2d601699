"""Findings in words: fields, families and kinds of personal data by what people call them, and never by their ids."""

from collections.abc import Callable, Mapping

from shared.duerp.families import family_labels
from shared.language.catalogue import Catalogue, supported

_BETWEEN = " | "
"""Between families: their labels have commas."""

_catalogue = Catalogue()


def message_of(code: str, params: Mapping[str, str], language: str) -> str:
    """Return what a finding tells (`duerp.import.codes.<code>` of the catalogues); an id that nobody knows as it is."""
    shown = {name: _SHOWN[name](text, language) if name in _SHOWN else text for name, text in params.items()}
    return _catalogue.text(language, f"duerp.import.codes.{code}", **shown)


def _families(ids: str, language: str) -> str:
    """Return the labels of families whose ids are told with commas between them."""
    labels = family_labels(supported(language))
    return _BETWEEN.join(labels.get(each, each) for each in ids.split(", "))


def _named(group: str) -> Callable[[str, str], str]:
    def named(name: str, language: str) -> str:
        key = f"duerp.import.{group}.{name}"
        return _catalogue.text(language, key) if _catalogue.has(key) else name

    return named


_SHOWN: Mapping[str, Callable[[str, str], str]] = {
    "field": _named("fields"),
    "kind": _named("personal"),
    "family": _families,
    "candidates": _families,
}
"""How a parameter that names something of ours is told, by its name."""
