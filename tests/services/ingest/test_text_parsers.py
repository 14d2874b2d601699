"""Text files of every encoding that people still have, Markdown, and what is no text at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.chunking.packing import pack
from services.ingest.parsers.decoding import clean, decode
from services.ingest.parsers.html_lines import html_lines
from services.ingest.parsers.markdown import MarkdownParser
from services.ingest.parsers.plain_text import PlainTextParser
from shared.errors import EmptyDocument, UnreadableDocument

PROSE = "L\u2019employeur évalue « les risques » : 35 €, œuvre."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert decode(PROSE.encode(encoding)) == PROSE


def test_big_endian_with_its_mark() -> None:
    assert decode(f"\ufeff{PROSE}".encode("utf-16-be")) == PROSE


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"abc\0def", "binary"),
        (PROSE.encode("utf-16-le")[:-1], "binary"),
        ("Привет, мир".encode("cp1251"), "encoding"),
        (f"{PROSE}{PROSE}".encode() + b" \xe9", "encoding"),  # UTF-8 with something else in it
        (b"\x81\x8d\x8f", "encoding"),
        (b"\xff\xfea", "encoding"),
        (b"\x1b[31m\x07\x07\x07 un journal", "not-text"),
    ],
)
def test_text_that_is_not_text(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        PlainTextParser().parse(data)
    assert refusal.value.params == {"reason": reason}


@pytest.mark.parametrize("data", [b"", b" \r\n\t", "\ufeff\u00a0".encode(), b"\x0c"])
@pytest.mark.parametrize("parser", [PlainTextParser(), MarkdownParser()])
def test_nothing_in_it(parser: PlainTextParser | MarkdownParser, data: bytes) -> None:
    with pytest.raises(EmptyDocument):
        parser.parse(data)


def test_the_text_is_cleaned() -> None:
    data = "un\r\ndeux\rtrois\x0cquatre\u2028cinq\x01 e\u0301t\u200be\u0301\tsix".encode()
    assert decode(data) == "un\ndeux\ntrois\nquatre\ncinq été\tsix"


def test_signs_of_word_s_own_fonts_are_readable() -> None:
    assert clean("\uf0b7 Gants\n\uf0a8 oui \uf0fe non, 5 \uf06dm \uf0e0 arrêt \uf021") == (
        "• Gants\n☐ oui ☒ non, 5 µm → arrêt \uf021"
    )


def test_plain_text_is_one_section() -> None:
    document = PlainTextParser().parse(PROSE.encode())
    assert [(section.start, section.end, section.headings) for section in document.sections] == [(0, len(PROSE), ())]


MARKDOWN = """Avant-propos.

# Consignes *générales*

Porter des **gants** et lire la [notice](https://exemple.fr), `EPI-3`.

## Masques

- FFP2 ;
- FFP3 :
  1. courts
  2. longs

```
# pas un titre
```

| Gaz | Seuil |
|-----|-------|
| CO  | 20    |

# Fin
"""


def test_markdown_is_cut_at_its_headings_and_read_without_its_markup() -> None:
    document = MarkdownParser().parse(MARKDOWN.encode())
    texts = {section.headings: document.text[section.start : section.end] for section in document.sections}
    assert texts == {
        (): "Avant-propos.",
        ("Consignes générales",): "Consignes générales\nPorter des gants et lire la notice, EPI-3.",
        ("Consignes générales", "Masques"): (
            "Masques\n- FFP2 ;\n- FFP3 :\n1. courts\n2. longs\n\n\n# pas un titre\n\nGaz | Seuil\nCO | 20"
        ),
        ("Fin",): "Fin",
    }


def test_a_long_table_in_markdown_says_its_labels_in_every_passage() -> None:
    rows = "".join(f"| Agent {number} | SST |\n" for number in range(40))
    source = f"# Formations\n\nTenues à jour.\n\n| Agent | Formation |\n|---|---|\n{rows}\nFin.\n"
    document = MarkdownParser().parse(source.encode())
    cuts = list(pack(document, 0, len(document.text), 300, every_line=False))
    repeated = [document.text[slice(*cut.repeated)] for cut in cuts if cut.repeated]
    assert repeated == ["Agent | Formation"] * (len(cuts) - 1)
    assert "".join(document.text[cut.start : cut.end] for cut in cuts).count("Agent ") == 41
    assert document.text.endswith("Agent 39 | SST\n\nFin.")


@given(st.text(alphabet=st.sampled_from("#ab *_`[]()!<>-|1.\n\\&"), max_size=200))
def test_markdown_of_any_kind_gives_sections_in_order(source: str) -> None:
    try:
        document = MarkdownParser().parse(source.encode())
    except EmptyDocument:
        return
    position = 0
    for section in document.sections:
        assert position <= section.start < section.end
        assert not document.text[position : section.start].strip()
        position = section.end
    assert position == len(document.text)


@pytest.mark.parametrize("depth", [1, 10, 33, 34, 49, 50, 98, 99, 100, 101, 1_000])
@pytest.mark.parametrize("marks", ["> ", "- ", "> - ", "1. > "])
def test_words_of_markdown_are_read_however_deep_they_stand(marks: str, depth: int) -> None:
    assert "Porter des gants" in MarkdownParser().parse(f"{marks * depth}Porter des gants".encode()).text


def test_markdown_of_countless_lines_is_read_as_plain_text() -> None:
    source = "# a\n" * 200_001
    assert len(MarkdownParser().parse(source.encode()).sections) == 1


@pytest.mark.parametrize(
    ("fragment", "lines"),
    [
        ("<p>Un.<br/>Deux.</p><p> </p>Trois", ["Un.", "Deux.", "Trois"]),
        ("10 m<sup>3</sup> de CO<sub>2</sub>", ["10 m3 de CO2"]),
        ("<ul><li>un</li><li><p>deux</p></li><li></li></ul>", ["- un", "- deux"]),
        (
            "<table><tr><th>Gaz<br/>toxique</th><th>mg</th></tr><tr><td><p>CO</p></td><td></td></tr></table>Fin",
            ["Gaz toxique | mg", "CO |", "Fin"],
        ),
        ("a &amp; b &lt;c&gt; &nbsp;d", ["a & b <c> \u00a0d"]),
        ("<!-- a > b --><style>p {}</style>vu <button>Fermer</button><script>ici", ["vu ici"]),
        ("x < 3 et y > 4 <", ["x < 3 et y > 4 <"]),
        ("&#" + "9" * 5000 + ";", ["\ufffd"]),
        ("<td>hors d'un tableau</td></tr></p>", ["hors d'un tableau"]),
    ],
)
def test_html_as_a_person_reads_it(fragment: str, lines: list[str]) -> None:
    assert html_lines(fragment) == lines


@pytest.mark.parametrize("unit", ["<", "<a", "<!--", "</", "<button>", "&", "&#", "<tr>", "<td>"])
def test_html_that_never_ends_is_read_in_linear_time(unit: str) -> None:
    html_lines(unit * 200_000)  # hours, if it were quadratic
