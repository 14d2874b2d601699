"""What chat pages ask for on their own: titles, tags, follow-ups and search queries of a conversation. Pure.

A page sends these as chats like any other. They are told by their form, which the prompts of Open WebUI and those made
after them share: a task, the JSON that is wanted, and the conversation between `<chat_history>` tags. They are answered
from the conversation at once; a question that nobody asked is not recorded.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.gateway.openai_api.prompts import prompt_of
from shared.language.conversation.completion import understood
from shared.language.conversation.small_talk import small_talk
from shared.language.detection import language_of_text

_HISTORY = re.compile(r"<chat_history>(?P<chat>.*)</chat_history>", re.DOTALL)
_WANTED = re.compile(r'"(?P<key>title|tags|follow_ups|queries|prompt|text|emoji)"\s*:')
_TURN = re.compile(r"^(?P<who>USER|ASSISTANT|SYSTEM|TOOL):\s?", re.MULTILINE | re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]*|\d[\w.-]*")
_TITLE_CHARS = 60
_MOST_TAGS = 3
_TAG_CHARS = 5
"""Letters of the shortest word that makes a tag."""


@dataclass(frozen=True, slots=True)
class PageTask:
    """Something that a page asks for on its own.

    Attributes:
        key: of the JSON that it wants: `title`, `tags`, `follow_ups`, `queries`, or another.
        asked: what the person said in the conversation, oldest first.
    """

    key: str
    asked: tuple[str, ...]

    def answer(self) -> str:
        """The JSON that the page wants."""
        told = [each for each in self.asked if small_talk(each) is None] or list(self.asked)
        match self.key:
            case "title":
                value: object = _title(told[0]) if told else ""
            case "tags":
                value = _tags(told)
            case "queries":
                value = [_query(told)] if told else []
            case "follow_ups":
                value = []  # a suggestion that no document answers would be worse than none
            case _:
                value = ""
        return json.dumps({self.key: value}, ensure_ascii=False)


def page_task(text: str) -> PageTask | None:
    """Return what a page asks for on its own with this text; None: a person asks."""
    history = _HISTORY.search(text)
    if history is None or not text.lstrip().startswith("#"):
        return None
    wanted = _WANTED.search(text[: history.start()]) or _WANTED.search(text[history.end() :])
    return PageTask(wanted["key"], tuple(_asked(history["chat"]))) if wanted else None


def _asked(chat: str) -> list[str]:
    turns = list(_TURN.finditer(chat))
    ends = [each.start() for each in turns[1:]] + [len(chat)]
    said = [(turn["who"].upper(), chat[turn.end() : end].strip()) for turn, end in zip(turns, ends, strict=True)]
    asked = [prompt_of(words).question for who, words in said if who == "USER"]
    return [words for words in asked if words]


def _title(question: str) -> str:
    words = " ".join(question.split()).rstrip(" \u00a0\u202f?!.")
    if len(words) <= _TITLE_CHARS:
        return words
    return f"{words[:_TITLE_CHARS].rpartition(' ')[0]}\u2026"


def _tags(told: Sequence[str]) -> list[str]:
    """The longest words of the first question: what it is about, in its own words."""
    words = [word.lower() for word in _WORD.findall(told[0])] if told else []
    longest = sorted({word for word in words if len(word) >= _TAG_CHARS}, key=lambda word: (-len(word), word))
    return longest[:_MOST_TAGS]


def _query(told: Sequence[str]) -> str:
    return understood(told[-1], told[:-1], language_of_text(told[-1]) or "fr").text
