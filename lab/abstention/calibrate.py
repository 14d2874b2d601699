"""Fit when an answer is an abstention, and say how well it does on questions that it has not seen.

    python -m lab.abstention.calibrate SIGNALS... --report SIGNALS... --model NAME --corpus WORDS --out FILE

All files come from lab/abstention/measure.py: lines {id, kind, answerable, ruled, signals}. Logistic regression with
an L2 penalty on standardised signals, by Newton's method. The report sets are never fitted to. A signal that is unknown
for some question counts as its mean.

The words of elsewhere.toml were written by whoever wrote the near questions, and will know fewer of other people's. So
each of the near questions that they know is fitted to a second time as if they did not (`UNKNOWN`).
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.generator.french.terms import stems

SIGNALS = ("dense", "question", "coverage", "domain", "foreign", "particular", "elsewhere")
TOLD = ("particular", "elsewhere")
PENALTY = 1.0
UNKNOWN = 0.5
"""The weight of a near question as if no word told what it asks for; the rest is of the question as it is."""

ANSWERABLE = 0.4
"""The weight of a question of a set that has answerable ones alone (`--answerable`)."""

DOMAIN = Path(__file__).with_name("domain.txt")
THRESHOLD = 0.55
"""Of a fitted probability: abstain below it. By cross-validation over what is fitted to; see README.md beside this."""

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


def fit(values: Floats, labels: Floats, importance: Floats) -> Floats:
    """Bias and weights, shape (1 + signals,).

    Args:
        importance: of each question, shape (questions,).
    """
    design = np.c_[np.ones(len(values)), values]
    penalty = np.diag([0.0] + [PENALTY] * values.shape[1])
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        predicted = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (importance * (predicted - labels)) + penalty @ weights
        hessian = design.T @ (design * (importance * predicted * (1 - predicted))[:, None]) + penalty
        weights -= np.linalg.solve(hessian, gradient)
    return weights


def fitted_to(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the questions that no rule decides with their `importance`, near ones with and without what is told."""
    rows = [{"importance": 1.0} | row for row in rows if row["ruled"] is None]
    told = [row for row in rows if row.get("near") and not row["answerable"] and any(row["signals"][n] for n in TOLD)]
    without = [
        row | {"signals": row["signals"] | dict.fromkeys(TOLD, 0.0), "importance": UNKNOWN * row["importance"]}
        for row in told
    ]
    for row in told:
        row["importance"] *= 1 - UNKNOWN
    return rows + without


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
    parser.add_argument("calibration", type=Path, nargs="+")
    parser.add_argument(
        "--near", type=Path, nargs="*", default=[], help="questions near the subject, fitted to as well"
    )
    parser.add_argument("--answerable", type=Path, nargs="*", default=[], help="sets of answerable questions, as well")
    parser.add_argument("--report", type=Path, nargs="+", required=True)
    parser.add_argument("--model", required=True, help="the embedding model behind the cosines")
    parser.add_argument("--also", nargs="*", default=["multilingual-e5-small"], help="names of it with other weights")
    parser.add_argument("--corpus", required=True, help="what was searched, in words")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    rows = [row for path in given.calibration for row in read(path)]
    rows += [row | {"near": True} for path in given.near for row in read(path)]
    rows += [row | {"importance": ANSWERABLE} for path in given.answerable for row in read(path)]
    judged = fitted_to(rows)
    raw, labels = matrix(judged)
    mean, scale = np.nanmean(raw, axis=0), np.nanstd(raw, axis=0)
    importance = np.array([row["importance"] for row in judged], float)
    weights = fit(np.nan_to_num((raw - mean) / scale), labels, importance)

    def decide(questions: list[dict[str, Any]]) -> NDArray[np.bool_]:
        """Rules first (an article that was asked for), then the fitted probability."""
        predicted = probabilities(np.nan_to_num((matrix(questions)[0] - mean) / scale), weights)
        ruled = [row["ruled"] for row in questions]
        return np.array([p < THRESHOLD if rule is None else rule for rule, p in zip(ruled, predicted, strict=True)])

    report("fitted to", rows, decide(rows))
    results = [report(path.stem, seen, decide(seen)) for path in given.report for seen in [read(path)]]
    calibration = {
        "model": given.model,
        "also": given.also,
        "method": f"lab/abstention/calibrate.py on {len(rows)} questions, {given.corpus}; {'; '.join(results)}",
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
