"""Sentences out of a text that comes in pieces of any size."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.generator.answering.output_parsing import JsonReader, ParsedSentence, Reader, TextReader

TEXT = (
    "Voici :\n- **Les gants** sont vérifiés [1].\n- Selon l'art. R. 4412-16, ils sont changés. [2][3]\n"
    "Le bac est fermé [1, 2]. Sans source. Fin [4]"
)
FROM_TEXT = [
    ("Voici :", ()),
    ("Les gants sont vérifiés.", (1,)),
    ("Selon l'art. R. 4412-16, ils sont changés.", (2, 3)),
    ("Le bac est fermé.", (1, 2)),
    ("Sans source.", ()),
    ("Fin", (4,)),
]
ITEMS = [
    {"text": 'Le signe } ] et \\ et "[1]" restent.', "sources": [1], "quotes": []},
    {"text": "1. Une phrase. Une autre.", "sources": [2, 3], "quotes": ["Une autre"]},
]
FROM_JSON = [
    ('Le signe } ] et \\ et "" restent.', (1,), ()),
    ("Une phrase.", (2, 3), ()),
    ("Une autre.", (2, 3), ("Une autre",)),
]


def read(reader: Reader, text: str, sizes: list[int], *, whole: bool = True) -> list[ParsedSentence | None]:
    found: list[ParsedSentence | None] = []
    at, turn = 0, 0
    while at < len(text):
        size = sizes[turn % len(sizes)]
        found += reader.feed(text[at : at + size])
        at, turn = at + size, turn + 1
    return found + list(reader.end(whole=whole))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_text_is_cut_into_the_same_sentences_however_it_comes(sizes: list[int]) -> None:
    found = read(TextReader(), TEXT, sizes)
    assert [(each.text, each.sources) for each in found if each] == FROM_TEXT


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_json_is_read_object_by_object_however_it_comes(sizes: list[int]) -> None:
    reader = JsonReader()
    text = f"```json\n{json.dumps({'sentences': ITEMS}, ensure_ascii=False, indent=1)}\n``` That was it. {{"
    found = read(reader, text, sizes)
    assert [(each.text, each.sources, each.quotes) for each in found if each] == FROM_JSON
    assert reader.finished


@pytest.mark.parametrize("reader", [JsonReader(), TextReader()])
def test_a_model_that_runs_on_fills_no_memory(reader: JsonReader | TextReader) -> None:
    begun = '{"sentences": [{"text": "' if isinstance(reader, JsonReader) else ""
    for piece in (begun, *(["mot" * 100] * 1000)):
        assert not any(reader.feed(piece))
    assert len(reader._text) < 10_000


@given(st.text(alphabet='{}[]",\\:ab1 \n', max_size=200))
def test_nothing_that_a_model_writes_breaks_the_readers(text: str) -> None:
    for reader in (JsonReader(), TextReader()):
        read(reader, text, [3])
        read(reader, f'{{"sentences": [{text}', [7], whole=False)
