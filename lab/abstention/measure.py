"""What the abstention rule sees of each question, for calibrate.py: through the whole chain, as people's questions go.

    python -m lab.abstention.measure QUESTIONS.jsonl --data DIR --out SIGNALS.jsonl [--answered other-part]

QUESTIONS.jsonl has lines {id, question, answerable, kind}, or of a retrieval set {id, question, source}, all
answerable. DIR is the data folder of a stack that has the corpus; it is started when it does not run.
"""

import argparse
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvloop

from lab.abstention.calibrate import read, vocabulary
from services.generator.answering.abstention import abstains_by_rule
from services.generator.answering.elsewhere import elsewhere
from services.generator.answering.read_question import ReadQuestion
from services.generator.answering.signals import signals_of
from services.generator.grounding.sources import SourceReader
from services.standalone.session import session
from services.standalone.settings import StandaloneSettings
from shared.access import PUBLIC
from shared.clock import utc_now
from shared.contracts.questions import GenerationPlan
from shared.language.detection import language_of_text
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
            read = ReadQuestion.read(text, language_of_text(text) or LANGUAGE)
            beyond = elsewhere(read.written, utc_now().year, read.language)
            yield {name: question[name] for name in ("id", "kind", "answerable")} | {
                "ruled": abstains_by_rule(read, sources),
                "signals": signals_of(read, sources, words, beyond).model_dump(),
            }


async def _measure(given: argparse.Namespace) -> None:
    lines = ({"answerable": True, "kind": line.get("source")} | line for line in read(given.questions))
    questions = [line | {"answerable": line["answerable"] or line["kind"] in given.answered} for line in lines]
    with given.out.open("w", encoding="utf-8") as out:
        async for row in measured(questions, given.data.resolve()):
            out.write(json.dumps(row) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="data folder of a stack with the corpus")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--answered", action="append", default=[], help="a kind that this corpus answers, if no other")
    uvloop.run(_measure(parser.parse_args()))


if __name__ == "__main__":
    main()
