"""Prefixes of questions and passages, which some models are trained with and are worse without."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prefixes:
    """Prefixes of a question and of a passage."""

    query: str = ""
    passage: str = ""


NONE = Prefixes()

E5 = Prefixes("query: ", "passage: ")
"""Prefixes of the models called e5. Source: https://huggingface.co/intfloat/multilingual-e5-small"""

_PASSAGE_PROMPTS = ("passage", "document")
"""Names of a model's prompt for passages; sentence-transformers looks for both."""


def prefixes_for(name: str, set_for_it: tuple[str, str] | None, prompts: Mapping[str, str] | None = None) -> Prefixes:
    """Return the prefixes of a model: those of the settings, else the model's own prompts, else those of its family.

    Args:
        name: the model's name.
        set_for_it: prefixes of questions and of passages in the settings.
        prompts: the model's own prompts, by their names.
    """
    if set_for_it is not None:
        return Prefixes(*set_for_it)
    own = {kind: prompt for kind, prompt in (prompts or {}).items() if prompt}
    if own:
        passage = next((own[kind] for kind in _PASSAGE_PROMPTS if kind in own), "")
        return Prefixes(own.get("query", ""), passage)
    return E5 if "e5" in name.lower() else NONE
