"""Fit when an answer is an abstention, and say how well it does on questions that it has not seen.

    python -m lab.abstention.calibrate SIGNALS REPORT --model NAME --corpus WORDS --out FILE

Both files come from lab/abstention/measure.py: lines {id, kind, answerable, ruled, signals}. Logistic regression with
an L2 penalty on standardised signals, by Newton's method. The report set is never fitted to. A signal that is unknown
for some question counts as its mean.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.generator.french.terms import stems

SIGNALS = ("dense", "close", "domain", "particular")
PENALTY = 1.0
DOMAIN = Path(__file__).with_name("domain.txt")
THRESHOLD = 0.5
"""Of a fitted probability: abstain when it is likelier that the passages do not answer. See README.md beside this."""

Floats = NDArray[np.float64]


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def vocabulary() -> frozenset[str]:
    """Stems of the domain's words."""
    lines = DOMAIN.read_text(encoding="utf-8").splitlines()
    return stems(" ".join(line for line in lines if not line.startswith("#")))


def matrix(rows: list[dict[str, Any]]) -> tuple[Floats, Floats]:
    """Signals, NaN where unknown, shape (questions, signals), and labels, shape (questions,): 1 answerable, 0 not."""
    values = np.array([[row["signals"][name] for name in SIGNALS] for row in rows], float)
    return values, np.array([row["answerable"] for row in rows], float)


def fit(values: Floats, labels: Floats) -> Floats:
    """Bias and weights, shape (1 + signals,)."""
    design = np.c_[np.ones(len(values)), values]
    penalty = np.diag([0.0] + [PENALTY] * values.shape[1])
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        predicted = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (predicted - labels) + penalty @ weights
        hessian = design.T @ (design * (predicted * (1 - predicted))[:, None]) + penalty
        weights -= np.linalg.solve(hessian, gradient)
    return weights


def probabilities(values: Floats, weights: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(weights[0] + values @ weights[1:]))))


def precision_recall(abstained: NDArray[np.bool_], labels: Floats) -> tuple[float, float]:
    """Of the abstentions, those that were right; of the questions without an answer, those that were abstained on."""
    right = float((abstained & (labels == 0)).sum())
    return right / max(float(abstained.sum()), 1.0), right / max(float((labels == 0).sum()), 1.0)


def report(name: str, rows: list[dict[str, Any]], abstained: NDArray[np.bool_]) -> str:
    """One line for the set, and the share of right decisions by kind of question."""
    labels = np.array([row["answerable"] for row in rows], float)
    precision, recall = precision_recall(abstained, labels)
    kinds: dict[str, list[bool]] = defaultdict(list)
    for row, decision in zip(rows, abstained, strict=True):
        kinds[row["kind"]].append(bool(decision) != row["answerable"])
    by_kind = ", ".join(f"{kind} {sum(right)}/{len(right)}" for kind, right in sorted(kinds.items()))
    summary = f"{name}: abstention precision {precision:.3f}, recall {recall:.3f}, {len(rows)} questions"
    print(f"{summary}\n  right: {by_kind}")
    return summary


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("calibration", type=Path)
    parser.add_argument("report", type=Path)
    parser.add_argument("--model", required=True, help="the embedding model behind the cosines")
    parser.add_argument("--also", nargs="*", default=["multilingual-e5-small"], help="names of it with other weights")
    parser.add_argument("--corpus", required=True, help="what was searched, in words")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    rows = read(given.calibration)
    judged = [row for row in rows if row["ruled"] is None]
    raw, labels = matrix(judged)
    mean, scale = np.nanmean(raw, axis=0), np.nanstd(raw, axis=0)
    values = np.nan_to_num((raw - mean) / scale)
    weights = fit(values, labels)

    def decide(questions: list[dict[str, Any]]) -> NDArray[np.bool_]:
        """Rules first (an article that was asked for), then the fitted probability."""
        predicted = probabilities(np.nan_to_num((matrix(questions)[0] - mean) / scale), weights)
        ruled = [row["ruled"] for row in questions]
        return np.array([p < THRESHOLD if rule is None else rule for rule, p in zip(ruled, predicted, strict=True)])

    report("calibration set", rows, decide(rows))
    seen = read(given.report)
    result = report("report set", seen, decide(seen))
    calibration = {
        "model": given.model,
        "also": given.also,
        "method": f"lab/abstention/calibrate.py on {len(judged)} questions, {given.corpus}; {result}",
        "bias": round(float(weights[0]), 5),
        "weights": {
            name: {"mean": round(float(m), 5), "scale": round(float(s), 5), "weight": round(float(w), 5)}
            for name, m, s, w in zip(SIGNALS, mean, scale, weights[1:], strict=True)
        },
        "threshold": THRESHOLD,
        "vocabulary": sorted(vocabulary()),
    }
    given.out.write_text(json.dumps(calibration, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
