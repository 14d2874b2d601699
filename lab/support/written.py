"""How the check of support judges sentences that a model really wrote (write.py), labelled by a person.

    python -m lab.support.written            # figures with Wilson's interval of 95 %
    python -m lab.support.written --errors   # and each sentence that is judged wrongly

`written.jsonl`: {question, sentence, passages, supported, kind}, kind being `extract` (the passage's words),
`paraphrase`, `question` (the question again, and no statement) or `wrong` (the passages do not say it).
"""

import argparse
import json
import math
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

from services.generator.grounding.support import check_support
from shared.contracts.passages import Passage

SENTENCES = Path(__file__).parent / "written.jsonl"
_Z = 1.96


def wilson(right: int, count: int) -> str:
    """Return a share with its interval (Wilson, 1927)."""
    if not count:
        return "none"
    share, squared = right / count, _Z * _Z
    middle = (share + squared / (2 * count)) / (1 + squared / count)
    spread = _Z * math.sqrt(share * (1 - share) / count + squared / (4 * count * count)) / (1 + squared / count)
    return f"{share:.3f} [{middle - spread:.3f}, {min(1.0, middle + spread):.3f}] ({right} of {count})"


def judged(line: dict[str, Any]) -> str:
    """Return why the sentence is refused, or ""."""
    passages = [
        Passage(
            id=str(n), document_id=UUID(int=0), version_id=UUID(int=0), scope="public", ordinal=n, title="",
            text=each["text"], start=0, end=len(each["text"]), article=each["article"],
        )
        for n, each in enumerate(line["passages"])
    ]  # fmt: skip
    return check_support(line["sentence"], passages).reason


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true")
    errors = parser.parse_args().errors
    lines = [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    reasons = [judged(line) for line in lines]
    shown = [line for line, reason in zip(lines, reasons, strict=True) if not reason]
    good = [line for line in lines if line["supported"]]
    print(f"precision {wilson(sum(line['supported'] for line in shown), len(shown))}")
    print(f"recall    {wilson(sum(line in shown for line in good), len(good))}")
    kinds = Counter(line["kind"] for line in lines)
    right = Counter(line["kind"] for line in lines if line["supported"] == (line in shown))
    print(", ".join(f"{kind} {right[kind]}/{count} judged rightly" for kind, count in sorted(kinds.items())))
    for line, reason in zip(lines, reasons, strict=True):
        if errors and line["supported"] == bool(reason):
            print(f"{reason or 'shown':9} {line['sentence']}")


if __name__ == "__main__":
    main()
