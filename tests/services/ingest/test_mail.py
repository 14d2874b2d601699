"""E-mail: headers and words, attachments as what they are, and what cannot be read of them."""

from dataclasses import replace
from email.message import EmailMessage

import pytest

from services.ingest.parsers import FORMATS
from services.ingest.parsers.images import ImageParser
from services.ingest.parsers.mail import MailParser
from services.ingest.ports import ParsedDocument
from shared.errors import EmptyDocument, UnreadableDocument
from tests.fakes.ingest import FakeRecogniser, Pages
from tests.services.ingest.hostile.images import tiff_pages
from tests.support.pdfs import image, pdf

HEAD = "From: Zoé Dupré <zoe@exemple.fr>\nTo: labo@exemple.fr\nDate: Tue, 03 Mar 2026 09:00:00 +0100\n"
OTHER = "application/octet-stream"


def parse(message: EmailMessage | bytes) -> ParsedDocument:
    return MailParser(lambda: FORMATS).parse(message if isinstance(message, bytes) else message.as_bytes())


def told(document: ParsedDocument) -> list[tuple[tuple[str, ...], int | None, str]]:
    return [(part.headings, part.page, document.text[part.start : part.end]) for part in document.sections]


def mail(words: str = "Bonjour,\n\nVoici les consignes.", subject: str = "Consignes d'été") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Zoé Dupré <zoe@exemple.fr>", "labo@exemple.fr"
    message["Date"], message["Subject"] = "Tue, 03 Mar 2026 09:00:00 +0100", subject
    message["X-Spam"] = "non"
    message.set_content(words)
    return message


def attach(message: EmailMessage, data: bytes, name: str, kind: str = OTHER) -> EmailMessage:
    message.add_attachment(data, maintype=kind.partition("/")[0], subtype=kind.partition("/")[2], filename=name)
    return message


def test_headers_and_words() -> None:
    document = parse(mail())
    assert document.title == "Consignes d'été"
    assert told(document) == [
        (
            ("Consignes d'été",),
            None,
            HEAD + "Subject: Consignes d'été\nBonjour,\nVoici les consignes.",
        )
    ]


def test_plain_words_rather_than_html_and_html_where_there_are_no_others() -> None:
    message = mail()
    message.add_alternative("<p>En <b>HTML</b></p>", subtype="html")
    assert "HTML" not in parse(message).text
    only = mail()
    only.set_content("<p>En <b>gras</b></p><script>x()</script>", subtype="html")
    assert parse(only).text.endswith("\nEn gras")


def test_words_before_and_after_an_image_are_all_read() -> None:
    message = attach(mail("Avant le plan."), b"GIF89a", "plan.gif", "image/gif")
    after = EmailMessage()
    after.set_content("Après le plan.")
    message.attach(after)
    assert "Avant le plan.\nAprès le plan." in parse(message).text


def test_html_where_the_plain_form_is_blank() -> None:
    message = mail(" \n")
    message.add_alternative("<p>Réunion à 9 h</p>", subtype="html")
    assert parse(message).text.endswith("\nRéunion à 9 h")


def test_attachments_within_the_html_form_are_read_and_its_words_not_said_twice() -> None:
    """As Apple Mail writes it."""
    message = mail("Voir le plan. Merci.")
    message.make_alternative()
    html = EmailMessage()
    html.set_content("<p>Voir le plan.</p>", subtype="html")
    attach(html, pdf([["Page une."]]), "plan.pdf")
    message.attach(html)
    (_, _, words), *rest = told(parse(message))
    assert words.split("\n")[4:] == ["Voir le plan. Merci."]
    assert [text for _, _, text in rest] == ["Page une."]


def test_attachments_are_read_as_what_they_are_under_their_names() -> None:
    message = attach(mail(), pdf([["Page une."], ["Page deux."]]), "C:\\plans\\plan.pdf")
    attach(message, b"# Gaz\n\nVentiler.", "gaz.md", "text/markdown")
    attach(message, pdf([["Caché."]]), "liste.txt", "text/plain")
    subject = "Consignes d'été"
    assert told(parse(message))[1:] == [
        ((subject, "plan.pdf"), 1, "Page une."),
        ((subject, "plan.pdf"), 2, "Page deux."),
        ((subject, "gaz.md", "Gaz"), None, "Gaz\nVentiler."),
        ((subject, "liste.txt"), 1, "Caché."),
    ]


