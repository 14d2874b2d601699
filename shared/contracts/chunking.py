"""The strategies that a document may be cut by, and their parameters: what the gateway accepts and ingest does."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.contracts.documents import MAX_PASSAGE_CHARS, Chunking
from shared.errors import InvalidInput

_NUMBER = re.compile("0|[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A whole number that a strategy takes, `least` to `most`."""

    default: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Strategy:
    """One way to cut.

    Attributes:
        windows: name of the parameter that sizes a window. Such a strategy measures in units of its own, and takes an
            `overlap` of at most half a window, so that no text is stored more than twice.
    """

    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    windows: str | None = None


STRATEGIES: Mapping[str, Strategy] = {
    "article": Strategy(),
    "heading": Strategy(),
    "rows": Strategy({"rows": Parameter(10, 1, 200)}),
    "sentences": Strategy({"sentences": Parameter(6, 1, 60), "overlap": Parameter(1, 0, 30)}, windows="sentences"),
    "tokens": Strategy({"tokens": Parameter(200, 20, 800), "overlap": Parameter(40, 0, 400)}, windows="tokens"),
}
"""article: one passage per article of law. heading: by headings, then paragraphs. rows: tables by their rows, the rest
by headings. sentences, tokens: windows of so many sentences, or of so many words and punctuation marks, the last
`overlap` of them said again by the next window.
"""


@dataclass(frozen=True, slots=True)
class ChunkingPlan:
    """A strategy with all its parameters, and the longest passage, characters, which always applies too."""

    strategy: str
    options: Mapping[str, int]
    max_chars: int


def plan_chunking(chunking: Chunking, strategy: str, max_chars: int) -> ChunkingPlan:
    """Return the plan for a document that asks for `chunking`.

    Args:
        strategy: that of the document's type.
        max_chars: longest passage where the document asks for no other; windows have a size of their own instead.

    Raises:
        InvalidInput: there is no such strategy, or no such parameter, or its value is out of range.
    """
    check(chunking)
    name = chunking.strategy or strategy
    chosen = STRATEGIES[name]
    options = {option: parameter.default for option, parameter in chosen.parameters.items()} | chunking.options
    if chosen.windows and "overlap" not in chunking.options:
        options["overlap"] = min(options["overlap"], options[chosen.windows] // 2)
    longest = MAX_PASSAGE_CHARS if chosen.windows else max_chars
    return ChunkingPlan(name, options, chunking.max_chars or longest)


def check(chunking: Chunking) -> None:
    """Refuse what cannot be done.

    Raises:
        InvalidInput: as of `plan_chunking`; it names what there is.
    """
    name = chunking.strategy
    if name is None:
        if chunking.options:
            raise InvalidInput(reason="chunking-options-alone", known=_known_strategies())
        return
    if name not in STRATEGIES:
        raise InvalidInput(reason="chunking", strategy=name[:50], known=_known_strategies())
    strategy = STRATEGIES[name]
    for option, value in chunking.options.items():
        parameter = strategy.parameters.get(option)
        if parameter is None:
            known = ", ".join(strategy.parameters) or "-"
            raise InvalidInput(reason="chunking-option", strategy=name, option=option[:50], known=known)
        if not parameter.least <= value <= parameter.most:
            limits = {"least": parameter.least, "most": parameter.most}
            raise InvalidInput(reason="chunking-value", strategy=name, option=option, **limits)
    if strategy.windows:
        size = chunking.options.get(strategy.windows, strategy.parameters[strategy.windows].default)
        if chunking.options.get("overlap", 0) * 2 > size:
            raise InvalidInput(reason="chunking-overlap", option=strategy.windows, most=size // 2)


def options_of(words: Iterable[str]) -> dict[str, int]:
    """What `name=number` words say, in the order of their names, so that the same wishes are always the same text.

    Raises:
        InvalidInput: a word is of another form.
    """
    options: dict[str, int] = {}
    for word in words:
        name, _, value = word.partition("=")
        if not name.strip() or not _NUMBER.fullmatch(value) or len(value) > len(str(MAX_PASSAGE_CHARS)):
            raise InvalidInput(reason="chunking-words", option=word[:50], known=_known_strategies())
        options[name.strip()] = int(value)
    return dict(sorted(options.items()))


def _known_strategies() -> str:
    return ", ".join(
        f"{name} ({', '.join(strategy.parameters)})" if strategy.parameters else name
        for name, strategy in STRATEGIES.items()
    )
