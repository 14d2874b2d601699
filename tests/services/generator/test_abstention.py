from dataclasses import replace

import pytest

from services.generator.answering.abstention import Abstention, why_abstain
from services.generator.answering.asked_articles import Missing
from services.generator.answering.calibration import Calibration, Signals, packaged_calibration
from services.generator.answering.elsewhere import Elsewhere, elsewhere
from services.generator.answering.read_question import ReadQuestion
from services.generator.answering.signals import signals_of
from services.generator.grounding.sources import Source
from shared.language.catalogue import LANGUAGES, Catalogue
from tests.fakes.generator import CALIBRATION, source

SHEARS = "Le sécateur se range fermé, conformément à l'article R. 12-3."


def test_weak_evidence_abstains_and_says_how_much_was_looked_at() -> None:
    weak = (source(0, SHEARS, dense=0.80), source(1, SHEARS, dense=0.79))
    assert why_abstain(ReadQuestion.read("Où va le sécateur ?"), weak, CALIBRATION) == Abstention(2)
    assert why_abstain(ReadQuestion.read("Où va le sécateur ?"), (source(0, SHEARS, dense=0.9),), CALIBRATION) is None


def test_no_evidence_abstains() -> None:
    assert why_abstain(ReadQuestion.read("Où va le sécateur ?"), (), CALIBRATION) == Abstention(0)


def test_an_article_that_was_found_is_always_shown() -> None:
    found = (source(0, "Rien à voir.", dense=0.1, exact=True, article="R12-3"),)
    assert why_abstain(ReadQuestion.read("R. 12-3"), found, CALIBRATION) is None
    assert (
        why_abstain(ReadQuestion.read("R. 12-3"), (source(0, "Rien.", dense=0.1, article="R. 12-3"),), CALIBRATION)
        is None
    )


@pytest.mark.parametrize("question", ["R. 9999-99", "Que dit l'article R. 9999-99 sur le sécateur ?"])
def test_an_invented_article_is_not_replaced_by_its_neighbours(question: str) -> None:
    reason = why_abstain(ReadQuestion.read(question), (source(0, SHEARS, dense=0.99),), CALIBRATION)
    assert reason is not None
    assert reason.sentences == [("answers.article-not-found", {"articles": "R9999-99"})]


def test_an_article_that_a_passage_names_may_be_answered_from_it() -> None:
    named = (source(0, SHEARS, dense=0.99),)
    assert why_abstain(ReadQuestion.read("Le sécateur selon l'article R. 12-3 ?"), named, CALIBRATION) is None
    assert why_abstain(ReadQuestion.read("R. 12-3"), named, CALIBRATION) is not None


def test_passages_without_a_word_of_a_french_question_answer_nothing() -> None:
    alike = (source(0, SHEARS, dense=0.99),)
    assert why_abstain(ReadQuestion.read("Comment faire une tarte ?"), alike, CALIBRATION) is not None
    assert why_abstain(ReadQuestion.read("Where do shears go?", "en"), alike, CALIBRATION) is None


def test_another_law_is_not_answered_from_the_code_however_near_its_words_are() -> None:
    asked = ReadQuestion.read("Où se range le sécateur en Belgique ?")
    assert why_abstain(asked, (source(0, SHEARS, dense=0.99),), CALIBRATION) is not None
    own = source(0, SHEARS, dense=0.99, scope="unit:A")
    assert why_abstain(asked, (own,), CALIBRATION) is None


def test_another_language_is_not_answered_beside_what_it_asks_for() -> None:
    asked = ReadQuestion.read("Wie hoch ist der Zuschlag für Überstunden im Labor?", "de")
    beside = source(0, "Le temps de travail au laboratoire est fixé par l'employeur.", dense=0.99)
    told = source(1, "Les heures supplémentaires sont majorées.", dense=0.99)
    assert why_abstain(asked, (beside,), CALIBRATION) is not None
    assert why_abstain(asked, (beside, told), CALIBRATION) is None
    unit = source(2, "Überstunden werden ausgeglichen.", dense=0.99, scope="unit:UMR1")
    assert why_abstain(asked, (beside, unit), CALIBRATION) is None