def test_attachments_that_cannot_be_read_are_named() -> None:
    message = attach(mail(), b"MZ\0\0", "virus.exe")
    attach(message, pdf([["x"]], password="secret"), "secret.pdf")
    attach(message, b"Bien.", "bien.txt", "text/plain")
    subject = "Consignes d'été"
    assert told(parse(message))[1:] == [
        ((subject, "virus.exe"), None, "[virus.exe]"),
        ((subject, "secret.pdf"), None, "[secret.pdf]"),
        ((subject, "bien.txt"), None, "Bien."),
    ]


def test_after_a_scan_that_takes_too_long_the_other_scans_are_named() -> None:
    recogniser = FakeRecogniser(pages=Pages(8.0))
    others = [each for each in FORMATS if not each.media_type.startswith("image/")]
    scans = [replace(each, parser=ImageParser(recogniser)) for each in FORMATS if each not in others]
    message = attach(mail(), tiff_pages(400), "classeur.tif")
    attach(message, image(["a"]), "photo.png")
    attach(message, b"Bien.", "bien.txt", "text/plain")
    document = MailParser(lambda: [*others, *scans]).parse(message.as_bytes())
    assert [text for _, _, text in told(document)][1:] == ["[classeur.tif]", "[photo.png]", "Bien."]
    assert len(recogniser.seen) == 2


def test_messages_within_messages_to_a_depth() -> None:
    message = mail("Niveau 0", "N0")
    for level in range(1, 8):
        outer = mail(f"Niveau {level}", f"N{level}")
        outer.add_attachment(message)
        message = outer
    document = parse(message)
    assert "Niveau 4" in document.text
    assert "Niveau 3" not in document.text
    assert [len(section.headings) for section in document.sections] == [1, 3, 5, 7, 8]


def test_no_more_attachments_than_a_person_would_send() -> None:
    message = mail()
    for number in range(150):
        attach(message, f"Pièce {number}.".encode(), f"{number}.txt", "text/plain")
    text = parse(message).text
    assert "Pièce 99." in text
    assert "Pièce 100." not in text
    assert text.endswith("\n[+ 50]")


def test_parts_that_are_too_deep_or_too_many_are_counted() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=B%d\n\n--B%d\n" % (n, n) for n in range(20))
    two = b"Content-Type: text/plain\n\nUn.\n--B19\nContent-Type: text/plain\n\nDeux.\n"
    assert parse(b"From: a@b.fr\n" + deep + two).text.endswith("\n[+ 2]")
    many = b"".join(b"--B\nContent-Type: text/plain\n\nPartie %d.\n" % number for number in range(510))
    text = parse(b"From: a@b.fr\nContent-Type: multipart/mixed; boundary=B\n\n" + many + b"--B--\n").text
    assert "Partie 499." in text
    assert text.endswith("\n[+ 10]")
    without = parse(b"From: a@b.fr\nContent-Type: multipart/mixed\n\nMots.").text
    assert without.endswith("\nMots.")


def test_parts_without_a_name_are_named_by_their_type_but_for_images() -> None:
    parts = b"".join(b"--B\nContent-Type: %b\n\nx\n" % kind for kind in (b"application/x-cad", b"image/png"))
    text = parse(b"From: a@b.fr\nContent-Type: multipart/mixed; boundary=B\n\n" + parts + b"--B--\n").text
    assert "[application/x-cad]" in text
    assert "image/png" not in text


@pytest.mark.parametrize(
    "data",
    [
        b"From: a@b.fr\nContent-Type: text/plain; charset=klingon\n\nMots.",
        b"From: a@b.fr\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\nTW90cy4",
        b"From: a@b.fr\nTo: <<<@@>>,,;\nDate: hier\nSubject: =?utf-8?q?=zz?=\n\nMots.",
        b"From: a@b.fr\nContent-Type: multipart/mixed\n\nMots.",
    ],
)
def test_odd_messages_are_read_as_far_as_they_can_be(data: bytes) -> None:
    assert "a@b.fr" in parse(data).text


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(UnreadableDocument):
        parse(b"\n\nNi en-t\xc3\xaates, ni rien.")
    with pytest.raises(EmptyDocument):
        parse(b"X-Rien: rien\n\n")
