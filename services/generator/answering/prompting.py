"""Builds the prompt of a question and its sources, within the length that a model takes.

The templates are `string.Template`: one pass of substitution and no logic, so that nothing in a document is ever read
as a template. Sources are data (S21): each stands between fences with a word that no document can know, every line of
it bears its number, and characters that nobody sees are left out. A model learns numbers of sources, never titles,
links or ids.
"""

import secrets
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Literal

from services.generator.answering.output_parsing import SCHEMA
from services.generator.grounding.sources import Source
from services.generator.models.ports import Prompt
from services.generator.models.prompt_text import MARK, Budget, visible
from shared.language.catalogue import supported

NAME = "answer"
VERSION = "1"
PROMPT = f"{NAME}/{VERSION}"
"""What outcomes say. A changed word is a new version (a test keeps the texts to their digests)."""

_LEAST_OF_A_SOURCE = 200
"""Characters; a source of which less would fit is left out."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prompt and how many of the sources it has, counted from the first, so that numbers keep their meaning."""

    prompt: Prompt
    shown: int


def prepare(
    question: str,
    language: str,
    sources: Sequence[Source],
    budget: Budget,
    output: Literal["json", "text"],
    fence: Callable[[], str] = lambda: secrets.token_hex(4),
) -> Prepared:
    """Build the prompt with as many sources as fit, dropped from the end; the first is cut rather than dropped.

    Args:
        fence: gives the word of the fences, new for each prompt.
    """
    system, user = _template(language)
    word = fence()
    instructions = system.substitute(format=_format(language, output))
    asked = visible(question)
    left = budget.characters - len(instructions) - len(user.template) - len(asked)
    blocks: list[str] = []
    for number, source in enumerate(sources, start=1):
        block = _fenced(number, visible(source.passage.text), word)
        if len(block) > left:
            if not blocks and left > _LEAST_OF_A_SOURCE:
                blocks.append(_fenced(1, visible(source.passage.text)[: left - _LEAST_OF_A_SOURCE // 2], word))
            break
        blocks.append(block)
        left -= len(block) + 2
    text = user.substitute(mark=MARK, sources="\n\n".join(blocks), question=asked)
    return Prepared(Prompt(NAME, instructions, text, SCHEMA if output == "json" else None), len(blocks))


def _fenced(number: int, text: str, word: str) -> str:
    lines = "\n".join(f"{number}{MARK} {line}" for line in text.split("\n"))
    return f"<source {number} {word}>\n{lines}\n</source {number} {word}>"


@cache
def _template(language: str) -> tuple[Template, Template]:
    name = f"{NAME}.{VERSION}.{supported(language)}.txt"
    system, _, user = (
        files("services.generator.answering.prompts").joinpath(name).read_text("utf-8").partition("\n---\n")
    )
    return Template(system.strip()), Template(user.strip())


@cache
def _format(language: str, output: str) -> str:
    text = files("services.generator.answering.prompts").joinpath("formats.toml").read_text("utf-8")
    return str(tomllib.loads(text)[supported(language)][output])
