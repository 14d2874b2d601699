"""Outlook's messages: words, sender and time, files and messages in them, invitations, and what is damaged."""

import struct
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from services.ingest.parsers import FORMATS
from services.ingest.parsers.mail import MailParser
from services.ingest.parsers.outlook import message_of_outlook
from shared.errors import EmptyDocument, UnreadableDocument
from tests.services.ingest.test_mail import attach, mail, parse, told
from tests.support.compound import Tree, compound
from tests.support.zips import zipped

SENT = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
HEAD = "From: Zoé Dupré <zoe@exemple.fr>\nTo: Labo A; Labo B\nDate: Tue, 03 Mar 2026 08:00:00 +0000\n"


def stream(identity: int, value: str | bytes) -> tuple[str, bytes]:
    kind = 0x001F if isinstance(value, str) else 0x0102
    return f"__substg1.0_{identity:04X}{kind:04X}", value.encode("utf-16-le") if isinstance(value, str) else value


def fixed(values: dict[int, int | datetime], head: int = 32) -> tuple[str, bytes]:
    entries = b""
    for identity, value in values.items():
        kind = 0x0003 if isinstance(value, int) else 0x0040
        number = value if isinstance(value, int) else ticks(value)
        entries += struct.pack("<HHIQ", kind, identity, 6, number)
    return "__properties_version1.0", bytes(head) + entries


