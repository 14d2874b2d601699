"""How an answer stands in a terminal of any width."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.showing import wrapped
from shared.rendering.plain import BAR

QUOTE = "« Le laser de classe 4 exige un voyant lumineux à l'entrée, et des lunettes pour qui entre. »"


@pytest.mark.parametrize("width", [20, 40, 76, 200])
def test_s22_a_quote_that_is_broken_has_its_bar_on_every_line(width: int) -> None:
    lines = wrapped(f"{BAR}{QUOTE}\n{BAR}1° Deux ;\n\nVigie n'a rien rédigé, et le dit ici en une ligne.", width).split(
        "\n"
    )
    end = lines.index("")
    assert all(line.startswith(BAR) for line in lines[:end])
    assert not any(line.startswith(BAR) for line in lines[end:])
    assert max(map(len, lines)) <= width


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1), st.integers(10, 100))
def test_a_long_word_is_folded_and_none_of_it_lost(word: str, width: int) -> None:
    lines = wrapped(BAR + word, width).split("\n")
    assert all(line.startswith(BAR) for line in lines)
    assert "".join(line.removeprefix(BAR) for line in lines) == word


def test_words_of_a_quote_stay_in_their_order() -> None:
    told = wrapped(BAR + QUOTE, 30).replace(BAR, "")
    assert re.split(r"\s+", told) == re.split(r"\s+", QUOTE)
