"""Say how the calibration that ships decides on measured questions, with intervals of 95 % (bootstrap over questions).

    python -m lab.abstention.judge SIGNALS... [--without lab/abstention/calibration.jsonl --questions QUESTIONS.jsonl]

SIGNALS come from lab/abstention/measure.py. With --without, questions whose words stand in that file are left out.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from lab.abstention.calibrate import precision_recall, read, report
from services.generator.answering.calibration import Signals, packaged_calibration

SAMPLES = 2000
SEED = 20261129


def abstained(rows: list[dict[str, Any]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    calibration = packaged_calibration()
    weak = [calibration.probability(Signals(**row["signals"])) < calibration.threshold for row in rows]
    return np.array([row["ruled"] if row["ruled"] is not None else each for row, each in zip(rows, weak, strict=True)])


def intervals(rows: list[dict[str, Any]]) -> str:
    decided, labels = abstained(rows), np.array([row["answerable"] for row in rows], float)
    chance = np.random.default_rng(SEED).integers(0, len(rows), (SAMPLES, len(rows)))
    figures = np.array([precision_recall(decided[drawn], labels[drawn]) for drawn in chance])
    low, high = np.quantile(figures, (0.025, 0.975), axis=0)
    return f"  interval: precision [{low[0]:.3f}, {high[0]:.3f}], recall [{low[1]:.3f}, {high[1]:.3f}]"


def kept_apart(rows: list[dict[str, Any]], questions: Path, fitted: Path) -> list[dict[str, Any]]:
    """Return the rows of questions that do not stand among those that were fitted to."""
    known = {line["question"].casefold() for line in read(fitted)}
    apart = {line["id"] for line in read(questions) if line["question"].casefold() not in known}
    return [row for row in rows if row["id"] in apart]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("signals", type=Path, nargs="+")
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--without", type=Path)
    given = parser.parse_args()
    for path in given.signals:
        rows = read(path)
        if given.without and given.questions:
            rows = kept_apart(rows, given.questions, given.without)
        report(path.stem, rows, abstained(rows))
        print(intervals(rows))


if __name__ == "__main__":
    main()
