"""Say how well each signal and their fit tell questions that the passages answer from others, on questions left out.

    python -m lab.abstention.curves SIGNALS... [--near SIGNALS...] [--folds 10]

SIGNALS are lines {id, kind, answerable, ruled, signals} of lab/abstention/measure.py or lab/answers/measure.py. First
the area under the ROC curve of each signal alone, as a rank statistic (Mann and Whitney, 1947), unknown values as the
mean; then the fit of calibrate.py in cross-validation: each question is judged by weights fitted to the other folds,
with its area, precision and recall of abstention, and each kind by itself. Intervals are of 95 %, by bootstrap over
questions.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lab.abstention.calibrate import (
    SIGNALS,
    THRESHOLD,
    Floats,
    fit,
    fitted_to,
    matrix,
    precision_recall,
    probabilities,
    read,
    report,
)

SAMPLES = 2000
SEED = 20261129

Row = dict[str, Any]


def area(scores: Floats, labels: Floats) -> float:
    """Return the chance that an answerable question has a higher score than another one; ties count half."""
    yes, no = scores[labels == 1], scores[labels == 0]
    if not len(yes) or not len(no):
        return float("nan")
    return float(((yes[:, None] > no).sum() + 0.5 * (yes[:, None] == no).sum()) / (len(yes) * len(no)))


def interval(labels: Floats, *scores: Floats, of: Callable[..., float]) -> str:
    """Return a figure of scores and labels with its interval."""
    chance = np.random.default_rng(SEED).integers(0, len(labels), (SAMPLES, len(labels)))
    drawn = [of(*(each[at] for each in scores), labels[at]) for at in chance]
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return f"{of(*scores, labels):.3f} [{low:.3f}, {high:.3f}]"


def left_out(rows: list[Row], folds: int) -> Floats:
    """Return for each question the probability by weights that were fitted to the other folds."""
    fold = np.random.default_rng(SEED).permutation(len(rows)) % folds
    found = np.zeros(len(rows))
    for held in range(folds):
        train = fitted_to([row for row, at in zip(rows, fold, strict=True) if at != held])
        raw, labels = matrix(train)
        mean, scale = np.nanmean(raw, axis=0), np.nanstd(raw, axis=0)
        scale[scale == 0] = 1.0
        importance = np.array([row["importance"] for row in train], float)
        weights = fit(np.nan_to_num((raw - mean) / scale), labels, importance)
        test = [row for row, at in zip(rows, fold, strict=True) if at == held]
        found[fold == held] = probabilities(np.nan_to_num((matrix(test)[0] - mean) / scale), weights)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("signals", type=Path, nargs="+")
    parser.add_argument("--near", type=Path, nargs="*", default=[], help="questions near the subject, as calibrate.py")
    parser.add_argument("--folds", type=int, default=10)
    given = parser.parse_args()
    rows = [row for path in given.signals for row in read(path)]
    rows += [row | {"near": True} for path in given.near for row in read(path)]
    values, labels = matrix(rows)
    values = np.where(np.isnan(values), np.nanmean(values, axis=0), values)
    for name, column in zip(SIGNALS, values.T, strict=True):
        print(f"{name:10} area {interval(labels, column, of=area)}")
    predicted = left_out(rows, given.folds)
    ruled = [row["ruled"] for row in rows]
    abstained = np.array([p < THRESHOLD if rule is None else rule for rule, p in zip(ruled, predicted, strict=True)])
    print(f"fit, {given.folds} folds: area {interval(labels, predicted, of=area)}")
    for at, name in enumerate(("precision", "recall")):
        print(f"  {name} {interval(labels, abstained, of=lambda a, b, at=at: precision_recall(a, b)[at])}")
    report("left out", rows, abstained)


if __name__ == "__main__":
    main()
