import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.references import article_references, canonical_article

ENGINE_SYNTAX = {
    "R4412-16": ["R4412-16", "R. 4412-16", "R 4412-16", " r4412-16 ", "article R. 4412-16", "Art. R4412 - 16",
                 "R.4412\u201116", "R. 4412\u201316", "R*4412-16", "R. * 4412-16", "R 4412 16"],
    "L4121-1": ["L4121-1", "L. 4121-1", "l.4121-1", "Article L 4121-1"],
    "D4711-1": ["D. 4711-1", "d4711-1"],
    "L1233-3 A": ["L1233-3 A", "L. 1233-3 A"],
    "R4412-59-1": ["R. 4412-59-1", "R4412 - 59 - 1"],
    "Annexe I": ["Annexe I", "  Annexe   I "],
}  # fmt: skip


@pytest.mark.parametrize(
    ("spelling", "number"), [(spelling, number) for number, all_ in ENGINE_SYNTAX.items() for spelling in all_]
)
def test_one_number_whatever_its_spelling(spelling: str, number: str) -> None:
    assert canonical_article(spelling) == number


@given(
    st.text(max_size=40)
    | st.from_regex(r"(art(icle|\.)? )?[LRDlrd][. *]{0,3}[0-9]{1,5}([ -]{1,3}[0-9]{1,4}){0,3}( [A-Z])?")
)
def test_a_canonical_number_stays_as_it_is(text: str) -> None:
    assert canonical_article(canonical_article(text)) == canonical_article(text)


def test_the_articles_that_a_text_names_once_each_in_their_order() -> None:
    text = "Voir R. 4412-16, L. 4121-1 et l'article R4412-16, puis L4121 2 aussi."
    assert article_references(text) == ["R4412-16", "L4121-1", "L4121-2"]


@pytest.mark.parametrize(
    "text", ["un bidon de l 12", "le 4412-16 sans lettre", "XR4412-16", "la loi de 1991", "20 l 5", "L'article premier"]
)
def test_what_is_no_article(text: str) -> None:
    assert article_references(text) == []


@given(st.text(max_size=200))
def test_each_article_that_is_found_is_canonical(text: str) -> None:
    found = article_references(text)
    assert [canonical_article(number) for number in found] == found
    assert len(set(found)) == len(found)
