"""The error of the check of support on labelled pairs.

python -m lab.support.measure              # thresholds on the calibration half, then the figures of the report half
python -m lab.support.measure --errors     # every calibration pair that is judged wrongly, and why
"""

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from services.generator.grounding.support import COVERED, check_support
from shared.contracts.passages import Passage

PAIRS = Path(__file__).parent / "pairs.jsonl"
_THRESHOLDS = [n / 100 for n in range(40, 101, 4)]


@dataclass(frozen=True, slots=True)
class Pair:
    sentence: str
    passage: str
    supported: bool
    kind: str

    @property
    def reported(self) -> bool:
        """Half of the passages, with all of their pairs, are kept from whoever chooses rules and thresholds."""
        return hashlib.sha256(self.passage.encode()).digest()[0] % 2 == 1


@dataclass(frozen=True, slots=True)
class Figures:
    """Of `supported` as the positive: precision is what one may believe of a sentence that is shown."""

    right: int
    shown_wrongly: int
    shown_rightly: int
    removed_wrongly: int
    count: int

    @property
    def precision(self) -> float:
        return self.shown_rightly / max(1, self.shown_rightly + self.shown_wrongly)

    @property
    def recall(self) -> float:
        return self.shown_rightly / max(1, self.shown_rightly + self.removed_wrongly)

    @property
    def accuracy(self) -> float:
        return self.right / max(1, self.count)


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    return [Pair(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def judged(pair: Pair, covered: float = COVERED) -> str:
    """Why the sentence is refused, or ""."""
    passage = Passage(
        id="p", document_id=UUID(int=0), version_id=UUID(int=0), scope="public", ordinal=0, title="",
        text=pair.passage, start=0, end=len(pair.passage),
    )  # fmt: skip
    return check_support(pair.sentence, [passage], covered).reason


def figures(pairs: Sequence[Pair], covered: float = COVERED) -> Figures:
    verdicts = [(pair.supported, not judged(pair, covered)) for pair in pairs]
    return Figures(
        right=sum(label == shown for label, shown in verdicts),
        shown_wrongly=sum(shown and not label for label, shown in verdicts),
        shown_rightly=sum(shown and label for label, shown in verdicts),
        removed_wrongly=sum(label and not shown for label, shown in verdicts),
        count=len(verdicts),
    )


def _line(name: str, found: Figures) -> str:
    return f"| {name} | {found.count} | {found.precision:.3f} | {found.recall:.3f} | {found.accuracy:.3f} |"


def _by_kind(pairs: Sequence[Pair]) -> None:
    kinds: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        kinds[pair.kind].append(pair)
    print("\n| kind | pairs | judged rightly |\n| --- | --- | --- |")
    for kind, of_kind in sorted(kinds.items(), key=lambda each: -len(each[1])):
        found = figures(of_kind)
        print(f"| {kind} | {found.count} | {found.right} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true")
    errors = parser.parse_args().errors
    pairs = read_pairs()
    calibration = [pair for pair in pairs if not pair.reported]
    report = [pair for pair in pairs if pair.reported]
    if errors:
        for pair in calibration:
            if pair.supported == bool(judged(pair)):
                print(f"{pair.kind:11} {judged(pair) or 'shown':9} {pair.sentence}\n{'':22}{pair.passage}")
        return
    print("| share of words | precision | recall | accuracy |\n| --- | --- | --- | --- |")
    for covered in _THRESHOLDS:
        found = figures(calibration, covered)
        print(f"| {covered:.2f} | {found.precision:.3f} | {found.recall:.3f} | {found.accuracy:.3f} |")
    print("\n| set | pairs | precision | recall | accuracy |\n| --- | --- | --- | --- | --- |")
    print(_line("calibration", figures(calibration)))
    print(_line("report", figures(report)))
    _by_kind(report)


if __name__ == "__main__":
    main()
