"""How much of an answer a client wants: `max_tokens` in words, which are what `usage` counts, and `stop`. Pure."""

import re
from dataclasses import dataclass
from typing import Literal

FinishReason = Literal["stop", "length"]
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Limits:
    """Where an answer ends.

    Attributes:
        words: most words; None: no limit.
        stops: texts that end it; they are not in it.
    """

    words: int | None = None
    stops: tuple[str, ...] = ()

    def cut(self, text: str) -> tuple[str, FinishReason]:
        """Return what of the text is given out, and why it ends there."""
        places = [place for place in map(text.find, self.stops) if place >= 0]
        kept = text[: min(places)] if places else text
        if self.words is not None:
            words = list(_WORD.finditer(kept))
            if len(words) > self.words:
                return kept[: words[self.words - 1].end()], "length"
        return kept, "stop"

    def settled(self, text: str) -> str:
        """Return what of a text is given out whatever comes behind it: not what may begin a stop."""
        kept, _ = self.cut(text)
        held = max((len(stop) - 1 for stop in self.stops), default=0)
        return kept if len(kept) < len(text) else kept[: max(0, len(kept) - held)]
