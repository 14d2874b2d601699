"""What a chat page writes into a person's message: their question told apart from files and instructions. Pure."""

import re
from dataclasses import dataclass

_CONTEXT = re.compile(r"<context>(?P<files>.*)</context>", re.DOTALL)
_QUERY = re.compile(r"<user_query>\s*(?P<question>.*?)\s*</user_query>", re.DOTALL)
_ATTACHED = re.compile(r"\s*<attached_files>(?P<names>.*?)</attached_files>\s*", re.DOTALL)
_FILE = re.compile(r"<file\b")
_SOURCE = re.compile(r"<source\b")
_INSTRUCTIONS = re.compile(r"\s*#{1,6}\s*(?:Task|T\u00e2che|Aufgabe)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """The person's question, and how many files or extracts the page put before it."""

    question: str
    files: int = 0


def prompt_of(text: str) -> Prompt:
    """Take a message apart; one without a page's context is the question as it is.

    The last closing tag counts: a file that has one in its text does not end before its end.
    """
    context = _CONTEXT.search(text)
    if context is None or not (_INSTRUCTIONS.match(text) or _SOURCE.search(context["files"])):
        return _without_names(text, 0)
    query = _QUERY.search(text[context.end() :]) or _QUERY.search(text[: context.start()])
    question = query["question"] if query else text[context.end() :].strip()
    return _without_names(question, max(1, len(_SOURCE.findall(context["files"]))))


def _without_names(question: str, files: int) -> Prompt:
    """The question without the list of attached files before it."""
    names = _ATTACHED.match(question)
    if names is None:
        return Prompt(question, files)
    return Prompt(question[names.end() :], files or len(_FILE.findall(names["names"])))