def test_one_units_facts_are_not_in_public_law() -> None:
    public, unit = (source(0, SHEARS),), (source(0, SHEARS, scope="unit:A"),)

    def particular(question: str, sources: tuple[Source, ...] = public) -> float:
        return signals_of(
            ReadQuestion.read(question), sources, CALIBRATION.vocabulary, elsewhere(question, 2026)
        ).particular

    assert particular("Où est rangé le sécateur du bâtiment B ?") == 1
    assert particular("Où est rangé le sécateur du bâtiment B ?", unit) == 0
    assert particular("Un sécateur doit-il être rangé fermé ?") == 0
    assert particular("Est-ce que Yannick Kervella est malade ?") == 1


def test_the_nearest_questions_count_but_not_beside_a_units_document() -> None:
    def with_questions(*cosines: float | None, scope: str = "public") -> tuple[Source, ...]:
        found = (source(n, SHEARS, scope=scope) for n in range(len(cosines)))
        return tuple(
            replace(each, evidence=each.evidence.model_copy(update={"question": cosine}))
            for each, cosine in zip(found, cosines, strict=True)
        )

    words = CALIBRATION.vocabulary
    assert signals_of(
        ReadQuestion.read("Un sécateur ?"), with_questions(0.7, None, 0.9, 0.8, 0.1), words
    ).question == pytest.approx(0.8)
    assert signals_of(ReadQuestion.read("Un sécateur ?"), with_questions(None, None), words).question is None
    assert signals_of(ReadQuestion.read("Un sécateur ?"), with_questions(0.9, scope="unit:A"), words).question is None


def test_the_rare_words_of_a_french_question_weigh_most_in_what_a_passage_covers() -> None:
    def coverage(question: str, text: str, language: str = "fr") -> float | None:
        return signals_of(ReadQuestion.read(question, language), (source(0, text),), frozenset()).coverage

    rare = coverage("Le scaphandre de l'employeur ?", "Un scaphandre se range.")
    common = coverage("Le scaphandre de l'employeur ?", "Un employeur se range.")
    assert rare is not None
    assert common is not None
    assert rare > 0.5 > common
    assert coverage("Where do shears go?", SHEARS, "en") is None


TOILETS = "Les cabinets d'aisance sont équipés de chasse d'eau."


def covered(question: str, language: str = "fr", text: str = TOILETS, scope: str = "public") -> float | None:
    return signals_of(ReadQuestion.read(question, language), (source(0, text, scope=scope),), frozenset()).coverage


def test_what_a_question_names_otherwise_than_the_law_counts_for_half_and_all_of_it_for_most() -> None:
    some = covered("Les chiottes bouchées ?", text="Les cabinets sont équipés.") or 0.0
    assert 0 < some < 0.5
    assert covered("Les chiottes bouchées ?") == 0.8
    assert covered("La porte bouchée ?") == 0


def test_a_value_with_its_unit_is_no_word_that_a_passage_must_have() -> None:
    assert covered("cabinets d'aisance, 40 personnes") == 1


def test_of_a_story_what_no_public_text_speaks_of_needs_no_passage() -> None:
    story = "Ma cousine Zorglub s'est mariée dimanche. On a dansé le zouk. Il pleuvait des hallebardes ce soir-là."
    assert covered(f"{story} Zorglub : les cabinets d'aisance avec chasse d'eau, équipés ?") == 1
    assert (covered("Zorglub : les cabinets d'aisance avec chasse d'eau, équipés ?") or 0) < 1


def test_a_foreign_question_is_covered_as_far_as_its_words_are_known_in_french() -> None:
    assert covered("Where are the toilets?", "en") == 1
    assert covered("Which toilets did Napoleon use?", "en") == pytest.approx(1 / 3, abs=0.2)
    assert covered("Where is the Eiffel tower?", "en") is None
    assert covered("Where are the toilets?", "en", scope="unit:A") is None


