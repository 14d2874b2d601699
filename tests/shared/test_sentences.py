"""What ends a sentence, and that nothing of a text is lost between two of them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.language.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Selon l'art. 5 du décret n° 2022-395, M. Dupont (cf. R. 4412-16 et art. L. 4121-1) agit.",
        "MM. Durand et Petit, le Dr. Martin et Mme. Leroy sont d'accord.",
        "J.-P. Martin et A. Durand l'ont écrit, éd. 2020, p. 12, al. 2.",
        "I. \u2013 L'employeur évalue les risques.",
        "1. Les travailleurs sont informés.",
        "a) Les équipements ; b) les consignes, etc., et le reste.",
        "Les gants, lunettes, etc. sont fournis.",
        "La valeur est de 0.5 mg/m3 (c.-à-d. peu).",
        "Le texte (…) continue [...] ainsi.",
        "« Sortez ! » dit-il.",
        "Voir https://exemple.fr/a.b?c=d. pour la suite.",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Il évalue. Il informe.", ["Il évalue.", "Il informe."]),
        ("Vraiment ? Oui !", ["Vraiment ?", "Oui !"]),
        ("Il dit : « Venez vite ! » Puis il part.", ["Il dit : « Venez vite ! »", "Puis il part."]),
        ("Les mesures du I. Les autres.", ["Les mesures du I.", "Les autres."]),
        ("Voir l'annexe A. Les seuils suivent.", ["Voir l'annexe A.", "Les seuils suivent."]),
        ("Les gants, etc. Les autres.", ["Les gants, etc.", "Les autres."]),
        ("Une longueur de 10 mm. Au-delà, non.", ["Une longueur de 10 mm.", "Au-delà, non."]),
        ("Ils sont sept. Tous restent.", ["Ils sont sept.", "Tous restent."]),
        ("I. - Il veille. II. - Il informe.", ["I. - Il veille.", "II. - Il informe."]),
        (
            "Il veille :\n1° À la sécurité ;\n2° À la santé.",
            ["Il veille :", "1° À la sécurité ;", "2° À la santé."],
        ),
        ("Consignes\nPorter des gants.\n\n- un\n- deux", ["Consignes", "Porter des gants.", "- un", "- deux"]),
        ("Acétone | 67-64-1\nBenzène | 71-43-2", ["Acétone | 67-64-1", "Benzène | 71-43-2"]),
    ],
)
def test_sentences_end(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_line_that_wraps_prose_ends_nothing() -> None:
    text = "une phrase coupée par la\nCommission et par un\nretour à la ligne"
    assert sentences(text) == [text]


@pytest.mark.parametrize("text", ["", " \n\t\u00a0"])
def test_white_space_has_no_sentence(text: str) -> None:
    assert sentence_spans(text) == []


@given(st.text(alphabet=st.sampled_from("aB1 .!?;:\n\t«»\u00a0'()°-…LRMe"), max_size=200) | st.text(max_size=100))
@example(".")
@example("\n. \n'")
def test_every_visible_character_is_in_one_span(text: str) -> None:
    spans = sentence_spans(text)
    position = 0
    for start, end in spans:
        assert position <= start < end <= len(text)
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()
