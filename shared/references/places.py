"""What every rule of the grammar needs of a text: its tokens, by their place."""

from collections.abc import Sequence

from shared.references.model import Kind, Reference
from shared.references.numbers import ARTICLE_WORDS, lettered
from shared.references.tokens import Token, tokens

CHAPTER_WORDS = frozenset(("chapitre", "chapter", "kapitel"))
MOST_LINKS = 4
_TO_NUMBER = frozenset(("l", "les", "le", "'", "de", "du", "des", "of", "the"))


class Places:
    """The tokens of one text; a place is a token's position, and any behind the last has no word."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.words: Sequence[Token] = tokens(text)

    def __len__(self) -> int:
        return len(self.words)

    def word(self, at: int) -> str:
        """Return the folded text of a token, "" behind the last."""
        return self.words[at].text if at < len(self.words) else ""

    def written(self, at: int, end: int) -> str:
        """Return what stands from one place to another, as written."""
        if end == at:
            return ""
        words = self._text[self.words[at].start : self.words[end - 1].end]
        return " ".join(words.split()).strip(" ,().-")

    def behind_article_word(self, at: int) -> int | None:
        """Return the position behind `article`, `art.`, `chapitre`; None without such a word."""
        if self.word(at) not in ARTICLE_WORDS | CHAPTER_WORDS:
            return None
        return at + 1 + (self.word(at + 1) in {".", ":"})

    def behind_links(self, at: int) -> int:
        """Return the place behind the small words that lead to a number."""
        start = at
        while start - at < MOST_LINKS and self.word(start) in {"a", ",", *_TO_NUMBER}:
            if lettered(self.words, start) is not None:
                break
            start += 1
        return start

    def reference(self, kind: Kind, numbers: tuple[str, ...], name: str, at: int, end: int) -> Reference:
        """Return a reference that stands from one place to another."""
        return Reference(kind, numbers, name, start=self.words[at].start, end=self.words[end - 1].end)