def test_who_suffers_from_what_is_no_patient_where_a_rule_is_asked_for() -> None:
    assert elsewhere("J'ai mal au dos à force de soulever des sacs, il y a un poids max ?", 2026) == ()
    assert [each.key for each in elsewhere("J'ai mal au dos, que faire ?", 2026)] == ["doctor"]


def test_the_domain_counts_unless_a_units_document_is_close() -> None:
    words = CALIBRATION.vocabulary
    public = (source(0, SHEARS),)
    assert signals_of(ReadQuestion.read("Un sécateur sur une échelle ?"), public, words).domain == 1
    assert signals_of(ReadQuestion.read("Un sécateur ?"), public, words).domain == 0.5
    assert signals_of(ReadQuestion.read("Un divorce ?"), public, words).domain == 0
    assert signals_of(ReadQuestion.read("Un divorce ?"), (source(0, SHEARS, scope="unit:A"),), words).domain is None


def test_missing_cosines_count_as_average() -> None:
    signals = signals_of(ReadQuestion.read("Un sécateur ?"), (source(0, SHEARS, dense=None),), CALIBRATION.vocabulary)
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


def test_an_abstention_names_what_it_did_not_find_and_what_was_nearest() -> None:
    weak = (source(0, SHEARS, dense=0.5, article="R12-4"), source(1, SHEARS, dense=0.4, article="R12-5"))
    reason = why_abstain(
        ReadQuestion.read("Quel sécateur pour la bruyère selon la norme EN 14175 ?"), weak, CALIBRATION
    )
    assert reason is not None
    assert reason.words == ("bruyère", "norme")
    assert reason.nearest == "R12-4 (Outils)"
    assert [each.key for each in reason.instead] == ["standard"]
    assert [key for key, _ in reason.sentences] == [
        "answers.abstained",
        "answers.words-not-found",
        "answers.nearest",
        "answers.instead.standard",
    ]


def test_a_word_of_the_telephone_is_not_what_was_not_found() -> None:
    weak = (source(0, SHEARS, dense=0.5, article="R12-4"), source(1, SHEARS, dense=0.4, article="R12-5"))
    reason = why_abstain(ReadQuestion.read("cest koi le sécateur pr la bruyère stp"), weak, CALIBRATION)
    assert reason is not None
    assert reason.words == ("bruyère",)


def test_an_abstention_names_no_document_of_a_unit() -> None:
    reason = why_abstain(
        ReadQuestion.read("Où va le sécateur ?"), (source(0, SHEARS, dense=0.5, scope="unit:A"),), CALIBRATION
    )
    assert reason is not None
    assert reason.nearest == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("reason", "named"),
    [
        (Abstention(7), ["7"]),
        (Abstention(7, (Missing("R9999-99"),)), ["R9999-99"]),
        (Abstention(7, (), ("bruyère",), "R12-4"), ["7", "bruyère", "R12-4"]),
        (Abstention(7, instead=(Elsewhere("text", "code du jardin"),)), ["7", "code du jardin"]),
    ],
)
def test_every_reason_has_its_sentences(language: str, reason: Abstention, named: list[str]) -> None:
    sentences = " ".join(Catalogue().text(language, key, **params) for key, params in reason.sentences)
    assert all(each in sentences for each in named)
    assert "…" not in sentences


def test_a_passage_with_all_of_the_laws_words_for_a_thing_covers_most_of_its_question() -> None:
    free = source(0, "Les équipements de protection individuelle sont fournis gratuitement par l'employeur.")
    asked = ReadQuestion.read("Ma cousine rigolote a perdu son casque, qui doit le remplacer ?")
    assert signals_of(asked, (free,), ()).coverage == 0.8
    abroad = signals_of(asked, (free,), (), (Elsewhere("country"),)).coverage
    assert abroad is not None
    assert abroad < 0.8
