"""The question within a long text: what is asked, and as much of the story as it needs. Pure.

Of a story of five sentences one asks. Its vector is that of the story, and no passage has half of its words; so it is
searched by what it asks. A question with few words of its own (`Est-ce à lui de les fournir ?`) takes the sentence
with it that names most of what the law speaks of.
"""

from collections.abc import Iterable

from shared.language.folding import folded
from shared.language.sentences import sentence_spans
from shared.language.spelling import WORD, times_known

_LEAST_SENTENCES = 3
_LEAST_CHARS = 120
"""Shorter texts are searched whole: `Bonjour. J'ai 17 ans. Puis-je conduire un chariot ?`."""

_LEAST_TELLING = 4
"""Words that tell something which a question needs to stand alone."""

_LEAST_TIMES, _MOST_TIMES = 3, 400
"""Public texts that have a word which names something of the law's."""

_LEAST_LETTERS = 5
_COMMON = frozenset(
    """question savoir demande demander quelqu merci bonjour salut comment pourquoi combien obligatoire normal normale
    droit possible legal legale employeur patron patronne entreprise please legally allowed employer kollege arbeitgeber
    erlaubt verboten danke hallo faire aussi cette alors encore toujours devoir doivent""".split()  # noqa: SIM905
)
"""Words, folded, that questions about anything have."""


def asked_of(text: str) -> str:
    """Return the question of a story, with one sentence of the story where it needs one; any other text as it is."""
    sentences = [text[start:end].strip() for start, end in sentence_spans(text)]
    asking = [at for at, sentence in enumerate(sentences) if sentence.endswith("?")]
    if len(sentences) < _LEAST_SENTENCES or len(text) < _LEAST_CHARS or not asking:
        return text
    chosen = set(asking)
    if _telling(sentences[at] for at in asking) < _LEAST_TELLING:
        chosen.add(max(set(range(len(sentences))) - chosen, key=lambda at: (_named(sentences[at]), at)))
    return " ".join(sentences[at] for at in sorted(chosen))


def _named(sentence: str) -> int:
    """Return how many words of a sentence name what the law speaks of, and not of everything."""
    words = {folded(word) for word in WORD.findall(sentence)}
    return sum(_LEAST_TIMES <= times_known(word) <= _MOST_TIMES for word in words)


def _telling(sentences: Iterable[str]) -> int:
    words = {folded(word) for sentence in sentences for word in WORD.findall(sentence) if len(word) >= _LEAST_LETTERS}
    return len(words - _COMMON)
