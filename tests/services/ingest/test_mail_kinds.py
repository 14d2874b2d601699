"""E-mail as programs really write it: signed, forwarded as a file, by Outlook, with invitations, in any charset."""

import base64
import datetime as dt
import struct
from email.message import EmailMessage

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from services.ingest.parsers.mail_parts import message_of
from tests.services.ingest.test_mail import attach, mail, parse, told
from tests.support.work import calls_of
from tests.support.zips import zipped

INNER = "From: a@exemple.fr\nSubject: Fuite\nContent-Type: text/plain; charset=utf-8\n\nLa zone est balisée.\n".encode()
PLAIN = b"Subject: x\nContent-Type: text/plain"


def signed(content: bytes, encoding: Encoding = Encoding.DER) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Zoé")])
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), day, day)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(encoding, [pkcs7.PKCS7Options.Binary])


def attribute(level: int, identity: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, identity, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def text_property(identity: int, words: str) -> bytes:
    value = words.encode("utf-16-le") + b"\0\0"
    return struct.pack("<HHII", 0x1F, identity, 1, len(value)) + value + b"\0" * (-len(value) % 4)


def winmail(*attributes: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


def words_of(message: EmailMessage | bytes) -> str:
    return parse(message).text


@pytest.mark.parametrize("kind", ["application/octet-stream", "message/rfc822-headers", "text/plain"])
def test_a_message_forwarded_as_a_file_is_read_as_a_message(kind: str) -> None:
    (_, (headings, _, text)) = told(parse(attach(mail(subject="TR"), INNER, "fuite.eml", kind)))
    assert headings == ("TR", "fuite.eml", "Fuite")
    assert text.endswith("La zone est balisée.")


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_message_that_was_encoded_though_none_may_is_read(encoding: str) -> None:
    body = base64.encodebytes(INNER) if encoding == "base64" else INNER.replace("é".encode(), b"=C3=A9")
    head = b"From: a@b.fr\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n"
    data = head + f"Content-Transfer-Encoding: {encoding}\n\n".encode() + body + b"\n--b--"
    assert "La zone est balisée." in words_of(data)


@pytest.mark.parametrize("before", [b"\r\n", b"\n\n \n", b"\xef\xbb\xbf", b"From a@b.fr Mon Jan  5 09:00:00 2026\n"])
def test_what_stands_before_the_headers_is_looked_past(before: bytes) -> None:
    assert "La zone est balisée." in words_of(before + INNER)
    assert "La zone est balisée." in words_of(INNER.decode().encode("utf-16"))


@pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
def test_a_signed_message_is_read_and_its_signature_is_no_file(encoding: Encoding) -> None:
    data = signed(b"Content-Type: text/plain; charset=utf-8\r\n\r\nLe palan est condamn\xc3\xa9.", encoding)
    opaque = attach(mail("", "Palan"), data, "smime.p7m", "application/pkcs7-mime")
    assert "Le palan est condamné." in words_of(opaque)
    detached = attach(mail("Le palan est condamné."), data, "smime.p7s", "application/pkcs7-signature")
    assert "smime.p7s" not in words_of(detached)


def test_a_signed_file_is_read_as_the_file_and_an_encrypted_one_is_named() -> None:
    message = attach(mail(), signed("Vérifier l'élingue.".encode()), "note.txt.p7m")
    assert "Vérifier l'élingue." in words_of(message)
    encrypted = bytes.fromhex("300d06092a864886f70d010703a000")
    assert "[secret.txt.p7m]" in words_of(attach(mail(), encrypted, "secret.txt.p7m"))


def test_outlook_s_winmail_has_a_text_and_files_with_their_long_names() -> None:
    rest = struct.pack("<I", 2) + text_property(0x1000, "Le dewar n° 5 fuit.") + struct.pack("<HHI", 3, 0x0E07, 1)
    data = winmail(
        attribute(1, 0x00069007, struct.pack("<II", 1252, 0)),
        attribute(1, 0x00069003, rest),
        attribute(2, 0x00069002, b"\1\0" + bytes(12)),
        attribute(2, 0x00018010, b"CONSIG~1.TXT\0"),
        attribute(2, 0x0006800F, "Porter l’écran facial.".encode("cp1252")),  # noqa: RUF001
        attribute(2, 0x00069005, struct.pack("<I", 1) + text_property(0x3707, "Consigne été.txt")),
    )
    _, body, file = told(parse(attach(mail(), data, "winmail.dat", "application/ms-tnef")))
    assert body[2] == "Le dewar n° 5 fuit."
    assert file[0][-1] == "Consigne été.txt"
    assert file[2] == "Porter l’écran facial."  # noqa: RUF001


@pytest.mark.parametrize("data", [winmail()[:4], winmail(attribute(1, 0x0002800C, b"abc"))[:-4], b"no tnef"])
def test_a_winmail_that_is_damaged_is_named_or_empty(data: bytes) -> None:
    assert "Bien." in words_of(attach(attach(mail(), data, "winmail.dat", "application/ms-tnef"), b"Bien.", "b.txt"))


INVITATION = (
    "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nDTSTART:19700101T000000\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n"
    "SUMMARY:Visite de sécurité\r\nDTSTART;TZID=Europe/Paris:20260112T090000\r\nLOCATION:Local B14\\, sous-sol\r\n"
    'ORGANIZER;CN="Zoé Dupré":mailto:zoe@exemple.fr\r\nDESCRIPTION:Apporter le plan\\nVenir en chauss\r\n'
    " ures de sécurité\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.mark.parametrize("as_file", [True, False])
def test_an_invitation_says_what_when_and_where(as_file: bool) -> None:
    message = mail("Invitation jointe.")
    if as_file:
        attach(message, INVITATION.encode(), "invite.ics")
    else:
        message.add_alternative(INVITATION, subtype="calendar")
    text = words_of(message)
    for line in (
        "Visite de sécurité",
        "Start: 12/01/2026 09:00",
        "Location: Local B14, sous-sol",
        "Organizer: Zoé Dupré <zoe@exemple.fr>",
        "Apporter le plan\nVenir en chaussures de sécurité",
    ):
        assert line in text
    assert "1970" not in text


@pytest.mark.parametrize(
    ("head", "subject"),
    [
        (b"=?iso-8859-1?Q?L=92employeur_v=E9rifie?=", "L’employeur vérifie"),  # noqa: RUF001
        (b"=?utf-8?B?w4lsaW5ndWUgdXPD?= =?utf-8?B?qWU=?=", "Élingue usée"),
        (b"=?utf-8?Q?Caf=C3?=\n =?utf-8?Q?=A9 ferm=C3=A9?=", "Café fermé"),
        ("Fuite d'ammoniac signalée".encode("cp1252"), "Fuite d'ammoniac signalée"),
        ("Fuite signalée".encode(), "Fuite signalée"),
        (b"=?x-unknown?Q?Fuite?= grave", "Fuite grave"),
    ],
)
def test_subjects_in_any_charset(head: bytes, subject: str) -> None:
    assert parse(b"From: a@b.fr\nSubject: " + head + b"\n\nMots.").title == subject


@pytest.mark.parametrize(
    "charset", ["", "; charset=us-ascii", "; charset=iso-8859-1", "; charset=utf-8", "; charset=x"]
)
@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_bodies_whose_charset_lies(charset: str, kind: str) -> None:
    body = "L’œillet coûte 40 € – à vérifier".encode("cp1252")  # noqa: RUF001
    head = f"From: a@b.fr\nContent-Type: {kind}{charset}\nContent-Transfer-Encoding: 8bit\n\n".encode()
    assert words_of(head + body).endswith("L’œillet coûte 40 € – à vérifier")  # noqa: RUF001


def test_html_that_says_more_than_its_plain_form_is_read() -> None:
    message = mail("Votre logiciel n'affiche pas le HTML.")
    message.add_alternative(f"<p>Le palan est condamné.</p><p>{'Ne pas lever. ' * 20}</p>", subtype="html")
    assert "Le palan est condamné." in words_of(message)


def test_files_within_a_zip_are_read_and_those_that_cannot_be_are_named() -> None:
    data = zipped({"plans/note.txt": "Vanne fermée.".encode(), "photo.exe": b"MZ\0\0", "plans/": b""})
    text = words_of(attach(mail(), data, "plans.zip", "application/zip"))
    assert "Vanne fermée." in text
    assert "[photo.exe]" in text


def test_parts_without_a_name_are_read_or_named() -> None:
    data = (
        b"From: a@b.fr\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/x-cad\n\nxx\n--b--"
    )
    assert "[application/x-cad]" in words_of(data)
    assert words_of(b"From: a@b.fr\nContent-Type: multipart/mixed\n\nMots sans bord.").endswith("Mots sans bord.")


@pytest.mark.parametrize(
    "words",
    [
        "Non.\n\n> Ouvrir la vanne. Puis partir.",
        "Non.\n\n-----Message d'origine-----\nDe : Zoé\nOuvrir la vanne. Puis partir.",
        "Non.\n\nDe : Zoé\nEnvoyé : lundi\nObjet : vanne\n\nOuvrir la vanne. Puis partir.",
    ],
)
def test_each_sentence_of_a_former_mail_is_marked(words: str) -> None:
    text = words_of(mail(words))
    assert "\nNon." in text
    assert "> Ouvrir la vanne.\n> Puis partir." in text


def test_quotations_of_html_are_marked() -> None:
    message = mail()
    message.set_content("<p>Non.</p><blockquote><p>Ouvrir la vanne.</p></blockquote><p>Merci.</p>", subtype="html")
    assert words_of(message).endswith("Non.\n> Ouvrir la vanne.\nMerci.")


def test_the_words_of_a_hidden_picture_are_not_read() -> None:
    page = '<p>Plan joint.</p><div style="display:none"><img alt="Suivi"></div><img alt="Issue de secours">'
    message = EmailMessage()
    message.set_content(page, subtype="html")
    read = parse(message).text
    assert "Issue de secours" in read
    assert "Suivi" not in read


@pytest.mark.parametrize(
    ("parameters", "body", "told"),
    [
        (
            "format=flowed; delsp=yes",
            "La sor \nbonne est contrôlée chaque  \nannée.\nMerci",
            "La sorbonne est contrôlée chaque année.\nMerci",
        ),
        ("format=flowed", "Porter un \nmasque. \n\n  Signé.\n-- \nZoé", "Porter un masque. \n Signé.\n-- \nZoé"),
        (
            "format=Flowed",
            "> Qui porte \n> un masque ?\n>> Ancien \n> Autre",
            "> Qui porte un masque ?\n>> Ancien\n> Autre",
        ),
        ("format=fixed", "Porter un \nmasque.", "Porter un \nmasque."),
    ],
    ids=["spaces added", "spaces kept", "quotations", "fixed"],
)
def test_lines_that_flow_are_whole_again(parameters: str, body: str, told: str) -> None:
    head = f"Subject: x\nContent-Type: text/plain; charset=utf-8; {parameters}\n\n"
    assert words_of((head + body).encode()).partition("\n")[2] == told


@pytest.mark.parametrize("told", ["BASE64 ", "base64; charset=utf-8", "Base64 (lignes)", '"base64"'])
def test_an_encoding_that_is_told_otherwise_is_known(told: str) -> None:
    body = base64.b64encode("<p>Barrière orange</p>".encode()).rstrip(b"=").decode()
    head = f"Subject: a\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: {told}"
    assert "Barrière orange" in parse(f"{head}\r\n\r\n{body}".encode()).text


@pytest.mark.parametrize("end", ["= \r\n", "=\t \r\n", "= \n", "=\r\n"])
def test_spaces_behind_the_sign_of_a_line_that_goes_on_are_none_of_the_text(end: str) -> None:
    head = "Subject: a\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: Quoted-Printable"
    assert "Zone balisée au sas." in parse(f"{head}\r\n\r\nZone balis=C3=A9e au{end} sas.\r\n".encode()).text


def test_a_mail_whose_accents_were_lost_on_its_way_is_read_as_it_came() -> None:
    words = "L\ufffdemploy\ufffd v\ufffdrifie l\ufffd\ufffdchelle"
    assert words in parse(b"Subject: a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + words.encode()).text


@pytest.mark.parametrize("charset", ["utf-7", "UNICODE-1-1-UTF-7"])
def test_utf_7_is_read_in_mails(charset: str) -> None:
    head = f"Subject: a\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode()
    assert "Élingue vérifiée à l'atelier" in parse(head + "Élingue vérifiée à l'atelier".encode("utf-7")).text


def test_s18_the_type_of_a_part_is_parsed_once() -> None:
    """30,000 parts of 45 bytes took 5 s of processor time, most of it for the same words."""
    mail = b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n%b--b--\n"
    parts = b"".join(b"--b\nContent-Type: text/plain; charset=utf-8\n\nnote %d\n" % number for number in range(500))
    assert calls_of(lambda: message_of(mail % parts)) / 500 < 200
