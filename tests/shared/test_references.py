"""What people write, and which articles of which text they mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.references import Kind, names_text, period_of, references_of

MEANT = {
    # ranges, lists, what follows
    "Que disent les articles R. 4412-1 à R. 4412-4 ?": "R4412-1…R4412-4",
    "articles L. 4121-1 à 3": "L4121-1…L4121-3",
    "articles L. 4121-1 à -3 du code du travail": "L4121-1…L4121-3 @code du travail",
    "entre L. 4121-1 et L. 4121-3": "L4121-1…L4121-3",
    "L. 4121-1 bis L. 4121-3": "L4121-1…L4121-3",
    "L. 4121-1 to L. 4121-3": "L4121-1…L4121-3",
    "L. 4121-1, -2 et -3": "L4121-1 L4121-2 L4121-3",
    "L. 4121-1, 2 et 3": "L4121-1 L4121-2 L4121-3",
    "L. 4121-1 et L. 4122-1": "L4121-1 L4122-1",
    "articles L. 4121-1, 4121-2 et 4122-1": "L4121-1 L4121-2 L4122-1",
    "R. 4412-59 et suivants": "R4412-59+",
    "R. 4412-59 et s.": "R4412-59+",
    "les articles L. 4121-1 et suivants du code du travail": "L4121-1+ @code du travail",
    # the text beside the number
    "Que dit l'article R. 4312-1 du code de la santé publique ?": "R4312-1 @code de la santé publique",
    "L. 4131-1 CSP": "L4131-1 @code de la santé publique",
    "CSP, art. L. 4131-1": "L4131-1 @code de la santé publique",
    "Dans le code de la défense, que dit l'article R. 1333-1 ?": "R1333-1 @code de la défense",
    "L. 4121-1 du c. trav.": "L4121-1 @code du travail",
    "article 3 de l'arrêté du 8 octobre 1987": "3 @arrete du 8 octobre 1987",
    "article 5 du décret n° 2001-1016 du 5 novembre 2001": "5 @decret n° 2001-1016 du 5 novembre 2001",
    "article 6 de la directive 89/391/CEE": "6 @directive 89/391/cee",
    "L. 12-3 du code du jardin": "L12-3 @code du jardin",
    "L. 4121-1 et L. 4131-1 du code de la santé publique": (
        "L4121-1 @code de la santé publique L4131-1 @code de la santé publique"
    ),
    # parts
    "L. 4121-2 9": "L4121-2 (9)",
    "L. 4121-2, 9°": "L4121-2 (9°)",
    "article L. 4121-2 (9° alinéa)": "L4121-2 (9° alinéa)",
    "L. 4121-2 al. 1": "L4121-2 (al. 1)",
    "L. 4121-2 I": "L4121-2 (I)",
    "L. 4121-2, I, 2°": "L4121-2 (I, 2°)",
    # half a number, no letter
    "L. 4121": "L4121~",
    "article 4412-16 du code du travail": "4412-16? @code du travail",
    "article 4412-16": "4412-16?",
    # annexes, suffixes
    "annexe I de l'article R. 4312-1": "Annexe I à l'article R4312-1",
    "annexe 2 à l'article R4312-6 du code du travail": "Annexe II à l'article R4312-6 @code du travail",
    "L. 122-45 bis": "L122-45 bis",
    "L1233-3 A": "L1233-3 A",
    # odd characters
    "R**4412-16": "R4412-16",
    "R 4412.16": "R4412-16",
    "R 4412 149": "R4412-149",
    "D.1142.2.1": "D1142-2-1",
    "d 1142 2 1": "D1142-2-1",
    "Que dit l'article R 4624 28 1 du code du travail ?": "R4624-28-1 @code du travail",
    "R 4412 16 et R 4412 17": "R4412-16 R4412-17",
    "R 4412 16 5 mg": "R4412-16",
    "R 4412 2.5 mg": "R4412~",
    "R 5132 10 5 1": "R5132-10-5-1",
    "l1": "L1",
    "L 23 111 1": "L23-111-1",
    "L.23.111.1": "L23-111-1",
    "L 23 111": "",
    "une vis D 50 100": "",
    "R.\u200b4412-16": "R4412-16",
    "\uff32\uff0e\uff14\uff14\uff11\uff12\uff0d\uff11\uff16": "R4412-16",
    "R.44\u2060 12\u201116": "",
    "L. 4121\u20111": "L4121-1",
    # divisions in words
    "chapitre II du titre Ier du livre IV de la quatrième partie": (
        "chapitre II du titre Ier du livre IV de la quatrième partie#"
    ),
    "Que dit le titre 2 du livre 1er de la partie IV du code du travail ?": (
        "titre 2 du livre 1er de la partie IV# @code du travail"
    ),
    "4e partie": "",
    "le chapitre 4412": "chapitre 4412#",
    "chapitre II du guide": "",
    "le livre IV de la quatrième partie": "",
    # annexes behind the number, abbreviations behind it
    "R. 4312-1, annexe I": "Annexe I à l'article R4312-1",
    "Annexe 1 de l'art. R. 4312-1": "Annexe I à l'article R4312-1",
    "R. 4541-1 et svts": "R4541-1+",
    "R. 4312-1 (annexe 2)": "Annexe II à l'article R4312-1",
    "L. 4121-3 C. trav.": "L4121-3 @code du travail",
    "L. 1233-3 A du code": "L1233-3 A",
    "art. R. 4412-59 s.": "R4412-59+",
    "R. 4412-59 s'applique": "R4412-59",
    # within a file's name, with a space behind the thousands, an annex before its article in brackets
    "artR4412-16": "R4412-16",
    "ArticleL4121-1 du code du travail": "L4121-1 @code du travail",
    "voir artL4121-1 et artL4121-2": "L4121-1 L4121-2",
    "article R. 4 412-16": "R4412-16",
    "L. 4\u202f121-1": "L4121-1",
    "annexe I (R. 4312-1)": "Annexe I à l'article R4312-1",
    "annexe 2 - R. 4312-6": "Annexe II à l'article R4312-6",
    "annexe II : article R. 4312-6": "Annexe II à l'article R4312-6",
    "de 2 à 4 412-16": "",
    "R441216": "R4412-16",
    "R.4412-1/2/3": "R4412-1 R4412-2 R4412-3",
    "L. 4121-1 / L. 4121-2": "L4121-1 L4121-2",
    "R. 4412-1/5 mg": "R4412-1",
    "L4121-2-9°": "L4121-2 (9°)",
    "L. 4121-3-1-2°": "L4121-3-1 (2°)",
    "R\u200d4412\u206016": "R4412-16",
    "Que dit l'article R4412149 ?": "R4412-149",
    "la pompe D123456 fuit": "",
    "article L412100": "",
    # no reference
    "un bidon de l 12": "",
    "le fluide R 410": "",
    "le CACES R489": "",
    "une vis D 50": "",
    "article 3 du règlement intérieur": "",
    "L'article premier": "",
    "L'article L. 4121-1 a 3 alinéas": "L4121-1",
    "les articles R. 4412-1 et 2 personnes": "R4412-1",
    "R. 4412-16 5 mg": "R4412-16",
    "L. 4121-1 A quoi sert-il ?": "L4121-1",
}


def shown(text: str) -> str:
    """References in short: `+` following, `~` chapter, `?` without letter, `#` division, `@` its text, its part."""
    signs = {Kind.FOLLOWING: "+", Kind.CHAPTER: "~", Kind.BARE: "?", Kind.DIVISION: "#"}
    found = []
    for each in references_of(text):
        found.append(each.name + signs.get(each.kind, "") + (f" ({each.part})" if each.part else ""))
        found += [f"@{each.text.name}"] if each.text else []
    return " ".join(found)


@pytest.mark.parametrize(("text", "meant"), MEANT.items())
def test_what_is_meant(text: str, meant: str) -> None:
    assert shown(text) == meant


def test_a_title_names_its_text_by_any_of_its_names() -> None:
    (reference,) = references_of("L. 4131-1 CSP")
    assert reference.text is not None
    assert names_text("Code de la santé publique", reference.text)
    assert not names_text("Code du travail", reference.text)
    (reference,) = references_of("article 5 du décret n° 2001-1016 du 5 novembre 2001")
    assert reference.text is not None
    assert names_text("Décret 2001-1016", reference.text)


@given(st.text(alphabet="LRDlrd 0123456789-.,°*\u00e0\u200b()'\u2011etarticlcodu", max_size=200))
def test_references_stand_in_their_order_within_the_text(text: str) -> None:
    spans = [place for each in references_of(text) for place in (each.start, each.end)]
    assert all(0 <= place <= len(text) for place in spans)
    assert [each.start for each in references_of(text)] == sorted(each.start for each in references_of(text))


@given(
    st.sampled_from("LRD"),
    st.integers(1000, 9999),
    st.integers(1, 999),
    st.sampled_from(
        [
            "{}. {}-{}",
            "{} {}-{}",
            "{}*{}-{}",
            "{}.{}\u2011{}",
            "{} {} {}",
            "{} {}.{}",
            "article {}.{}-{}",
            "{}{}-\u200b{}",
        ]
    ),
)
def test_a_number_is_read_in_every_spelling(letter: str, first: int, last: int, spelling: str) -> None:
    (reference,) = references_of(spelling.format(letter, first, last))
    assert reference.numbers == (f"{letter}{first}-{last}",)


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("au 1er janvier 2005", date(2005, 1, 1), date(2005, 1, 1)),
        ("en mars 2010", date(2010, 3, 1), date(2010, 3, 31)),
        ("dans sa version d'août 2019", date(2019, 8, 1), date(2019, 8, 31)),
        ("le 15/03/2019", date(2019, 3, 15), date(2019, 3, 15)),
        ("on 3 May 2012", date(2012, 5, 3), date(2012, 5, 3)),
        ("am 3. Mai 2012", date(2012, 5, 3), date(2012, 5, 3)),
        ("2012-05-03", date(2012, 5, 3), date(2012, 5, 3)),
        ("avant 2021", date(2021, 1, 1), date(2021, 12, 31)),
    ],
)
def test_the_day_of_a_question_is_read_in_every_form(question: str, first: date, last: date) -> None:
    found = period_of(f"Que disait l'article L. 4121-3 {question} ?")
    assert found is not None
    assert (found.first, found.last) == (first, last)


def test_a_date_of_a_decree_or_of_no_calendar_is_no_day() -> None:
    assert period_of("article 5 du décret n° 2001-1016 du 5 novembre 2001") is None
    assert period_of("au 31 février 2012") is None
