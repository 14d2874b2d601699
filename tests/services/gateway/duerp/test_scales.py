"""Scales: figures worked out by hand from the documents that the examples come from, and what a scale refuses."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.gateway.duerp.scales.examples import EXAMPLES, example
from services.gateway.duerp.scales.model import check, is_lower, rate, without_measures
from shared.errors import InvalidInput
from shared.http_api.duerp.scales import Rating, Scale, Table

# scale, residual values in the order of its axes, score, level
BY_HAND = [
    ("vigie", ("2", "4", "1"), "8", "faible"),
    ("vigie", ("3", "3", "1"), "9", "moyen"),
    ("vigie", ("4", "4", "1"), "16", "moyen"),
    ("vigie", ("3", "3", "2"), "18", "élevé"),
    ("vigie", ("3", "4", "3"), "36", "critique"),
    ("vigie", ("4", "1", "3"), "12", "critique"),  # by its condition: gravity 4 with control 3 or 4
    ("vigie", ("4", "1", "2"), "8", "faible"),
    ("uneven_product", ("Faible", "Annuelle", "Très élevée"), "0.05", "Priorité 4 (Faible)"),
    ("uneven_product", ("Moyenne", "Mensuelle", "Très élevée"), "0.8", "Priorité 4 (Faible)"),
    ("uneven_product", ("Grave", "Journalière", "Très élevée"), "50", "Priorité 3 (Modéré)"),
    ("uneven_product", ("Faible", "Hebdomadaire", "Absente"), "10", "Priorité 3 (Modéré)"),
    ("uneven_product", ("Grave", "Hebdomadaire", "Moyenne"), "100", "Priorité 2 (Moyenne)"),
    ("uneven_product", ("Très Grave", "Hebdomadaire", "Moyenne"), "500", "Priorité 1 (Forte)"),
    ("sum_in_words", ("An", "Très faible", "Décès"), "12.5", "Acceptable"),
    ("sum_in_words", ("Semaine", "Faible", "IPP"), "24", "À améliorer"),
    ("sum_in_words", ("Jour", "Élevée", "IPP"), "36", "Agir vite"),
    ("quotient", ("4", "4", "4"), "4", None),
    ("quotient", ("4", "4", "3"), "5.333333", None),
    ("quotient", ("4", "4", "1"), "16", None),
    ("quotient", ("1", "1", "4"), "0.25", None),
    ("kinney_table", ("0.1", "0.5", "1"), "0.05", "acceptable"),
    ("kinney_table", ("0.5", "6", "15"), "45", "à surveiller"),
    ("kinney_table", ("3", "6", "3"), "54", "à surveiller"),
    ("kinney_table", ("1", "10", "7"), "70", "mesures nécessaires"),
    ("kinney_table", ("1", "10", "40"), "400", "arrêt de l'activité"),
    ("kinney_table", ("10", "10", "100"), "10000", "arrêt de l'activité"),
]


def values_of(scale: Scale, names: tuple[str, ...]) -> dict[str, str]:
    return {axis.key: name for axis, name in zip(scale.axes, names, strict=True)}


@pytest.mark.parametrize(("name", "words", "score", "level"), BY_HAND)
def test_a_rating_comes_to_what_one_works_out_by_hand(
    name: str, words: tuple[str, ...], score: str, level: str | None
) -> None:
    scale = example(name)
    result = rate(scale, scale.residual, values_of(scale, words))
    assert result.score == Decimal(score)
    assert (result.level.name if result.level else None) == level


def test_every_example_is_a_scale_that_says_its_directions() -> None:
    scales = {name: example(name) for name in EXAMPLES}
    better = {
        (name, axis.key)
        for name, scale in scales.items()
        for axis in scale.axes
        if axis.direction == "higher_is_better"
    }
    assert better == {("quotient", "control")}


def test_the_table_of_kinney_is_the_product_in_each_of_its_252_places() -> None:
    scale = example("kinney_table")
    assert scale.residual is not None
    places = list(product(*(axis.values for axis in scale.axes)))
    assert len(places) == 252
    for place in places:
        words = {axis.key: value.name for axis, value in zip(scale.axes, place, strict=True)}
        p, e, c = (value.weight for value in place)
        assert rate(scale, scale.residual, words).score == p * e * c


def test_the_best_protected_is_never_the_worst_whichever_way_the_control_counts() -> None:
    for name in ("vigie", "uneven_product", "quotient"):
        scale = example(name)
        control = next(axis for axis in scale.axes if axis.key == "control")
        others = {axis.key: axis.values[-1].name for axis in scale.axes if axis.key != "control"}
        scores = [rate(scale, scale.residual, others | {"control": value.name}).score for value in control.values]
        best, worst = (0, -1) if control.direction == "higher_is_worse" else (-1, 0)
        assert scores[best] == min(scores), name
        assert scores[worst] == max(scores), name


@pytest.mark.parametrize(
    ("name", "gross", "without"),
    [
        ("vigie", ("3", "3"), "36"),  # times the control "aucune mesure", 4
        ("uneven_product", ("Grave", "Hebdomadaire"), "200"),  # times "Absente", 1
        ("quotient", ("4", "4"), "16"),  # divided by the lowest control, 1
        ("sum_in_words", ("Jour", "Élevée", "IPP"), "36"),
    ],
)
def test_a_gross_rating_tells_what_the_residual_one_is_without_any_measure(
    name: str, gross: tuple[str, ...], without: str
) -> None:
    scale = example(name)
    words = {axis.key: word for axis, word in zip(scale.axes, gross, strict=False)}
    result = without_measures(scale, words)
    assert result is not None
    assert result.score == Decimal(without)
    assert is_lower(scale, Decimal(without) - 1, result.score)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"gravity": "4", "frequency": "4"}, "rating-incomplete"),
        ({"gravity": "4", "frequency": "4", "control": "5"}, "rating-value"),
        ({"gravity": "4", "frequency": "4", "control": ""}, "rating-value"),
        ({"gravity": "4", "frequency": "4", "control": "1", "weather": "1"}, "rating-unknown-axis"),
    ],
)
def test_what_was_not_said_is_not_made_up(values: dict[str, str], reason: str) -> None:
    scale = example("vigie")
    with pytest.raises(InvalidInput) as refused:
        rate(scale, scale.residual, values)
    assert refused.value.params["reason"] == reason


def small(**changes: Any) -> dict[str, Any]:
    """A scale of two axes, as JSON."""
    axis = {
        "name": "A",
        "direction": "higher_is_worse",
        "values": [{"name": "1", "weight": "1"}, {"name": "2", "weight": "2"}],
    }
    product_of = {"formula": {"kind": "product", "axes": ["a", "b"]}}
    return {"name": "S", "axes": [{"key": "a", **axis}, {"key": "b", **axis}], "residual": product_of, **changes}


def levels(*bounds: dict[str, str]) -> dict[str, Any]:
    named = [{"name": f"L{number}", "colour": "#000000", **bound} for number, bound in enumerate(bounds)]
    return {"formula": {"kind": "product", "axes": ["a", "b"]}, "levels": named}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"residual": None}, "scale-without-formula"),
        ({"residual": {"formula": {"kind": "product", "axes": ["a", "c"]}}}, "scale-unknown-axis"),
        ({"residual": {"formula": {"kind": "product", "axes": ["a", "a"]}}}, "scale-axis-twice"),
        ({"residual": {"formula": {"kind": "table", "axes": ["a", "b"], "results": ["1", "2", "3"]}}}, "scale-table"),
        ({"residual": levels({"at_least": "1"})}, "scale-levels"),
        ({"residual": levels({}, {"at_least": "4"}, {"at_least": "2"})}, "scale-levels"),
        ({"residual": levels({}, {"at_least": "4", "above": "4"})}, "scale-levels"),
        ({"axes": [small()["axes"][0]] * 2}, "scale-axes"),
    ],
)
def test_a_scale_that_cannot_be_computed_with_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check(Scale.model_validate(small(**changes)))
    assert refused.value.params["reason"] == reason


def test_a_quotient_divides_by_no_value_that_is_zero() -> None:
    scale = small(residual={"formula": {"kind": "quotient", "over": ["a"], "under": ["b"]}})
    scale["axes"][1]["values"][0]["weight"] = "0"
    with pytest.raises(InvalidInput) as refused:
        check(Scale.model_validate(scale))
    assert refused.value.params["reason"] == "scale-zero"


def test_a_table_without_a_result_somewhere_rates_nothing_there() -> None:
    table = {"formula": {"kind": "table", "axes": ["a", "b"], "results": ["1", "2", None, "4"]}}
    scale = Scale.model_validate(small(residual=table))
    check(scale)
    assert scale.residual is not None
    assert isinstance(scale.residual.formula, Table)
    assert rate(scale, scale.residual, {"a": "2", "b": "2"}).score == 4
    with pytest.raises(InvalidInput) as refused:
        rate(scale, scale.residual, {"a": "2", "b": "1"})
    assert refused.value.params["reason"] == "rating-no-result"


@given(st.lists(st.decimals("0.001", "9999", places=3), min_size=2, max_size=5, unique=True))
def test_weights_are_exact_however_they_are_written(weights: list[Decimal]) -> None:
    values = [{"name": str(number), "weight": str(weight)} for number, weight in enumerate(weights)]
    axis = {"key": "a", "name": "A", "direction": "higher_is_worse", "values": values}
    scale = Scale.model_validate(small(axes=[axis], residual={"formula": {"kind": "product", "axes": ["a"]}}))
    again = Scale.model_validate_json(scale.model_dump_json())
    assert again == scale
    for value in again.axes[0].values:
        assert rate(again, again.residual, {"a": value.name}).score == value.weight


@pytest.mark.parametrize("weight", [0.05, "5e2", "1,5", "", " 1", "NaN", True, None])
def test_a_number_that_is_not_exact_is_refused(weight: object) -> None:
    scale = small()
    scale["axes"][0]["values"][0]["weight"] = weight
    with pytest.raises(ValidationError):
        Scale.model_validate(scale)


def test_a_rating_names_its_scale_and_version() -> None:
    with pytest.raises(ValidationError):
        Rating.model_validate({"values": {"gravity": "4"}})
