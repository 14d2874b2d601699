import pytest

from services.generator.answering.abstention import Abstention, signals_of, why_abstain
from services.generator.answering.asked_articles import Missing
from services.generator.answering.calibration import Calibration, Signals, packaged_calibration
from shared.language.catalogue import LANGUAGES, Catalogue
from tests.fakes.generator import CALIBRATION, source

SHEARS = "Le sécateur se range fermé, conformément à l'article R. 12-3."


def test_weak_evidence_abstains_and_says_how_much_was_looked_at() -> None:
    weak = (source(0, SHEARS, dense=0.80), source(1, SHEARS, dense=0.79))
    assert why_abstain("Où va le sécateur ?", weak, CALIBRATION) == Abstention(2)
    assert why_abstain("Où va le sécateur ?", (source(0, SHEARS, dense=0.9),), CALIBRATION) is None


def test_no_evidence_abstains() -> None:
    assert why_abstain("Où va le sécateur ?", (), CALIBRATION) == Abstention(0)


def test_an_article_that_was_found_is_always_shown() -> None:
    found = (source(0, "Rien à voir.", dense=0.1, exact=True, article="R12-3"),)
    assert why_abstain("R. 12-3", found, CALIBRATION) is None
    assert why_abstain("R. 12-3", (source(0, "Rien.", dense=0.1, article="R. 12-3"),), CALIBRATION) is None


@pytest.mark.parametrize("question", ["R. 9999-99", "Que dit l'article R. 9999-99 sur le sécateur ?"])
def test_an_invented_article_is_not_replaced_by_its_neighbours(question: str) -> None:
    reason = why_abstain(question, (source(0, SHEARS, dense=0.99),), CALIBRATION)
    assert reason is not None
    assert reason.sentences == [("answers.article-not-found", {"articles": "R9999-99"})]


def test_an_article_that_a_passage_names_may_be_answered_from_it() -> None:
    named = (source(0, SHEARS, dense=0.99),)
    assert why_abstain("Le sécateur selon l'article R. 12-3 ?", named, CALIBRATION) is None
    assert why_abstain("R. 12-3", named, CALIBRATION) is not None


def test_passages_without_a_word_of_a_french_question_answer_nothing() -> None:
    alike = (source(0, SHEARS, dense=0.99),)
    assert why_abstain("Comment faire une tarte ?", alike, CALIBRATION) is not None
    assert why_abstain("Where do shears go?", alike, CALIBRATION, language="en") is None


def test_one_units_facts_are_not_in_public_law() -> None:
    words = CALIBRATION.vocabulary
    public = (source(0, SHEARS),)
    unit = (source(0, SHEARS, scope="unit:A"),)
    assert signals_of("Où est rangé le sécateur du bâtiment B ?", public, words).particular == 1
    assert signals_of("Où est rangé le sécateur du bâtiment B ?", unit, words).particular == 0
    assert signals_of("Un sécateur doit-il être rangé fermé ?", public, words).particular == 0


def test_the_domain_counts_unless_a_units_document_is_close() -> None:
    words = CALIBRATION.vocabulary
    public = (source(0, SHEARS),)
    assert signals_of("Un sécateur sur une échelle ?", public, words).domain == 1
    assert signals_of("Un sécateur ?", public, words).domain == 0.5
    assert signals_of("Un divorce ?", public, words).domain == 0
    assert signals_of("Un divorce ?", (source(0, SHEARS, scope="unit:A"),), words).domain is None


def test_missing_cosines_count_as_average() -> None:
    signals = signals_of("Un sécateur ?", (source(0, SHEARS, dense=None),), CALIBRATION.vocabulary)
    assert signals.dense is None
    assert CALIBRATION.probability(signals) == 0.5


def test_a_calibration_of_other_signals_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown signals"):
        Calibration.model_validate_json(CALIBRATION.model_dump_json().replace('"dense"', '"length"'))


def test_the_packaged_calibration_tells_strong_from_weak() -> None:
    calibration = packaged_calibration()
    strong = Signals(dense=0.92, close=0.91, domain=1, particular=0)
    weak = Signals(dense=0.82, close=0.81, domain=0, particular=0)
    assert calibration.probability(strong) > calibration.threshold > calibration.probability(weak)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", [Abstention(7), Abstention(7, (Missing("R9999-99"),))])
def test_every_reason_has_its_sentence(language: str, reason: Abstention) -> None:
    ((key, params),) = reason.sentences
    sentence = Catalogue().text(language, key, **params)
    assert ("R9999-99" if reason.missing else "7") in sentence
    assert "…" not in sentence
