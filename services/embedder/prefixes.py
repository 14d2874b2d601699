"""What a model wants before each text. Some models are trained with it, and are worse without."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prefixes:
    """Put before a question, and before a passage."""

    query: str = ""
    passage: str = ""


NONE = Prefixes()

E5 = Prefixes("query: ", "passage: ")
"""Of the models called e5. Source: https://huggingface.co/intfloat/multilingual-e5-small"""

_PASSAGE_PROMPTS = ("passage", "document")
"""Names under which models keep the prompt of what is to be found; sentence-transformers looks for both."""


def prefixes_for(name: str, set_for_it: tuple[str, str] | None, prompts: Mapping[str, str] | None = None) -> Prefixes:
    """The prefixes of a model: those that the operator set, else the model's own prompts, else those of its family.

    Args:
        set_for_it: for questions and for passages.
        prompts: that come with the model, by their names.
    """
    if set_for_it is not None:
        return Prefixes(*set_for_it)
    own = {kind: prompt for kind, prompt in (prompts or {}).items() if prompt}
    if own:
        passage = next((own[kind] for kind in _PASSAGE_PROMPTS if kind in own), "")
        return Prefixes(own.get("query", ""), passage)
    return E5 if "e5" in name.lower() else NONE
