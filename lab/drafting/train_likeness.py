"""Trains the second reader of clauses (shared/duerp/drafting/likeness.json) from labelled clauses of this folder.

    .venv/bin/python -m lab.drafting.train_likeness [--measure]

Ridge regression from the centred, normalised vectors of texts, as the built-in model embeds questions, to families: of
clauses, and of whole descriptions (the mean of their clauses' vectors). Texts: `clauses.jsonl`, which says the families
itself; clauses of the described units, with the families that words find in them and the unit has; and, lightly, the
phrases of the lexicon. A logistic regression weighs both with what words told at first sight (`first_sights.jsonl`), on
scores of a set by classifiers that have not seen it. `--measure` prints what it does on each set by the others.
"""

import asyncio
import base64
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lab.drafting.first_sights import FAMILIES, Measured, Scores, candidates, measure, sights, weighed_by
from services.embedder.app import build_engine
from services.embedder.settings import EmbedderSettings
from shared.duerp.drafting.clauses import clauses_of
from shared.duerp.drafting.lexicon import lexicon
from shared.duerp.drafting.pieces import Reading
from shared.duerp.drafting.second_reading import clauses_to_compare, text_of
from shared.duerp.drafting.words import words_of
from shared.language.detection import language_of_text

Floats = npt.NDArray[np.float64]

HERE = Path(__file__).parent
WRITTEN = HERE.parents[1] / "shared/duerp/drafting/likeness.json"
SETS = (
    "units", "other_hand", "trades", "fresh_trades", "last_trades", "forty_open", "forty_kept", "words_of_others",
    "last_words_of_others", "ten_more", "hand_open", "hand_kept", "hand_fresh", "hand_last", "second_open",
    "second_kept", "blind_open",
)  # fmt: skip
MODELS = ("multilingual-e5-small-int8-openvino", "multilingual-e5-small-int8", "multilingual-e5-small")
"""Forms of the same weights, whose vectors of one text have a cosine of .99 and more."""

PENALTY = 1.0
A_PHRASE = 0.1
"""Weight of a phrase of the lexicon beside a clause: at 1 precision was .05 lower on first sights."""

A_HINT = 0.5
TOLERATED = 0.3
"""How much a description tells of a family that may be proposed, beside one that must."""

WHOLE_PENALTY = 2.0
LEAST = 0.12
"""Probability from which a family is proposed: on sets by the others, recall and precision as ADR 62 has them."""

Row = tuple[str, dict[str, float], float]
"""A text, its families with how much it tells of each, its weight."""


