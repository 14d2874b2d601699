"""Trains the second reader of clauses (shared/duerp/drafting/likeness.json) from labelled clauses of this folder.

    .venv/bin/python -m lab.drafting.train_likeness

Ridge regression from the centred, normalised vectors of texts, as the built-in model embeds questions, to families.
Texts: `clauses.jsonl`, which says the families itself; clauses of the described units that were mended by, with the
families that words find in them and the unit has; and, lightly, the phrases of the lexicon.
"""

import asyncio
import base64
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.embedder.app import build_engine
from services.embedder.settings import EmbedderSettings
from shared.duerp.drafting.clauses import Reading, clauses_of
from shared.duerp.drafting.lexicon import lexicon
from shared.duerp.drafting.words import words_of
from shared.duerp.families import risk_families
from shared.language.detection import language_of_text

Floats = npt.NDArray[np.float64]

HERE = Path(__file__).parent
WRITTEN = HERE.parents[1] / "shared/duerp/drafting/likeness.json"
SETS = (
    "units", "other_hand", "trades", "fresh_trades", "last_trades", "forty_open", "forty_kept", "words_of_others",
    "last_words_of_others", "ten_more", "hand_open", "hand_kept", "hand_fresh", "hand_last",
)  # fmt: skip
MODELS = ("multilingual-e5-small-int8-openvino", "multilingual-e5-small-int8", "multilingual-e5-small")
"""Forms of the same weights, whose vectors of one text have a cosine of .99 and more."""

PENALTY = 1.0
A_PHRASE = 0.1
"""Weight of a phrase of the lexicon beside a clause: at 1 precision was .05 lower on first sights."""

A_HINT = 0.5
LEAST = 0.22
STRICT = dict.fromkeys(
    ("field_missions", "vulnerable_workers", "optical_laser", "falls_height", "noise", "animal_facility"), 0.28
)
"""Families of which likeness told wrongly more often than rightly on first sights, with what their score must be."""

Row = tuple[str, dict[str, float], float]
"""A text, its families with how much it tells of each, its weight."""


def written() -> Iterator[Row]:
    for line in (HERE / "clauses.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["text"], dict.fromkeys(row["families"], 1.0), 1.0


def of_units() -> Iterator[Row]:
    for name in SETS:
        for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
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


def of_lexicon() -> Iterator[Row]:
    told: dict[str, dict[str, float]] = {}
    for german in (False, True):
        for parts, family, is_hint in lexicon(german=german).phrases():
            of_phrase = told.setdefault(" ".join(part.split("|")[0].strip("=*") for part in parts), {})
            of_phrase[family] = max(A_HINT if is_hint else 1.0, of_phrase.get(family, 0))
    yield from ((text, families, A_PHRASE) for text, families in sorted(told.items()))


async def embedded(texts: Sequence[str]) -> Floats:
    """Return the vectors of texts, shape (texts, dimension)."""
    settings = EmbedderSettings()
    engine = build_engine(settings.backend, settings)
    async with engine.opened():
        if engine.model.name not in MODELS:
            raise SystemExit(f"{engine.model} is none of {MODELS}")
        known = {text: await engine.embed_query(text) for text in dict.fromkeys(texts)}
    return np.stack([known[text] for text in texts]).astype(np.float64)


def fitted(vectors: Floats, labels: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the mean of the vectors, the classifiers' weights, shape (dimension, families), and their biases."""
    mean = np.average(vectors, axis=0, weights=weights)
    centred = vectors - mean
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    bias = np.average(labels, axis=0, weights=weights)
    weighed = (centred * weights[:, None]).T
    square = weighed @ centred + PENALTY * np.eye(len(mean))
    solved: Floats = np.linalg.solve(square, weighed @ (labels - bias)).astype(np.float64)
    return mean, solved, bias


def _base64(values: npt.NDArray[np.generic]) -> str:
    return base64.b64encode(values.tobytes()).decode()


def main() -> None:
    rows = [*written(), *of_units(), *of_lexicon()]
    families = [each.id for each in risk_families()]
    labels = np.array([[told.get(family, 0.0) for family in families] for _, told, _ in rows])
    vectors = asyncio.run(embedded([text for text, _, _ in rows]))
    mean, weights, bias = fitted(vectors, labels, np.array([weight for _, _, weight in rows]))
    scales = np.abs(weights).max(axis=0) / 127
    small = np.rint(weights / scales).astype(np.int8)
    data = {
        "about": f"lab/drafting/train_likeness.py made it of {len(rows)} texts: weights int8, mean float16 (<)",
        "models": MODELS,
        "dimension": len(mean),
        "mean": _base64(mean.astype("<f2")),
        "families": {
            family: {
                "least": STRICT.get(family, LEAST),
                "bias": round(float(bias[place]), 5),
                "scale": float(f"{scales[place]:.6g}"),
                "weights": _base64(np.ascontiguousarray(small[:, place])),
            }
            for place, family in enumerate(families)
        },
    }
    WRITTEN.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
