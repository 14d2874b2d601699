"""How the check of support judges sentences of real passages: each by its own passage, and by a neighbour's.

python -m lab.support.verbatim LEGITEXT000006072050.json     # of @socialgouv/legi-data (vigie corpus add)

A sentence that stands in its passage is supported by it, whatever the check thinks; by another passage it hardly is.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from services.generator.grounding.support import check_support
from shared.contracts.passages import Passage
from shared.language.sentences import sentence_spans

_SEED = 20261124
_SAMPLE = 1000
_SHORTEST, _LONGEST = 60, 400
_HEALTH = "quatrième partie"


def articles(node: dict[str, Any], inside: bool = False) -> Iterator[tuple[str, str]]:
    """Number and text of the articles on health and safety."""
    data = node.get("data", {})
    inside = inside or str(data.get("title", "")).lower().startswith(_HEALTH)
    if node.get("type") == "article" and inside and data.get("texte"):
        yield data["num"], data["texte"]
    for child in node.get("children", []):
        yield from articles(child, inside)


def passage(number: str, text: str) -> Passage:
    return Passage(
        id=number, document_id=UUID(int=0), version_id=UUID(int=0), scope="public", ordinal=0, title="Code du travail",
        text=text, start=0, end=len(text), article=number,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("code", type=Path)
    parser.add_argument("--errors", action="store_true")
    arguments = parser.parse_args()
    passages = [passage(*each) for each in articles(json.loads(arguments.code.read_bytes()))]
    sentences = [
        (n, each.text[start:end])
        for n, each in enumerate(passages)
        for start, end in sentence_spans(each.text)
        if _SHORTEST <= end - start <= _LONGEST
    ]
    chosen = random.Random(_SEED).sample(sentences, _SAMPLE)  # noqa: S311 (a sample, no secret)
    own: Counter[str] = Counter()
    for n, sentence in chosen:
        reason = check_support(sentence, [passages[n]]).reason
        own[reason or "supported"] += 1
        if reason and arguments.errors:
            print(f"{reason:9} {passages[n].article:11} {' '.join(sentence.split())}")
    foreign = Counter(
        check_support(sentence, [passages[(n + 1) % len(passages)]]).reason or "supported" for n, sentence in chosen
    )
    print(f"{len(passages)} articles, {_SAMPLE} sentences")
    print(f"by their own article: {dict(own.most_common())}")
    print(f"by the next article: {dict(foreign.most_common())}")


if __name__ == "__main__":
    main()
