"""What is said beside quotes of the articles that a question asks for by number."""

from datetime import date

import pytest

from services.generator.answering.asked_articles import (
    Missing,
    goes_on,
    is_asked_for,
    missing_articles,
    of_the_text_asked,
    opening_remarks,
)
from services.generator.grounding.sources import Source
from shared.contracts.questions import Citation
from tests.fakes.generator import evidence, passage

CODE = "Code du travail"
TODAY = date(2026, 11, 29)


def source(article: str, text: str = "Un texte.", ordinal: int = 0, **more: object) -> Source:
    found = passage(ordinal, text).model_copy(
        update={"title": CODE, "article": article, "source_url": "https://www.legifrance.gouv.fr/x", **more}
    )
    return Source(found, evidence(found).model_copy(update={"article": article, "exact": True}))


def cited(of: Source, quote: str) -> Citation:
    return Citation(
        n=1, passage=of.passage.id, document=of.passage.document_id, title=CODE, quote=quote, url="/v1/passages/x",
        article=of.passage.article,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "found", "missing"),
    [
        ("R. 4412-16 et L. 4614-14", ["R4412-16"], [Missing("L4614-14")]),
        ("Que disait l'article L. 230-2 ?", [], [Missing("L230-2", former=True)]),
        ("L. 1110-4 CSP", [], [Missing("L1110-4", text="code de la santé publique")]),
        ("R. 4412-1 à R. 4412-4", ["R4412-1", "R4412-4"], []),
        ("L. 4121", ["L4121-1"], []),
        ("chapitre II du titre Ier du livre IV de la quatrième partie", ["R4412-1"], []),
    ],
)
def test_what_is_missing_is_named_with_its_text(question: str, found: list[str], missing: list[Missing]) -> None:
    assert missing_articles(question, found) == missing


@pytest.mark.parametrize(
    ("missing", "key"),
    [
        (Missing("L1"), "answers.article-not-found"),
        (Missing("L230-2", former=True), "answers.article-former"),
        (Missing("L1", text="code civil"), "answers.article-of-another-text"),
    ],
)
def test_each_kind_of_missing_article_has_its_sentence(missing: Missing, key: str) -> None:
    assert missing.key == key


def test_another_codes_article_is_not_answered_with_this_ones() -> None:
    ours = source("L4131-1")
    assert of_the_text_asked("L. 4131-1 CSP", [ours]) == ()
    assert of_the_text_asked("L. 4131-1 C. trav.", [ours]) == (ours,)
    assert of_the_text_asked("L. 4131-1", [ours]) == (ours,)
    assert is_asked_for("L. 4131-1 ?", ours)
    assert not is_asked_for("L. 4131-2 ?", ours)


@pytest.mark.parametrize(
    ("when", "is_said"),
    [
        ("en 2015", True),
        ("au 1er janvier 2012", True),
        ("en mars 2010", True),
        ("le 15/03/2019", True),
        ("en 2024", False),
        ("", False),
    ],
)
def test_a_version_of_another_day_is_said(when: str, is_said: bool) -> None:
    article = source("L4121-3", in_force_from=date(2022, 3, 31))
    remarks = opening_remarks(f"L. 4121-3 {when}", [article], [article.evidence], TODAY)
    assert [each.key for each in remarks] == ["answers.version-of-another-day"] * is_said


def test_a_version_that_has_ended_is_said_too() -> None:
    article = source("L4121-3", in_force_from=date(2008, 5, 1), in_force_to=date(2012, 1, 1))
    remarks = opening_remarks("L. 4121-3 en 2015", [article], [article.evidence], TODAY)
    assert [each.key for each in remarks] == ["answers.version-of-another-day"]


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("L. 4121", "answers.half-a-number"),
        ("titre II du livre Ier de la quatrième partie", "answers.first-of-division"),
        ("L. 4121-1 et L. 9999-1", "answers.article-not-found"),
    ],
)
def test_what_was_asked_for_is_told_before_the_quotes(question: str, key: str) -> None:
    article = source("L4121-1")
    assert [each.key for each in opening_remarks(question, [article], [article.evidence], TODAY)] == [key]


def test_an_article_that_goes_on_says_so() -> None:
    whole = source("L4121-2", "Premier alinéa. Second alinéa.")
    assert goes_on([cited(whole, "Premier alinéa. Second alinéa.")], [whole], [whole.evidence]) == []
    (remark,) = goes_on([cited(whole, "Premier alinéa.")], [whole], [whole.evidence])
    assert remark.params == {"articles": "L4121-2"}
    later = source("L4121-2", "Suite.", ordinal=1)
    evidences = [whole.evidence, later.evidence]
    assert goes_on([cited(whole, "Premier alinéa. Second alinéa.")], [whole, later], evidences)


@pytest.mark.parametrize(
    ("end", "keys"),
    [
        (None, []),
        (date(2026, 9, 1), ["answers.article-ended"]),
        (TODAY, ["answers.article-ended"]),
        (date(2029, 1, 1), ["answers.article-ends"]),
    ],
)
def test_an_article_says_when_it_ends_or_has_ended(end: date | None, keys: list[str]) -> None:
    article = source("L6323-13", in_force_to=end)
    remarks = opening_remarks("Que dit l'article L. 6323-13 ?", [article], [article.evidence], TODAY)
    assert [each.key for each in remarks] == keys
    assert all(each.params == {"article": "L6323-13", "date": str(end)} for each in remarks)


def test_nothing_is_said_of_the_end_of_a_units_own_text() -> None:
    own = source("L6323-13", in_force_to=date(2020, 1, 1), source_url=None)
    assert opening_remarks("L. 6323-13", [own], [own.evidence], TODAY) == []
