"""What likeness adds to a draft, and what it must not; the shipped classifiers."""

import base64
import json
import math
from importlib import resources

import pytest

from shared.duerp.drafting.draft import MOST_QUIET, Draft, drafted
from shared.duerp.drafting.likeness import Alike, likeness, measured
from shared.duerp.drafting.resemblance import alike_of
from shared.duerp.drafting.second_reading import MOST_COMPARED, clauses_to_compare, completed, text_of
from shared.duerp.families import risk_families


def families(draft: Draft) -> list[str]:
    return [line.family for line in draft.lines]


def read(text: str, **alike: list[Alike]) -> Draft:
    """Draft a text; each keyword begins a clause that is like these families."""
    found = {
        clause: alike[word]
        for clause in clauses_to_compare(text)
        if (word := text_of(text, clause).split()[0].lower()) in alike
    }
    assert len(found) == len(alike)
    return completed(drafted(text), text, found)


def test_what_likeness_adds_stands_behind_the_words_the_surest_first_and_is_verbatim() -> None:
    text = "Deux lasers. Ceci ronronne fort. Cela tombe parfois de haut."
    draft = read(text, ceci=[Alike("noise", 0.3)], cela=[Alike("falls_height", 0.5), Alike("optical_laser", 0.9)])
    assert families(draft) == ["optical_laser", "falls_height", "noise"]
    assert [line.likeness for line in draft.lines] == [None, 0.5, 0.3]
    added = draft.lines[1]
    assert added.because == "Cela tombe parfois de haut"
    assert added.situation == "Cela tombe parfois de haut."
    assert added.hazard == next(each.label["fr"] for each in risk_families() if each.id == "falls_height")
    assert added.measures
    assert not {"falls_height", "noise", "optical_laser"} & set(draft.not_assessed)


def test_without_likeness_a_draft_is_what_words_say() -> None:
    text = "Deux lasers, un autoclave, on y est seul le soir."
    assert completed(drafted(text), text, {}) == drafted(text)


def test_what_is_denied_or_gone_is_not_compared_and_its_family_is_not_proposed() -> None:
    text = "Aucun laser. L'autoclave a été retiré en 2020. Ceci brille. Une fraiseuse."
    assert [text_of(text, each) for each in clauses_to_compare(text)] == ["Ceci brille", "Une fraiseuse"]
    draft = read(text, ceci=[Alike("optical_laser", 0.9)])
    assert "optical_laser" not in families(draft)
    assert "optical_laser" in [each.family for each in draft.no_risk]


def test_what_a_neutral_phrase_of_the_clause_covers_is_not_proposed() -> None:
    text = "Cette imprimante laser. Une fraiseuse."
    assert "optical_laser" not in families(read(text, cette=[Alike("optical_laser", 0.9)]))


def test_a_quiet_unit_stays_quiet() -> None:
    text = "Bureaux, ordinateurs toute la journée. Ceci encore."
    sure = [Alike(each, 0.9) for each in ("noise", "fire", "electrical", "waste_effluents")]
    assert len(read(text, ceci=sure).lines) <= MOST_QUIET


def test_a_unit_of_which_words_tell_nothing_is_not_quiet_where_likeness_is_sure_of_a_machine() -> None:
    text = "Ceci encore."
    many = ("noise", "fire", "electrical", "waste_effluents", "vibrations", "road")
    assert len(read(text, ceci=[Alike(each, 0.3) for each in many]).lines) == MOST_QUIET
    sure = [Alike("machines_equipment", 0.9), *(Alike(each, 0.3) for each in many)]
    assert len(read(text, ceci=sure).lines) == len(sure)


def test_to_an_office_likeness_adds_nothing_technical() -> None:
    text = "Bureaux, ordinateurs toute la journée. Ceci encore."
    found = families(read(text, ceci=[Alike("chemical_general", 0.9), Alike("work_organisation_time", 0.3)]))
    assert "work_organisation_time" in found
    assert "chemical_general" not in found


def test_a_long_description_is_compared_in_part() -> None:
    assert len(clauses_to_compare("On coupe. " * 1_000)) == MOST_COMPARED


def test_a_long_clause_is_cut_between_words() -> None:
    text = "machin " * 60
    [clause] = clauses_to_compare(text)
    assert text_of(text, clause).split() == ["machin"] * 22


def test_questions_are_not_asked_of_what_is_denied() -> None:
    asked = read("Lampes UV germicides, aucun laser.", lampes=[]).questions
    assert asked
    assert not any("laser" in each for each in asked)
    assert any("laser" in each for each in drafted("Un laser dans la salle.").questions)


def test_the_shipped_classifiers_know_every_family_and_the_built_in_model_alone() -> None:
    shipped = likeness()
    for each in (shipped.clause, shipped.whole):
        assert each.weights.keys() == {family.id for family in risk_families()}
        assert {len(weights) for weights in each.weights.values()} == {shipped.dimension} == {len(each.mean)}
    assert shipped.suits("multilingual-e5-small-int8")
    assert shipped.suits("multilingual-e5-small-int8-openvino")
    assert not shipped.suits("hashing-384")


def test_a_score_is_the_cosine_with_the_weights() -> None:
    """Recomputed by hand from the file: centred, normalised, times the weights, plus the bias."""
    data = json.loads(resources.files("shared.duerp.drafting").joinpath("likeness.json").read_text(encoding="utf-8"))
    reader, row = likeness().clause, data["clause"]["families"]["noise"]
    weights = [(each - 256 if each > 127 else each) * row["scale"] for each in base64.b64decode(row["weights"])]
    vector = [mean + weight for mean, weight in zip(reader.mean, weights, strict=True)]
    score = math.sqrt(sum(weight * weight for weight in weights)) + row["bias"]
    scores = reader.scores_of(vector)
    assert scores["noise"] == pytest.approx(score)
    assert max(scores, key=scores.__getitem__) == "noise"
    assert reader.scores_of(reader.mean) == pytest.approx(dict(reader.bias))


def test_a_vector_of_another_dimension_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        likeness().clause.scores_of([0.1] * 32)


def test_the_probability_is_the_logistic_of_what_is_weighed() -> None:
    weighed = measured(scores=[0.4, -0.1, 0.2], untold=[0.2], mean=0.1, whole=0.3, hint=1, clauses=4, lines=2)
    assert weighed["total"] == pytest.approx(0.3)
    coefficients = likeness().weighed
    total = coefficients["constant"] + sum(coefficients[name] * value for name, value in weighed.items())
    assert coefficients.keys() == {"constant", *weighed}
    assert likeness().probability(weighed) == pytest.approx(1 / (1 + math.exp(-total)))


def vector_of(family: str) -> list[float]:
    """Return a vector that the classifier of a clause knows well."""
    reader = likeness().clause
    return [mean + weight for mean, weight in zip(reader.mean, reader.weights[family], strict=True)]


def test_a_family_is_alike_at_the_clause_that_is_most_like_it_unless_words_tell_or_deny_it() -> None:
    text = "Deux lasers. Ceci ronronne fort. Cela tombe parfois. Aucun autoclave."
    clauses = clauses_to_compare(text)
    families_of = ("optical_laser", "noise", "pressure_equipment")
    vectors = {clause: vector_of(family) for clause, family in zip(clauses, families_of, strict=True)}
    found = alike_of(drafted(text), text, vectors)
    assert [each.family for each in found[clauses[1]]].count("noise") == 1
    told = {each.family for alike in found.values() for each in alike}
    assert "noise" in told
    assert not {"optical_laser", "pressure_equipment"} & told
    assert alike_of(drafted(text), text, {}) == {}
