"""Title and detail of a problem (RFC 9457), in the reader's language."""

from shared.contracts.base import Failure
from shared.language.catalogue import Catalogue
from shared.language.names import one_line

_catalogue = Catalogue()


def title(failure: Failure, language: str) -> str:
    """The kind of problem, in a few words; the code itself where a later version told one that is not known here."""
    key = f"problems.{failure.code}"
    return _catalogue.text(language, key) if _catalogue.has(key) else failure.code


def describe(failure: Failure, language: str) -> str:
    """The sentence for a failure; its `reason`, where it has one, in words too. Names in it are of one line (S22)."""
    params = {name: one_line(value) if isinstance(value, str) else value for name, value in failure.params.items()}
    reason = f"reasons.{params.get('reason', '')}"
    if _catalogue.has(reason):
        params["reason"] = _catalogue.text(language, reason, **params)
    return _catalogue.text(language, f"errors.{failure.code}", **params)
