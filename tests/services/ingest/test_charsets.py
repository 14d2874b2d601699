"""Charsets: what files declare, what they are, and letters that are the right letters in every format."""

import pytest

from services.ingest.parsers.charsets import codec_of
from services.ingest.parsers.csv_table import CsvParser
from services.ingest.parsers.decoding import decode
from services.ingest.parsers.html_page import HtmlParser
from services.ingest.parsers.markdown import MarkdownParser
from services.ingest.parsers.plain_text import PlainTextParser
from services.ingest.ports import Parser
from shared.errors import UnreadableDocument

SHEET = "Désignation;Quantité;Péremption\r\néther éthylique;3;été\r\nacétone à régénérer;12;février\r\n"
CAPITALS = "Étiqueter : Éther éthylique, À jeter ; PÉREMPTION DÉPASSÉE, dès le 1er août, où ? là."
OFFICE = "L’employeur vérifie l’œillet – 40 € – à l’entrée « nord » du bâtiment…"  # noqa: RUF001
LATIN_9 = "Le cœur du réacteur coûte 40 €, la sœur aussi, dès février."
ENGLISH = "Wear gloves at 20 °C; the café is closed. Nothing else has an accent in this text."


@pytest.mark.parametrize(
    ("words", "charset"),
    [
        *((words, charset) for words in (SHEET, CAPITALS) for charset in ("cp1252", "cp850", "mac_roman", "cp437")),
        *((OFFICE, charset) for charset in ("cp1252", "mac_roman", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32")),
        (LATIN_9, "iso8859-15"),
        (LATIN_9, "cp1252"),
        (ENGLISH, "cp1252"),
        (ENGLISH, "cp850"),
    ],
)
def test_the_charset_is_the_one_that_has_letters_within_words(words: str, charset: str) -> None:
    if (words, charset) == (CAPITALS, "cp437"):
        words = words.replace("À", "A")  # cp437 has no such letter
    assert decode(words.encode(charset)) == words.replace("\r\n", "\n")


@pytest.mark.parametrize("charset", ["cp1251", "koi8-r", "cp1253", "iso8859-2", "cp932"])
def test_another_alphabet_without_a_declaration_is_refused_and_not_indexed(charset: str) -> None:
    words = {
        "cp1253": "Οι εργαζόμενοι φορούν γάντια",  # noqa: RUF001
        "iso8859-2": "Żółć, łąka, źdźbło, ćma",
        "cp932": "手袋を着用する",
    }
    with pytest.raises(UnreadableDocument) as refused:
        decode(words.get(charset, "Привет, надевайте перчатки").encode(charset))
    assert refused.value.params["reason"] == "encoding"


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        ("latin1", "cp1252"),
        ("us-ascii", "cp1252"),
        (" 'Windows-1252' ", "cp1252"),
        ("x-mac-roman", "mac_roman"),
        ("UTF8", "utf-8"),
        ("gb2312", "gb18030"),
        ("Shift_JIS", "cp932"),
        ("iso-8859-15", "iso8859-15"),
        ("klingon", ""),
        ("rot13", ""),
        ("utf-7", ""),
        ("", ""),
    ],
)
def test_labels_mean_what_they_mean_on_the_web(label: str, codec: str) -> None:
    assert codec_of(label) == codec


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (OFFICE.encode("cp1252"), "iso-8859-1"),
        (OFFICE.encode("cp1252"), "us-ascii"),
        (OFFICE.encode("cp1252"), "utf-8"),
        (OFFICE.encode("cp1252"), "iso-8859-15"),  # its controls are cp1252's quotation marks
        (OFFICE.encode("cp1252"), "klingon"),
        (OFFICE.encode(), "iso-8859-1"),
        (OFFICE.encode("utf-8-sig"), "windows-1252"),
        (OFFICE.encode("utf-16"), "utf-8"),
        (OFFICE.encode("utf-16-le"), "utf-16"),
    ],
)
def test_a_declaration_that_lies_harms_nothing(data: bytes, declared: str) -> None:
    assert decode(data, declared) == OFFICE


def test_a_declaration_is_believed_where_the_bytes_allow_it() -> None:
    assert decode("Привет, надевайте перчатки".encode("cp1251"), "windows-1251").startswith("Привет")
    assert decode("手袋を着用する".encode("iso2022_jp"), "iso-2022-jp") == "手袋を着用する"


def page(charset: str, words: str = OFFICE, declared: str | None = None) -> bytes:
    label = f'<meta http-equiv="Content-Type" content="text/html; charset={declared or charset}">'
    return f"<html><head>{label}</head><body><p>{words}</p></body></html>".encode(charset)


@pytest.mark.parametrize(
    "data",
    [
        page("cp1252"),
        page("cp1252", declared="iso-8859-1"),
        page("cp1252", declared="utf-8"),
        page("utf-8", declared="utf-16"),
        page("mac_roman", declared="macintosh"),
        page("utf-16", declared="utf-8"),
        page("cp1252", declared="x-klingon"),
    ],
)
def test_pages_are_read_as_browsers_read_them(data: bytes) -> None:
    assert HtmlParser().parse(data).text == OFFICE


def test_every_text_format_has_the_same_letters() -> None:
    data = SHEET.encode("cp850")
    assert "acétone à régénérer | 12 | février" in CsvParser().parse(data).text
    assert "acétone à régénérer" in MarkdownParser().parse(data).text
    assert "acétone à régénérer" in PlainTextParser().parse(data).text
    assert "acétone à régénérer" in CsvParser().parse(SHEET.encode("utf-16-le")).text


@pytest.mark.parametrize("parser", [PlainTextParser(), CsvParser(), MarkdownParser(), HtmlParser()])
def test_a_text_whose_accents_a_program_lost_before_is_refused(parser: Parser) -> None:
    words = "L\ufffdemploy\ufffd v\ufffdrifie l\ufffd\ufffdchelle; d\ufffds l\ufffdarriv\ufffde\n"
    with pytest.raises(UnreadableDocument) as refused:
        parser.parse(words.encode())
    assert refused.value.params == {"reason": "encoding"}


def test_a_few_unknown_letters_in_a_long_text_are_let_in() -> None:
    assert decode(f"{OFFICE * 20} \ufffd \ufffd".encode()).count("\ufffd") == 2
