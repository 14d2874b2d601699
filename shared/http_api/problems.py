"""Title and detail of a problem (RFC 9457), in the reader's language."""

from shared.contracts.base import Failure
from shared.language.catalogue import Catalogue

_catalogue = Catalogue()


def title(failure: Failure, language: str) -> str:
    """The kind of problem, in a few words."""
    return _catalogue.text(language, f"problems.{failure.code}")


def describe(failure: Failure, language: str) -> str:
    """The sentence for a failure; its `reason`, where it has one, in words too."""
    params = dict(failure.params)
    reason = f"reasons.{params.get('reason', '')}"
    if _catalogue.has(reason):
        params["reason"] = _catalogue.text(language, reason, **params)
    return _catalogue.text(language, f"errors.{failure.code}", **params)
