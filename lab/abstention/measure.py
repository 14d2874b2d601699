"""What the abstention rule sees of each question, for calibrate.py.

    python -m lab.abstention.measure RETRIEVED.jsonl --out SIGNALS.jsonl [--without other-part] [--passages 8]

RETRIEVED.jsonl has what a retriever brought back, one question a line: {id, question, answerable, kind,
evidence: [shared.messages.Evidence, ...], passages: [shared.passages.Passage, ...]}, the passages of that evidence.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lab.abstention.calibrate import vocabulary
from services.generator.abstention import ruled, signals_of
from services.generator.ports import Source
from shared.messages import Evidence
from shared.passages import Passage


def sources_of(row: dict[str, Any], count: int) -> tuple[Source, ...]:
    """The first `count` passages as the generator sees them."""
    passages = {item["id"]: Passage.model_validate(item) for item in row["passages"]}
    evidence = [Evidence.model_validate(item) for item in row["evidence"][:count]]
    return tuple(Source(passages[item.passage], item) for item in evidence if item.passage in passages)


def measured(path: Path, without: set[str], count: int) -> Iterator[dict[str, Any]]:
    words = vocabulary()
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] in without:
            continue
        sources = sources_of(row, count)
        yield {
            "id": row["id"],
            "kind": row["kind"],
            "answerable": row["answerable"],
            "ruled": ruled(row["question"], sources),
            "signals": signals_of(row["question"], sources, words).model_dump(),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("retrieved", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--without", action="append", default=[], help="a kind of question that this corpus answers")
    parser.add_argument("--passages", type=int, default=8, help="passages that the generator reads")
    given = parser.parse_args()
    rows = measured(given.retrieved, set(given.without), given.passages)
    given.out.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
