"""Passages: exact, whole, in order, of bearable length, cut where a reader would cut."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.ingest.chunking import STRATEGIES
from services.ingest.ports import ParsedDocument, Piece, Section

MAX = 40
TEXTS = st.text(alphabet=st.sampled_from("aB1 .;:\n\t°-é\u0301)»I|"), max_size=300) | st.text(max_size=100)
HEADINGS = st.sampled_from([(), ("A",), ("A", "B"), ("C",)])


def parsed(*sections: tuple[tuple[str, ...], str], between: str = "\n\n") -> ParsedDocument:
    text, places = "", []
    for headings, body in sections:
        start = len(text) + (len(between) if text else 0)
        text = f"{text}{between if text else ''}{body}"
        places.append(Section(headings, start, start + len(body)))
    return ParsedDocument(text, tuple(places))


def cut(strategy: str, document: ParsedDocument, max_chars: int = MAX) -> list[str]:
    return [document.text[piece.start : piece.end] for piece in STRATEGIES[strategy].chunk(document, max_chars)]


def assert_whole(document: ParsedDocument, pieces: list[Piece], max_chars: int) -> None:
    position = 0
    for piece in pieces:
        assert position <= piece.start < piece.end <= len(document.text)
        assert piece.end - piece.start <= max_chars
        assert not document.text[position : piece.start].strip()
        text = document.text[piece.start : piece.end]
        assert text == text.strip()
        position = piece.end
    assert not document.text[position:].strip()


@pytest.mark.parametrize("strategy", sorted(STRATEGIES))
@given(st.lists(st.tuples(HEADINGS, TEXTS), max_size=4), st.integers(20, 80))
@example([((), "a" * 100), ((), "\n- b\n")], 20)
@example([(("A",), "e" + "\u0301" * 200)], 20)
def test_every_visible_character_is_in_one_piece(
    strategy: str, sections: list[tuple[tuple[str, ...], str]], max_chars: int
) -> None:
    document = parsed(*sections)
    assert_whole(document, STRATEGIES[strategy].chunk(document, max_chars), max_chars)


@given(st.lists(st.tuples(HEADINGS, TEXTS), max_size=4))
def test_a_piece_of_an_article_stays_within_it(sections: list[tuple[tuple[str, ...], str]]) -> None:
    document = parsed(*sections)
    for piece in STRATEGIES["article"].chunk(document, MAX):
        assert piece.section in document.sections
        assert piece.section.start <= piece.start < piece.end <= piece.section.end


def test_a_short_article_stands_alone() -> None:
    document = parsed((("A",), "Abrogé."), (("A",), "Voir plus bas."))
    assert cut("article", document) == ["Abrogé.", "Voir plus bas."]


def test_a_long_article_is_cut_before_its_paragraphs_rather_than_its_items() -> None:
    lines = ["L'employeur veille à :", "1° La santé ;", "2° La sécurité.", "Il forme aussi les agents.", "Il informe."]
    assert cut("article", parsed(((), "\n".join(lines))), 60) == ["\n".join(lines[:3]), "\n".join(lines[3:])]


def test_items_are_kept_with_what_stands_under_them() -> None:
    text = "1° Les gants :\na) nitrile ;\nb) latex ;\n2° Les masques :\na) papier ;\nb) tissu ;"
    assert cut("article", parsed(((), text)), 50) == [text[: text.index("\n2°")], text[text.index("2°") :]]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    text = "Selon l'art. R. 4412-16, il évalue. Il note le résultat. Il le transmet au médecin."
    assert cut("article", parsed(((), text)), 40) == [
        "Selon l'art. R. 4412-16, il évalue.",
        "Il note le résultat.",
        "Il le transmet au médecin.",
    ]


def test_a_sentence_without_end_is_cut_at_white_space_and_a_word_without_end_anywhere() -> None:
    assert cut("heading", parsed(((), "mot " * 30))) == ["mot mot mot mot mot mot mot mot mot mot"] * 3
    assert cut("heading", parsed(((), "x" * 100))) == ["x" * 40, "x" * 40, "x" * 20]


def test_no_accent_is_cut_from_its_letter() -> None:
    text = "x" * 39 + "q\u0308" + "x" * 30
    assert all(not piece.startswith("\u0308") for piece in cut("heading", parsed(((), text))))


def test_wrapped_prose_is_not_cut_at_its_line_ends() -> None:
    text = "Une phrase assez longue pour\ndeux lignes. Puis une autre\nqui suit la première."
    assert cut("heading", parsed(((), text)), 60) == [
        "Une phrase assez longue pour\ndeux lignes.",
        "Puis une autre\nqui suit la première.",
    ]


def test_pieces_are_of_like_length_rather_than_full_and_a_rest() -> None:
    text = "\n".join(["Une ligne de texte."] * 11)
    lengths = [len(piece) for piece in cut("article", parsed(((), text)), 200)]
    assert max(lengths) - min(lengths) <= len("Une ligne de texte.") * 2


def test_tiny_neighbours_under_the_same_headings_are_merged() -> None:
    document = parsed((("A",), "Un."), (("A",), "Deux."), (("B",), "Trois."))
    assert cut("heading", document) == ["Un.\n\nDeux.", "Trois."]


def test_a_title_followed_by_a_subtitle_joins_it() -> None:
    document = parsed((("A",), "A"), (("A", "B"), "B\nDu texte."), (("A", "C"), "C\nDu texte."))
    pieces = STRATEGIES["heading"].chunk(document, MAX)
    assert [piece.section.headings for piece in pieces] == [("A", "B"), ("A", "C")]
    assert document.text[pieces[0].start : pieces[0].end] == "A\n\nB\nDu texte."


def test_sections_from_different_places_are_not_merged() -> None:
    document = ParsedDocument("Un. Deux.", (Section((), 0, 3, page=1), Section((), 4, 9, page=2)))
    assert [piece.section.page for piece in STRATEGIES["heading"].chunk(document, MAX)] == [1, 2]


def test_a_file_of_nothing_but_short_lines_is_cut_into_few_pieces() -> None:
    document = parsed(((), "a\n" * 50_000))
    pieces = STRATEGIES["heading"].chunk(document, 1000)
    assert_whole(document, pieces, 1000)
    assert len(pieces) < 150
    assert all(later.start > earlier.end for earlier, later in pairwise(pieces))
