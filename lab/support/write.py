"""Let a model write answers over real passages, and keep each sentence with what it cites, before any check.

    python -m lab.support.write QUESTIONS.jsonl --data DIR --model http://127.0.0.1:8124/v1 --out SENTENCES.jsonl

DIR is the data folder of a stack that has the corpus; the model speaks OpenAI's API. The prompt is the product's, over
the first passages that were found. A line a sentence: {question, sentence, passages}, to be labelled by a person.
"""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import uvloop

from lab.abstention.calibrate import read
from services.generator.answering.output_parsing import JsonReader
from services.generator.answering.prompting import prepare
from services.generator.grounding.sources import Source, SourceReader
from services.generator.models.prompt_text import Budget
from services.standalone.session import session
from services.standalone.settings import StandaloneSettings
from shared.access import PUBLIC
from shared.sealing.unsealed import UNSEALED
from shared.storage.folder import FolderStore
from shared.storage.sealed import SealedStore

LANGUAGE = "fr"
BUDGET = Budget(context=8192, output=220)
TIMEOUT_S = 900.0


async def found(questions: list[str], data: Path, count: int) -> AsyncIterator[tuple[str, tuple[Source, ...]]]:
    """Yield each question with the first passages that the product finds."""
    reader = SourceReader(SealedStore(FolderStore(data / "objects"), UNSEALED))
    async with session(StandaloneSettings(data=data), LANGUAGE) as running, running.client() as client:
        for question in questions:
            answer = await client.ask(question, evidence=count)
            yield question, await reader.read(answer.evidence[:count], [PUBLIC])


def written(model: httpx.Client, question: str, sources: tuple[Source, ...]) -> Iterator[dict[str, object]]:
    """Yield the sentences that the model writes, each with the texts that it cites."""
    prompt = prepare(question, LANGUAGE, sources, BUDGET, "json").prompt
    messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
    wanted = {"type": "json_schema", "json_schema": {"name": prompt.name, "schema": prompt.schema}}
    body = {"messages": messages, "max_tokens": BUDGET.output, "temperature": 0, "response_format": wanted}
    answer = model.post("chat/completions", json=body).raise_for_status().json()
    reader = JsonReader()
    for sentence in reader.feed(answer["choices"][0]["message"]["content"]):
        if sentence is not None:
            cited = [sources[n - 1].passage for n in dict.fromkeys(sentence.sources) if 1 <= n <= len(sources)]
            passages = [{"article": each.article, "text": each.text} for each in cited]
            yield {"question": question, "sentence": sentence.text, "passages": passages}


async def _write(given: argparse.Namespace) -> None:
    """Write question by question: what was written is kept when the rest is given up, and not asked again."""
    done = {line["question"] for line in read(given.out)} if given.out.exists() else set()
    questions = [line["question"] for line in read(given.questions) if line.get("answerable", True)]
    left = [each for each in questions[: given.most] if each not in done]
    with httpx.Client(base_url=given.model, timeout=TIMEOUT_S) as model, given.out.open("a", encoding="utf-8") as out:
        async for question, sources in found(left, given.data.resolve(), given.passages):
            lines = await asyncio.to_thread(lambda: list(written(model, question, sources)))  # noqa: B023 (at once)
            out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            out.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="data folder of a stack with the corpus")
    parser.add_argument("--model", required=True, help="base URL of OpenAI's API")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=3)
    parser.add_argument("--most", type=int, default=None, help="questions")
    uvloop.run(_write(parser.parse_args()))


if __name__ == "__main__":
    main()
