"""Parses sentences out of a model's output as it streams, in JSON by the schema or in plain text. Pure."""

import re
from collections.abc import Iterator
from typing import Any, Protocol

from pydantic import BaseModel, Field, ValidationError

from shared.language.sentences import sentence_spans

_MARKER = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
_MARKERS_FIRST = re.compile(r"(?:\s*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\])+[.!?\u2026]?")
_NUMBER = re.compile(r"\d+")
_BULLET = re.compile(r"^\s*(?:[-*\u2022\u2013]|\d{1,2}[.)])\s+")
_WHOLE = re.compile(r"[.!?\u2026](?:\s*[\u00bb\"\u201d)])?\s*$")
_LONGEST_SENTENCE = 2000
_LONGEST_UNFINISHED = 8000
"""Characters of one sentence that may come before it is given up: a model that runs on must not fill the memory."""

_MOST_SOURCES = 8

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "maxItems": 12,
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "minLength": 1, "maxLength": 600},
                    "sources": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 4,
                        "items": {"type": "integer", "minimum": 1, "maximum": 50},
                    },
                    "quotes": {"type": "array", "maxItems": 2, "items": {"type": "string", "maxLength": 400}},
                },
                "required": ["text", "sources", "quotes"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["sentences"],
    "additionalProperties": False,
}
"""Of an answer in JSON mode. The bounds keep a small model from running on; they are checked again when it is read."""


class ParsedSentence(BaseModel):
    """A sentence as a model gave it: without markers, the numbers of its sources, what it quotes of them."""

    text: str = Field(min_length=1, max_length=_LONGEST_SENTENCE)
    sources: tuple[int, ...] = Field(max_length=_MOST_SOURCES)
    quotes: tuple[str, ...] = Field(default=(), max_length=_MOST_SOURCES)


class Reader(Protocol):
    """Parses a model's output piece by piece."""

    @property
    def finished(self) -> bool:
        """Whether nothing that comes now can belong to the answer."""
        ...

    def feed(self, text: str) -> Iterator[ParsedSentence | None]:
        """Yield the sentences that this piece completes; None for one that breaks the format."""
        ...

    def end(self, *, whole: bool) -> Iterator[ParsedSentence | None]:
        """Yield what is left at the end of the output.

        Args:
            whole: the model ended by itself; otherwise its last words are cut off.
        """
        ...


class JsonReader:
    """Reads `{"sentences": [...]}` object by object.

    It counts brackets itself. `pydantic_core.from_json(text, allow_partial=True)` was measured instead. It starts anew
    at each piece, so that its time grows with the square of the length (7,000 characters in pieces of four: 350 ms,
    here 30; 70,000: 41 s, here 0.3). It does not tell a cut item from a whole one: a quote that is still being written
    is left out, and would go unchecked. It does not say where an item ended, so that no memory could be freed.
    """

    def __init__(self) -> None:
        self._text = ""
        self._depth = 0
        self._in_string = self._escaped = False
        self._finished = False

    def feed(self, text: str) -> Iterator[ParsedSentence | None]:
        """Yield the items that this piece closes. What comes before the first bracket, as a code fence, is skipped."""
        for character in text:
            if self._finished:
                return
            if self._depth or character == "{":
                if self._depth > 1 and len(self._text) <= _LONGEST_UNFINISHED:
                    self._text += character  # what is cut here is no JSON any more, and so no sentence
                if self._steps_out(character):
                    item, self._text = self._text, ""
                    yield from _parsed(item)

    def end(self, *, whole: bool) -> Iterator[ParsedSentence | None]:  # noqa: ARG002 (an open object is never whole)
        return iter(())

    @property
    def finished(self) -> bool:
        return self._finished

    def _steps_out(self, character: str) -> bool:
        """Count one character; return whether it closes an item of the list (object, list, object: three levels)."""
        if self._in_string:
            self._in_string = self._escaped or character != '"'
            self._escaped = not self._escaped and character == "\\"
        elif character == '"':
            self._in_string = True
        elif character in "{[":
            self._depth += 1
            if self._depth == _ITEM_DEPTH and character == "{":
                self._text = "{"
        elif character in "}]":
            self._depth -= 1
            self._finished = self._depth == 0
            return self._depth == _ITEM_DEPTH - 1 and character == "}"
        return False


_ITEM_DEPTH = 3


class TextReader:
    """Reads plain text with markers; a marker belongs to the sentence before it, behind its full stop or not."""

    finished = False

    def __init__(self) -> None:
        self._text = ""

    def feed(self, text: str) -> Iterator[ParsedSentence | None]:
        self._text += text
        if len(self._text) > _LONGEST_UNFINISHED:
            self._text = ""
            yield None
        pieces = _pieces(self._text)
        if len(pieces) > 1 and not pieces[-1][1].startswith("["):  # the marker of the sentence before is not whole yet
            self._text = self._text[pieces[-1][0] :]
            for _, piece in pieces[:-1]:
                yield from _marked(piece)

    def end(self, *, whole: bool) -> Iterator[ParsedSentence | None]:
        """Yield the rest; words without a full stop are a sentence only when the model ended by itself."""
        for _, piece in _pieces(self._text):
            if whole or _WHOLE.search(_MARKER.sub("", piece)):
                yield from _marked(piece)
        self._text = ""


def _parsed(text: str) -> Iterator[ParsedSentence | None]:
    """Yield the sentences of an item of the list, each with all of its sources; None if the item breaks the schema."""
    try:
        item = ParsedSentence.model_validate_json(text)
    except ValidationError:
        yield None
        return
    clean = _MARKER.sub("", item.text)
    for start, end in sentence_spans(clean):
        sentence = clean[start:end]
        quotes = tuple(quote for quote in item.quotes if quote.strip() and (quote in sentence or quote not in clean))
        yield ParsedSentence(text=_plain(sentence), sources=item.sources, quotes=quotes)


def _marked(piece: str) -> Iterator[ParsedSentence | None]:
    numbers = [int(n) for marker in _MARKER.finditer(piece) for n in _NUMBER.findall(marker[1])]
    text = _plain(_MARKER.sub("", piece))
    if not text:
        return
    try:
        yield ParsedSentence(text=text, sources=tuple(dict.fromkeys(numbers)))
    except ValidationError:
        yield None


def _plain(text: str) -> str:
    return " ".join(_BULLET.sub("", text).replace("**", "").split())


def _pieces(text: str) -> list[tuple[int, str]]:
    """Sentences with the markers that follow them, and where each starts."""
    pieces: list[tuple[int, str]] = []
    for start, end in sentence_spans(text):
        markers = _MARKERS_FIRST.match(text, start, end) if pieces else None
        if markers:
            first, piece = pieces[-1]
            pieces[-1] = (first, piece + markers.group())
            start = markers.end()  # noqa: PLW2901 (the rest of the span)
        if text[start:end].strip():
            pieces.append((start, text[start:end]))
    return pieces
