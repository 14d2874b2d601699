"""What every prompt is held to: the length that a model takes, and texts as data (S21). Pure."""

import re
import unicodedata
from dataclasses import dataclass

MARK = "\u2502"
"""What every line of a text bears behind its number: datamarking, as light as quoting word for word allows."""

_CHARACTERS_PER_TOKEN = 2.0
"""Tokenizers make 3 to 4 characters of French into a token, those trained on English alone some 2.3."""

_TOKENS_OF_FRAME = 64
"""Of a chat template: roles, begin and end."""

_FORMAT_CONTROLS = {"Cf", "Cc", "Co", "Cn", "Cs"}
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")


@dataclass(frozen=True, slots=True)
class Budget:
    """Tokens that a model takes for prompt and answer together (`context`), and for the answer (`output`)."""

    context: int
    output: int

    @property
    def characters(self) -> int:
        return int((self.context - self.output - _TOKENS_OF_FRAME) * _CHARACTERS_PER_TOKEN)


def visible(text: str) -> str:
    """Return the text without control and format characters, which hide words (zero width, direction, tags)."""
    lines = _LINE_ENDS.sub("\n", text)
    if lines.isascii() and lines.isprintable():
        return lines
    return "".join(each for each in lines if each in "\n\t" or unicodedata.category(each) not in _FORMAT_CONTROLS)
