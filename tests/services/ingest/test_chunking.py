"""Passages: exact, whole, in order, of bearable length, cut where a reader would cut."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.ingest.chunking import STRATEGIES
from services.ingest.ports import Chunk, ParsedDocument, Section, Table
from shared.contracts.chunking import plan_chunking
from shared.contracts.documents import Chunking
from shared.errors import InvalidInput

MAX = 40
TEXTS = st.text(alphabet=st.sampled_from("aB1 .;:\n\t°-é\u0301)»I|"), max_size=300) | st.text(max_size=100)
WITHOUT_OVERLAP = {"sentences": {"sentences": 2, "overlap": 0}, "tokens": {"tokens": 5, "overlap": 0}}
HEADINGS = st.sampled_from([(), ("A",), ("A", "B"), ("C",)])


def parsed(*sections: tuple[tuple[str, ...], str], between: str = "\n\n") -> ParsedDocument:
    text, places = "", []
    for headings, body in sections:
        start = len(text) + (len(between) if text else 0)
        text = f"{text}{between if text else ''}{body}"
        places.append(Section(headings, start, start + len(body)))
    return ParsedDocument(text, tuple(places))


def chunks_of(strategy: str, document: ParsedDocument, max_chars: int = MAX, **options: int) -> list[Chunk]:
    """With options out of range too: what is small shows more."""
    defaults = plan_chunking(Chunking(), strategy, max_chars).options
    return STRATEGIES[strategy].chunk(document, max_chars, {**defaults, **options})


def texts_of(strategy: str, document: ParsedDocument, max_chars: int = MAX, **options: int) -> list[str]:
    return [shown(document, chunk) for chunk in chunks_of(strategy, document, max_chars, **options)]


def shown(document: ParsedDocument, chunk: Chunk) -> str:
    repeated = f"{document.text[slice(*chunk.repeated)]}\n" if chunk.repeated else ""
    return repeated + document.text[chunk.start : chunk.end]


def assert_whole(document: ParsedDocument, chunks: list[Chunk], max_chars: int) -> None:
    position = 0
    for chunk in chunks:
        assert len(shown(document, chunk)) <= max_chars
        assert position <= chunk.start < chunk.end <= len(document.text)
        assert chunk.end - chunk.start <= max_chars
        assert not document.text[position : chunk.start].strip()
        text = document.text[chunk.start : chunk.end]
        assert text == text.strip()
        position = chunk.end
    assert not document.text[position:].strip()


@pytest.mark.parametrize("strategy", sorted(STRATEGIES))
@given(st.lists(st.tuples(HEADINGS, TEXTS), max_size=4), st.integers(20, 80))
@example([((), "a" * 100), ((), "\n- b\n")], 20)
@example([(("A",), "e" + "\u0301" * 200)], 20)
def test_every_visible_character_is_in_one_chunk(
    strategy: str, sections: list[tuple[tuple[str, ...], str]], max_chars: int
) -> None:
    document = parsed(*sections)
    assert_whole(document, chunks_of(strategy, document, max_chars, **WITHOUT_OVERLAP.get(strategy, {})), max_chars)


@given(st.lists(st.tuples(HEADINGS, TEXTS), max_size=4))
def test_a_chunk_of_an_article_stays_within_it(sections: list[tuple[tuple[str, ...], str]]) -> None:
    document = parsed(*sections)
    for chunk in chunks_of("article", document, MAX):
        assert chunk.section in document.sections
        assert chunk.section.start <= chunk.start < chunk.end <= chunk.section.end


def test_a_short_article_stands_alone() -> None:
    document = parsed((("A",), "Abrogé."), (("A",), "Voir plus bas."))
    assert texts_of("article", document) == ["Abrogé.", "Voir plus bas."]


def test_a_long_article_is_cut_before_its_paragraphs_rather_than_its_items() -> None:
    lines = ["L'employeur veille à :", "1° La santé ;", "2° La sécurité.", "Il forme aussi les agents.", "Il informe."]
    assert texts_of("article", parsed(((), "\n".join(lines))), 60) == ["\n".join(lines[:3]), "\n".join(lines[3:])]


def test_items_are_kept_with_what_stands_under_them() -> None:
    text = "1° Les gants :\na) nitrile ;\nb) latex ;\n2° Les masques :\na) papier ;\nb) tissu ;"
    assert texts_of("article", parsed(((), text)), 50) == [text[: text.index("\n2°")], text[text.index("2°") :]]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    text = "Selon l'art. R. 4412-16, il évalue. Il note le résultat. Il le transmet au médecin."
    assert texts_of("article", parsed(((), text)), 40) == [
        "Selon l'art. R. 4412-16, il évalue.",
        "Il note le résultat.",
        "Il le transmet au médecin.",
    ]


def test_a_sentence_without_end_is_cut_at_white_space_and_a_word_without_end_anywhere() -> None:
    assert texts_of("heading", parsed(((), "mot " * 30))) == ["mot mot mot mot mot mot mot mot mot mot"] * 3
    assert texts_of("heading", parsed(((), "x" * 100))) == ["x" * 40, "x" * 40, "x" * 20]


def test_no_accent_is_cut_from_its_letter() -> None:
    text = "x" * 39 + "q\u0308" + "x" * 30
    assert all(not chunk.startswith("\u0308") for chunk in texts_of("heading", parsed(((), text))))


def test_wrapped_prose_is_not_cut_at_its_line_ends() -> None:
    text = "Une phrase assez longue pour\ndeux lignes. Puis une autre\nqui suit la première."
    assert texts_of("heading", parsed(((), text)), 60) == [
        "Une phrase assez longue pour\ndeux lignes.",
        "Puis une autre\nqui suit la première.",
    ]


def test_pieces_are_of_like_length_rather_than_full_and_a_rest() -> None:
    text = "\n".join(["Une ligne de texte."] * 11)
    lengths = [len(chunk) for chunk in texts_of("article", parsed(((), text)), 200)]
    assert max(lengths) - min(lengths) <= len("Une ligne de texte.") * 2


def test_tiny_neighbours_under_the_same_headings_are_merged() -> None:
    document = parsed((("A",), "Un."), (("A",), "Deux."), (("B",), "Trois."))
    assert texts_of("heading", document) == ["Un.\n\nDeux.", "Trois."]


def test_a_title_followed_by_a_subtitle_joins_it() -> None:
    document = parsed((("A",), "A"), (("A", "B"), "B\nDu texte."), (("A", "C"), "C\nDu texte."))
    chunks = chunks_of("heading", document, MAX)
    assert [chunk.section.headings for chunk in chunks] == [("A", "B"), ("A", "C")]
    assert document.text[chunks[0].start : chunks[0].end] == "A\n\nB\nDu texte."


def test_sections_from_different_places_are_not_merged() -> None:
    document = ParsedDocument("Un. Deux.", (Section((), 0, 3, page=1), Section((), 4, 9, page=2)))
    assert [chunk.section.page for chunk in chunks_of("heading", document, MAX)] == [1, 2]


def test_a_file_of_nothing_but_short_lines_is_cut_into_few_chunks() -> None:
    document = parsed(((), "a\n" * 50_000))
    chunks = chunks_of("heading", document, 1000)
    assert_whole(document, chunks, 1000)
    assert len(chunks) < 150
    assert all(later.start > earlier.end for earlier, later in pairwise(chunks))


# --- tables ----------------------------------------------------------------------------------------------------------


def with_table(before: str, header: str, rows: list[str], after: str = "", first_row: int = 0) -> ParsedDocument:
    """One section of prose, a table and prose; the rows are numbered in a sheet when `first_row` is."""
    lines = [header, *rows]
    text = before
    starts = []
    for line in lines:
        starts.append(len(text))
        text += f"{line}\n"
    table = Table(
        starts,
        len(text) - 1,
        header=1,
        rows=range(first_row, first_row + len(lines)) if first_row else (),
        columns=("B", "C") if first_row else (),
    )
    return ParsedDocument(text + after, (Section((), 0, len(text + after)),), tables=(table,))


@pytest.mark.parametrize("strategy", ["article", "heading", "rows"])
def test_a_table_that_is_cut_says_its_header_again(strategy: str) -> None:
    rows = [f"Gaz n° {n} | {n}0" for n in range(9)]
    document = with_table("Avant la table.\n\n", "Gaz | mg", rows, "\nAprès la table.")
    chunks = texts_of(strategy, document, 60, rows=3)
    assert all("Gaz | mg\nGaz n°" in chunk for chunk in chunks if "n°" in chunk)
    assert [line for chunk in chunks for line in chunk.split("\n") if "n°" in line] == rows


def test_a_document_of_prose_and_tables_that_fits_is_one_chunk() -> None:
    document = with_table("Avant.\n\n", "Gaz | mg", ["CO | 20"], "\nAprès.")
    assert texts_of("heading", document, 200) == ["Avant.\n\nGaz | mg\nCO | 20\n\nAprès."]
    assert texts_of("rows", document, 200) == ["Avant.", "Gaz | mg\nCO | 20", "Après."]


def test_rows_of_a_sheet_know_their_numbers() -> None:
    document = with_table("", "Gaz | mg", ["CO | 20", "NO | 30", "SO2 | 40"], first_row=5)
    chunks = chunks_of("rows", document, 200, rows=2)
    assert [(shown(document, chunk), chunk.rows, chunk.columns, chunk.header) for chunk in chunks] == [
        ("Gaz | mg\nCO | 20\nNO | 30", (5, 6, 7), ("B", "C"), 1),
        ("Gaz | mg\nSO2 | 40", (5, 8), ("B", "C"), 1),
    ]


def test_a_row_that_is_too_long_is_cut_behind_its_header_and_loses_its_columns() -> None:
    document = with_table("", "Gaz | mg", ["CO | " + "mot " * 20, "NO | 30"], first_row=5)
    chunks = chunks_of("rows", document, 40)
    assert_whole(document, chunks, 40)
    assert {chunk.rows[-1] for chunk in chunks} == {6, 7}
    assert all(shown(document, chunk).startswith("Gaz | mg") for chunk in chunks)
    assert chunks[1].columns == ()


def test_a_header_as_long_as_a_passage_is_not_repeated() -> None:
    document = with_table("", "Une entête vraiment longue | mg", ["CO | 20", "NO | 30"], first_row=5)
    assert all(chunk.repeated is None for chunk in chunks_of("rows", document, 40, rows=1))


@given(
    st.lists(st.text(alphabet=st.sampled_from("aB |.1"), min_size=1, max_size=30).filter(str.strip), max_size=12),
    TEXTS,
    st.integers(20, 80),
)
@pytest.mark.parametrize("strategy", sorted(STRATEGIES))
def test_every_visible_character_of_a_table_is_in_one_chunk(
    strategy: str, rows: list[str], prose: str, max_chars: int
) -> None:
    document = with_table(prose + "\n", "Gaz | mg", rows, f"\n{prose}")
    assert_whole(document, chunks_of(strategy, document, max_chars, **WITHOUT_OVERLAP.get(strategy, {})), max_chars)


def test_a_table_of_countless_rows_is_cut_in_linear_time() -> None:
    document = with_table("", "Gaz | mg", [f"CO{n} | {n}" for n in range(200_000)], first_row=1)
    chunks = chunks_of("rows", document, 1000, rows=10)
    assert len(chunks) == 20_000
    assert chunks[-1].rows == (1, *range(199_992, 200_002))


# --- windows ---------------------------------------------------------------------------------------------------------


def test_windows_of_sentences_overlap() -> None:
    document = parsed((("A",), "Un. Deux. Trois. Quatre. Cinq."))
    assert texts_of("sentences", document, 100, sentences=3, overlap=1) == ["Un. Deux. Trois.", "Trois. Quatre. Cinq."]


def test_windows_of_tokens_are_words_and_punctuation_marks() -> None:
    document = parsed((("A",), "L'employeur évalue, puis il agit."))
    assert texts_of("tokens", document, 100, tokens=4, overlap=2) == [
        "L'employeur évalue",
        "employeur évalue, puis",
        ", puis il agit",
        "il agit.",
    ]


def test_a_window_is_under_the_headings_that_all_of_it_is_under() -> None:
    document = parsed((("A", "B"), "Un deux."), (("A", "C"), "Trois."), (("A", "C"), "Quatre cinq six."))
    chunks = chunks_of("tokens", document, 100, tokens=4, overlap=0)
    assert [chunk.section.headings for chunk in chunks] == [("A",), ("A", "C"), ("A", "C")]


def test_a_window_stays_on_its_page() -> None:
    document = ParsedDocument("Un. Deux.", (Section((), 0, 3, page=1), Section((), 4, 9, page=2)))
    chunks = chunks_of("tokens", document, 100)
    assert [(shown(document, chunk), chunk.section.page) for chunk in chunks] == [("Un.", 1), ("Deux.", 2)]


@pytest.mark.parametrize("strategy", ["sentences", "tokens"])
def test_long_texts_are_cut_into_windows_that_store_no_text_more_than_twice(strategy: str) -> None:
    document = parsed(((), "Une phrase. " * 20_000), (("B",), "x" * 50_000))
    chunks = chunks_of(strategy, document, 200, **{strategy: 60, "overlap": 30})
    assert max(chunk.end - chunk.start for chunk in chunks) <= 200
    assert sum(chunk.end - chunk.start for chunk in chunks) <= 2 * len(document.text) + 400


@pytest.mark.parametrize(
    ("chunking", "reason"),
    [
        (Chunking(strategy="page"), "chunking"),
        (Chunking(options={"tokens": 100}), "chunking-options-alone"),
        (Chunking(strategy="tokens", options={"mots": 100}), "chunking-option"),
        (Chunking(strategy="heading", options={"tokens": 100}), "chunking-option"),
        (Chunking(strategy="tokens", options={"tokens": 3}), "chunking-value"),
        (Chunking(strategy="tokens", options={"tokens": 100, "overlap": 60}), "chunking-overlap"),
    ],
)
def test_wishes_that_cannot_be_met(chunking: Chunking, reason: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        plan_chunking(chunking, "heading", 1500)
    assert refusal.value.params["reason"] == reason


def test_wishes_are_completed() -> None:
    plan = plan_chunking(Chunking(strategy="tokens", options={"tokens": 30}), "heading", 1500)
    assert (plan.strategy, plan.options, plan.max_chars) == ("tokens", {"tokens": 30, "overlap": 15}, 4000)
    plan = plan_chunking(Chunking(max_chars=300), "rows", 1500)
    assert (plan.strategy, plan.options, plan.max_chars) == ("rows", {"rows": 10}, 300)
