"""What the abstention rule sees of each question, for calibrate.py: through the whole chain, as people's questions go.

    python -m lab.abstention.measure QUESTIONS.jsonl --data DIR --out SIGNALS.jsonl [--without other-part]

QUESTIONS.jsonl has lines {id, question, answerable, kind}. DIR is the data folder of a stack that has the corpus; it is
started when it does not run.
"""

import argparse
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvloop

from lab.abstention.calibrate import read, vocabulary
from services.generator.answering.abstention import abstains_by_rule, signals_of
from services.generator.grounding.sources import SourceReader
from services.standalone.session import session
from services.standalone.settings import StandaloneSettings
from shared.access import PUBLIC
from shared.contracts.questions import GenerationPlan
from shared.sealing.unsealed import UNSEALED
from shared.storage.folder import FolderStore
from shared.storage.sealed import SealedStore

LANGUAGE = "fr"


async def measured(questions: list[dict[str, Any]], data: Path) -> AsyncIterator[dict[str, Any]]:
    words, count = vocabulary(), GenerationPlan().passages
    reader = SourceReader(SealedStore(FolderStore(data / "objects"), UNSEALED))
    async with session(StandaloneSettings(data=data), LANGUAGE) as running, running.client() as client:
        for question in questions:
            text = question["question"]
            answer = await client.ask(text, evidence=count)
            sources = await reader.read(answer.evidence, [PUBLIC])
            yield {name: question[name] for name in ("id", "kind", "answerable")} | {
                "ruled": abstains_by_rule(text, sources),
                "signals": signals_of(text, sources, words).model_dump(),
            }


async def _measure(given: argparse.Namespace) -> None:
    questions = [question for question in read(given.questions) if question["kind"] not in given.without]
    with given.out.open("w", encoding="utf-8") as out:
        async for row in measured(questions, given.data.resolve()):
            out.write(json.dumps(row) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="data folder of a stack with the corpus")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--without", action="append", default=[], help="a kind of question that this corpus answers")
    uvloop.run(_measure(parser.parse_args()))


if __name__ == "__main__":
    main()