def written() -> Iterator[Row]:
    for line in (HERE / "clauses.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["text"], dict.fromkeys(row["families"], 1.0), 1.0


def of_units(without: str = "") -> Iterator[Row]:
    for name in SETS:
        for row in units_of(name) if name != without else ():
            text, has = row["description"], {*row["expected"], *row["tolerated"]}
            words_known = lexicon(german=language_of_text(text) == "de")
            for clause in clauses_of(text):
                if clause.reading is Reading.SAID:
                    words = [*words_of(text, clause.start, clause.end)]
                    told: dict[str, float] = {}
                    for found in words_known.found_in(words, capitals=text.isupper()):
                        if found.hazard.family in has:
                            much = A_HINT if found.is_hint else 1.0
                            told[found.hazard.family] = max(much, told.get(found.hazard.family, 0))
                    yield text[clause.start : clause.end], told, 1.0


def units_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def texts_of(description: str) -> list[str]:
    """Return the texts of the clauses that are compared."""
    return [text_of(description, each) for each in clauses_to_compare(description)]


def of_lexicon() -> Iterator[Row]:
    told: dict[str, dict[str, float]] = {}
    for german in (False, True):
        for parts, family, is_hint in lexicon(german=german).phrases():
            of_phrase = told.setdefault(" ".join(part.split("|")[0].strip("=*") for part in parts), {})
            of_phrase[family] = max(A_HINT if is_hint else 1.0, of_phrase.get(family, 0))
    yield from ((text, families, A_PHRASE) for text, families in sorted(told.items()))


async def embedded(texts: Iterable[str]) -> dict[str, Floats]:
    """Return the vectors of texts, shape (dimension,)."""
    settings = EmbedderSettings()
    engine = build_engine(settings.backend, settings)
    async with engine.opened():
        if engine.model.name not in MODELS:
            raise SystemExit(f"{engine.model} is none of {MODELS}")
        return {text: (await engine.embed_query(text)).astype(np.float64) for text in dict.fromkeys(texts)}


@dataclass(frozen=True, slots=True)
class Ridge:
    """Mean of the vectors, weights of shape (dimension, families), biases."""

    mean: Floats
    weights: Floats
    bias: Floats

    def scores(self, vectors: Floats) -> Floats:
        """Return scores of shape (texts, families) of vectors of shape (texts, dimension)."""
        centred = vectors - self.mean
        scores: Floats = centred / np.linalg.norm(centred, axis=1, keepdims=True) @ self.weights + self.bias
        return scores


def fitted(vectors: Floats, labels: Floats, weights: Floats, penalty: float) -> Ridge:
    mean = np.average(vectors, axis=0, weights=weights)
    centred = vectors - mean
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    bias = np.average(labels, axis=0, weights=weights)
    weighed = (centred * weights[:, None]).T
    square = weighed @ centred + penalty * np.eye(len(mean))
    solved: Floats = np.linalg.solve(square, weighed @ (labels - bias)).astype(np.float64)
    return Ridge(mean, solved, bias)


def of_clauses(vectors: Mapping[str, Floats], without: str = "") -> Ridge:
    """Return the classifiers of clauses, of a set left out where one is named."""
    rows = [*written(), *of_units(without), *of_lexicon()]
    labels = np.array([[told.get(family, 0.0) for family in FAMILIES] for _, told, _ in rows])
    weights = np.array([weight for _, _, weight in rows])
    return fitted(np.stack([vectors[text] for text, _, _ in rows]), labels, weights, PENALTY)


def of_descriptions(vectors: Mapping[str, Floats], without: str = "") -> Ridge:
    """Return the classifiers of whole descriptions, as `of_clauses`."""
    rows = [(row, texts_of(row["description"])) for name in SETS if name != without for row in units_of(name)]
    means = np.stack([np.mean([vectors[text] for text in texts], axis=0) for _, texts in rows])
    labels = np.array(
        [[1.0 if f in row["expected"] else TOLERATED * (f in row["tolerated"]) for f in FAMILIES] for row, _ in rows]
    )
    return fitted(means, labels, np.ones(len(rows)), WHOLE_PENALTY)


def packed(ridge: Ridge) -> dict[str, object]:
    scales = np.abs(ridge.weights).max(axis=0) / 127
    small = np.rint(ridge.weights / scales).astype(np.int8)
    return {
        "mean": _base64(ridge.mean.astype("<f2")),
        "families": {
            family: {
                "bias": round(float(ridge.bias[place]), 5),
                "scale": float(f"{scales[place]:.6g}"),
                "weights": _base64(np.ascontiguousarray(small[:, place])),
            }
            for place, family in enumerate(FAMILIES)
        },
    }


def _base64(values: npt.NDArray[np.generic]) -> str:
    return base64.b64encode(values.tobytes()).decode()


def all_texts() -> Iterator[str]:
    yield from (text for text, _, _ in (*written(), *of_units(), *of_lexicon()))
    yield from (text for name in SETS for row in units_of(name) for text in texts_of(row["description"]))
    yield from (clause["text"] for sight in sights() for clause in sight["clauses"])


def main() -> None:
    vectors = asyncio.run(embedded(all_texts()))
    measures = measures_of(vectors)
    if "--measure" in sys.argv:
        measure(measures, LEAST)
    clause = of_clauses(vectors)
    data = {
        "about": "made by lab/drafting/train_likeness.py: weights int8, means float16 (<)",
        "models": MODELS,
        "dimension": len(clause.mean),
        "least": LEAST,
        "weighed": weighed_by(measures),
        "clause": packed(clause),
        "whole": packed(of_descriptions(vectors)),
    }
    WRITTEN.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def measures_of(vectors: Mapping[str, Floats]) -> list[Measured]:
    """Return what the regression weighs of each unit, by classifiers that have not seen its set."""
    found: list[Measured] = []
    for name in dict.fromkeys(sight["set"] for sight in sights()):
        clause, whole = of_clauses(vectors, name), of_descriptions(vectors, name)
        labels = {row["id"]: row for row in units_of(name)}
        for sight in (each for each in sights() if each["set"] == name):
            rows = np.stack([vectors[each["text"]] for each in sight["clauses"]])
            mean = rows.mean(axis=0, keepdims=True)
            scores = Scores(clause.scores(rows), clause.scores(mean)[0], whole.scores(mean)[0])
            found.append(Measured(sight, labels[sight["id"]], candidates(sight, scores)))
    return found


if __name__ == "__main__":
    main()
