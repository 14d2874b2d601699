"""Questions to whoever described a work unit: first of what is to come, then those that matter most."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from shared.duerp.drafting.clauses import clauses_of
from shared.duerp.drafting.families import Question, proposals
from shared.duerp.drafting.pieces import Reading
from shared.duerp.drafting.words import words_of

MOST_QUESTIONS = 5
_MOST_COMING = 2
"""Questions of what is to come."""

_MOST_CHARS = 160
"""Of the words that a question quotes."""


def questions_of(
    description: str, families: AbstractSet[str], language: str, planned: Mapping[str, str] | None = None
) -> list[str]:
    """Return what is asked of whoever wrote a description with lines of these families.

    Args:
        planned: families that are to come, with the words that say so: asked first.
    """
    forms = {word.form for word in words_of(description)}
    spans = [(each.start, each.end) for each in clauses_of(description) if each.reading is Reading.SAID]
    told = {word.form for start, end in spans for word in words_of(description, start, end)}
    asked = (each for each in proposals().questions if _is_open(each, families, forms, told))
    coming = [_when(because, language) for because in dict.fromkeys((planned or {}).values())][:_MOST_COMING]
    return [*coming, *(each.text[language] for each in asked)][:MOST_QUESTIONS]


def _when(because: str, language: str) -> str:
    """Return the question of when something comes, with its words."""
    return proposals().coming[language].format(because=_shortened(because))


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _MOST_CHARS else plain[:_MOST_CHARS].rsplit(maxsplit=1)[0]


def _is_open(question: Question, families: AbstractSet[str], forms: set[str], told: set[str]) -> bool:
    """Return whether a question is to be asked: `told` are the words that are said, `forms` those denied too."""
    if question.families and not question.families & families:
        return False
    if question.said and not question.said & told:
        return False
    return not any(
        any(form.startswith(word[:-1]) for form in forms) if word.endswith("*") else word in forms
        for word in question.unless
    )