def ticks(time: datetime) -> int:
    return int((time - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000


def message(more: Tree | None = None, words: str = "La zone est balisée.", head: int = 32) -> dict[str, "bytes | Tree"]:
    return dict(
        [
            stream(0x0037, "Fuite d'argon"),
            stream(0x0C1A, "Zoé Dupré"),
            stream(0x5D01, "zoe@exemple.fr"),
            stream(0x0E04, "Labo A; Labo B"),
            stream(0x1000, words),
            fixed({0x0039: SENT}, head),
            *(more or {}).items(),
        ]
    )


def file(name: str, data: bytes, kind: str = "") -> dict[str, bytes]:
    return dict([stream(0x3707, name), stream(0x3701, data), stream(0x370E, kind), fixed({}, 8)])


def attached(*files: Tree) -> dict[str, Tree]:
    return {f"__attach_version1.0_#{n:08X}": each for n, each in enumerate(files)}


def text(tree: Tree) -> str:
    return parse(compound(tree)).text


def test_a_message_says_who_when_and_what() -> None:
    document = parse(compound(message()))
    assert document.title == "Fuite d'argon"
    assert told(document) == [
        (("Fuite d'argon",), None, f"{HEAD}Subject: Fuite d'argon\nLa zone est balisée."),
    ]


@pytest.mark.parametrize(
    ("page", "charset"), [("cp1252", 1252), ("utf-8", 65001), ("cp1251", 1251)], ids=["western", "unicode", "cyrillic"]
)
def test_words_in_a_code_page_and_pages_without_plain_words(page: str, charset: int) -> None:
    said = "Зона" if page == "cp1251" else "Périmètre balisé"
    narrow = {
        "__substg1.0_1000001E": said.encode(page),
        **dict([stream(0x0037, "Zone"), fixed({0x3FFD: charset})]),
    }
    assert text(narrow).endswith(f"Subject: Zone\n{said}")
    html = dict([stream(0x1013, f"<p>{said}</p>".encode(page)), fixed({0x3FDE: charset})])
    assert said in text(html)


def test_html_that_says_more_than_its_plain_form_is_read() -> None:
    page = (
        "<table><tr><th>Gaz</th><th>VLEP</th></tr><tr><td>CO</td><td>20 ppm</td></tr></table><p>10<sup>6</sup> Bq</p>"
    )
    found = text(message(dict([stream(0x1013, page.encode())]), "10 6 Bq"))
    assert "10⁶ Bq" in found
    assert "CO" in found


def test_files_of_a_message_are_read_by_their_parsers_and_named_otherwise() -> None:
    files = attached(
        file("consignes été.txt", b"Porter des lunettes.", "text/plain"),
        file("mesures.csv", b"poste;dB\nA1;92\nB2;81\n", "application/vnd.ms-excel"),
        file("film.mp4", b"\0\0\0\x18ftypmp42", "video/mp4"),
    )
    document = parse(compound(message(files)))
    assert "Porter des lunettes." in document.text
    assert "A1 | 92" in document.text
    assert "[film.mp4]" in document.text
    assert [(each.code, each.detail) for each in document.remarks] == [("attachment-unread", "film.mp4")]


def test_a_message_in_a_message_is_read_as_one() -> None:
    inner = message(None, "Le détecteur a sonné.", 24)
    piece: Tree = {"__substg1.0_3701000D": inner, **dict([stream(0x3001, "TR: alarme"), fixed({0x3705: 5}, 8)])}
    headings = [each for each, _, _ in told(parse(compound(message(attached(piece)))))]
    assert headings == [("Fuite d'argon",), ("Fuite d'argon", "TR: alarme", "Fuite d'argon")]


def test_messages_within_messages_end() -> None:
    inner: dict[str, bytes | Tree] = message(None, "Tout au fond.", 24)
    for _ in range(12):
        piece: Tree = {"__substg1.0_3701000D": inner, **dict([stream(0x3001, "suite"), fixed({}, 8)])}
        inner = message(attached(piece), head=24)
    document = parse(compound({**inner, **dict([fixed({0x0039: SENT})])}))
    assert "Tout au fond." not in document.text
    assert [each.code for each in document.remarks] == ["attachment-unread"]


def test_a_message_is_read_within_a_mail_and_a_zip() -> None:
    assert "La zone est balisée." in parse(attach(mail(), compound(message()), "fuite.msg")).text
    archive = zipped({"fuite.msg": compound(message())})
    assert "La zone est balisée." in parse(attach(mail(), archive, "messages.zip", "application/zip")).text


def test_a_message_that_was_signed_is_read_and_its_signature_is_no_file() -> None:
    signed = EmailMessage()
    signed.set_content("Zone contrôlée.")
    whole = b"Content-Type: multipart/signed; boundary=x\n\n--x\n" + signed.as_bytes() + (
        b"\n--x\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nAAAA\n--x--\n"
    )  # fmt: skip
    found = parse(compound(message(attached(file("smime.p7m", whole, "multipart/signed")), "Zone contrôlée.")))
    assert found.text.count("Zone contrôlée.") == 1
    assert not found.remarks


@pytest.mark.parametrize("named", [True, False])
def test_an_invitation_says_when_and_where(named: bool) -> None:
    begin, end = datetime(2026, 5, 4, 8, 30, tzinfo=UTC), datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
    times: dict[int, int | datetime] = {0x8001: begin, 0x8002: end} if named else {0x0060: begin, 0x0061: end}
    names = struct.pack("<IHH", 0x8208, 6, 0) + struct.pack("<IHHIHH", 0x820D, 6, 1, 0x820E, 6, 2)
    meeting = message(dict([stream(0x001A, "IPM.Schedule.Meeting.Request"), stream(0x8000, "B12")]), "Visite annuelle")
    tree: Tree = {**meeting, **dict([fixed(times)]), "__nameid_version1.0": {"__substg1.0_00030102": names}}
    found = text(tree)
    assert "Start: 04/05/2026 08:30 UTC\nEnd: 04/05/2026 10:00 UTC" in found
    assert "Location: B12" in found


def test_rich_text_without_other_words_is_named() -> None:
    rich = dict([stream(0x0037, "Note"), stream(0x1009, b"\x10\0\0\0" * 8), fixed({})])
    assert [each.detail for each in parse(compound(rich)).remarks] == ["message.rtf"]


def test_headers_of_several_lines_are_one_and_odd_times_none() -> None:
    odd = dict(
        [stream(0x0037, "Zone\r\nBcc: x@y.fr"), stream(0x1000, "Mots."), fixed({0x0039: 2**31, 0x0E06: 2**63 - 1})]
    )
    message = message_of_outlook(compound(odd))
    assert message["Subject"] == "Zone Bcc: x@y.fr"
    assert message["Bcc"] is None


def test_a_message_without_words_is_empty() -> None:
    with pytest.raises(EmptyDocument):
        parse(compound(dict([fixed({})])))


@pytest.mark.parametrize("cut", [600, 1500, 3000])
def test_a_message_that_ends_early_is_refused(cut: int) -> None:
    whole = compound(message(attached(file("a.txt", b"mots " * 2000))))
    with pytest.raises(UnreadableDocument):
        MailParser(lambda: FORMATS).parse(whole[:cut])


def test_a_file_that_has_only_the_signature_is_refused() -> None:
    with pytest.raises(UnreadableDocument):
        message_of_outlook(compound({})[:8] + b"\xff" * 2000)
