"""Spec of an embedding engine in settings, commands and messages: `onnx`, `hashing:128`, `st:FOLDER`, ..."""

import re
from dataclasses import dataclass
from typing import Literal, cast

from shared.errors import InvalidInput

EngineKind = Literal["onnx", "openvino", "hashing", "st", "openai"]

ENGINE_SYNTAX = "onnx, openvino, hashing[:DIMENSION], st:FOLDER, st:NAME, openai:NAME@URL"

_LONGEST = 300
_SPELLED = re.compile(
    r"(?P<built>onnx|openvino)|(?P<hashing>hashing)(?::(?P<dimension>[1-9][0-9]{0,3}))?"
    r"|(?P<st>st):(?P<weights>\S(?:.*\S)?)|(?P<openai>openai):(?P<model>\S+)@(?P<url>https?://[^\s/?#@]+(?:/[^\s?#@]*)?)"
)

ENGINE_PATTERN = "^(?:" + re.sub(r"\?P<[a-z]+>", "?:", _SPELLED.pattern) + ")$"
"""The syntax as a regular expression of JSON Schema, which has no named groups."""


@dataclass(frozen=True, slots=True)
class EngineName:
    """A parsed spec.

    Attributes:
        text: the spec itself.
        kind: which adapter makes the engine; `VIGIE_EMBEDDER_BACKEND` names a spec, and by it a kind.
        name: of the weights (st: a folder, or a name on the hub) or of the model at its server (openai).
        url: of the server, without `/embeddings` (openai).
        dimension: of the vectors (hashing).
    """

    text: str
    kind: EngineKind
    name: str = ""
    url: str = ""
    dimension: int = 64


def parse_engine(text: str) -> EngineName:
    """Parse a spec.

    Raises:
        InvalidInput: the text is no spec of an engine.
    """
    found = _SPELLED.fullmatch(text) if len(text) <= _LONGEST and text.isprintable() else None
    if found is None:
        raise InvalidInput(reason="engine", engine=text[:100], known=ENGINE_SYNTAX)
    part = found.groupdict(default="")
    kind = cast("EngineKind", part["built"] or part["hashing"] or part["st"] or part["openai"])
    name = part["weights"] or part["model"]
    return EngineName(text, kind, name, part["url"].rstrip("/"), int(part["dimension"] or 64))
