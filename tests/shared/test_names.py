"""The one rule for titles and names."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.language.names import composed, is_name, one_line, shown_text

HOSTILE = {
    "a terminal's title and colour": ("normal \x1b]0;PWNED\x07\x1b[31mrouge\x00", "normal rouge"),
    "a link of a terminal": ("\x1b]8;;http://127.0.0.1/\x1b\\fiche\x1b]8;;\x1b\\", "fiche"),
    "a sequence of one byte": ("a\x9b31mb", "a31mb"),
    "line ends": ("Fiche\r\n\r\nSources :\n- [1] Code", "Fiche Sources : - [1] Code"),
    "other line ends": ("a\u2028b\u2029c\x85d\x0be", "a b c d e"),
    "other directions": ("facture\u202efdp.exe\u202c", "facturefdp.exe"),
    "isolates and marks": ("\u2066a\u2069\u200e\u200f\u061cb", "ab"),
    "tags": ("a\U000e0041\U000e0042", "a"),
    "half of a pair": ("a\ud800b", "ab"),
    "a carriage return that writes over": ("Code\rFaux", "Code Faux"),
    "a backspace": ("vrai\x08\x08faux", "vraifaux"),
}


@pytest.mark.parametrize("code", [0xFDD0, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF], ids=hex)
def test_s22_what_is_no_character_is_replaced(code: int) -> None:
    """Not left out: what stands on both sides of it does not become a word."""
    text = f"java{chr(code)}script"
    assert {composed(text), one_line(text), shown_text(text)} == {"java\ufffdscript"}


@pytest.mark.parametrize(("name", "shown"), HOSTILE.values(), ids=HOSTILE.keys())
def test_s22_a_name_of_several_lines_or_with_what_acts_on_a_terminal_is_none(name: str, shown: str) -> None:
    assert not is_name(name)
    assert one_line(name) == shown


@pytest.mark.parametrize(
    "name",
    [
        "Registre des risques : 2ᵉ étage",
        "Consignes\u00a0: « L'évacuation »",
        "Été",
        "👩\u200d🔬 labo",
        "عنوان",
    ],
)
def test_an_ordinary_name_stays(name: str) -> None:
    assert is_name(name)
    assert one_line(name) == name


def test_what_is_copied_from_a_page_is_no_reason_to_refuse_a_name() -> None:
    assert is_name("tra\u00advail\u200b \ufeffici")
    assert one_line("tra\u00advail\u200b  \ufeffici ") == "travail ici"


@example("0\r\x0e 0")
@example("un \u200b nom")
@given(st.text(st.characters(codec=None)))
def test_s22_whatever_a_name_is_it_is_shown_on_one_line_without_control(name: str) -> None:
    shown = one_line(name)
    assert is_name(shown)
    assert len(shown.splitlines()) <= 1
    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert one_line(shown) == shown


def test_s22_a_text_keeps_its_lines_and_loses_what_acts_on_a_terminal() -> None:
    assert shown_text("1° lire\r\n2°\tsigner\x1b[2J\u202e fin\x0cPage") == "1° lire\n2° signer fin\nPage"


def test_s22_no_character_that_counts_as_printable_is_left_out_of_a_name() -> None:
    printable = "".join(each for each in map(chr, range(0x110000)) if each.isprintable())
    assert is_name(printable)
    assert shown_text(f"{printable}\r") == f"{printable}\n", "the long way says the same"
