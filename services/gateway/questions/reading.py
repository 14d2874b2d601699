"""How a question is read before anything is searched for: its language, what it leaves out, small talk. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.contracts.questions import Outcome
from shared.language.catalogue import Catalogue
from shared.language.conversation.completion import understood
from shared.language.conversation.small_talk import small_talk
from shared.language.detection import language_of_text

_catalogue = Catalogue()

CONVERSATION = "conversation"
"""The mode of an answer in Vigie's own words, for which nothing was searched."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is searched for, in which language; with an outcome, nothing is."""

    text: str
    language: str
    outcome: Outcome | None = None


def read(text: str, earlier: Sequence[str], language: str | None, otherwise: str) -> Reading:
    """Read a question.

    Args:
        earlier: what was asked before it in the conversation, oldest first.
        language: of the answer; None: the question's.
        otherwise: the language of a question that tells none.
    """
    said = small_talk(text)
    if said is not None:
        spoken = language or said.language
        answer = _catalogue.text(spoken, f"small-talk.answer.{said.kind}")
        return Reading(text, spoken, Outcome(answer=answer, mode=CONVERSATION))
    told = language_of_text(text) or next(filter(None, map(language_of_text, reversed(earlier))), None)
    spoken = language or told or otherwise
    found = understood(text, [each for each in earlier if small_talk(each) is None], told or spoken[:2])
    if not found.is_whole:
        answer = _catalogue.text(spoken, "answers.asked-back")
        return Reading(text, spoken, Outcome(answer=answer, mode=CONVERSATION, abstained=True))
    return Reading(found.text, spoken)
