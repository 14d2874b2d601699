"""Makes the documents beside it: python tests/services/ingest/documents/make_documents.py

Needs python-docx, openpyxl and odfdo, and LibreOffice's soffice (Debian: libreoffice-writer, libreoffice-calc). The
files are committed, so that tests need none of these. The texts are our own: what a research unit has in its folders.
"""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import odfdo
from docx import Document
from docx.enum.text import WD_BREAK
from openpyxl import Workbook
from openpyxl.styles import Font

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[3]))

from tests.services.ingest.documents.handmade import DOCX_MINUTES, ODT_PLAN, XLSX_NOISE  # noqa: E402

NITROGEN_STEPS = [
    "Porter des gants cryogéniques, une visière et une blouse fermée.",
    "Vérifier que le détecteur d'oxygène est allumé avant d'entrer.",
    "Ne jamais prendre l'ascenseur avec un récipient ouvert.",
]
NITROGEN_TABLE = [
    ("Local", "Volume d'azote", "Seuil d'alarme"),
    ("B12", "50 L", "19 % d'oxygène"),
    ("B14", "120 L", "19 % d'oxygène"),
]
STOCK = [
    ("Produit", "N° CAS", "Quantité (L)", "Part utilisée", "Péremption", "Armoire"),
    ("Acétone", "67-64-1", 2.5, 0.125, date(2027, 3, 31), "A1"),
    ("Éthanol", "64-17-5", 10, 0.4, date(2028, 1, 15), "A1"),
    ("Acide nitrique", "7697-37-2", 1, 0.05, date(2026, 12, 1), "C3"),
    ("Formaldéhyde", "50-00-0", 0.5, 0.8, date(2026, 11, 30), "V2"),
]
TRAINING = [
    ("Nom", "Formation", "Date", "Validité"),
    ("Claire Martin", "Sauveteur secouriste du travail", "12/03/2026", "24 mois"),
    ("Hugo Bernard", "Radioprotection ; personne compétente", "02/10/2025", "5 ans"),
    ("Inès Lopez", "Habilitation électrique\nBR, B2V", "20/01/2026", "3 ans"),
]


def nitrogen_docx(path: Path) -> None:
    """By python-docx: headings, a list, a table, a header and a footer."""
    document = Document()
    document.core_properties.title = "Consignes azote liquide"
    document.sections[0].header.paragraphs[0].text = "UMR 9999, diffusion interne"
    document.sections[0].footer.paragraphs[0].text = "Page de pied"
    document.add_heading("Azote liquide", 0)
    document.add_paragraph("Ces consignes s'appliquent à toute personne qui manipule de l'azote liquide dans l'unité.")
    document.add_heading("Avant la manipulation", 1)
    for step in NITROGEN_STEPS:
        document.add_paragraph(step, style="List Bullet")
    document.add_heading("Locaux concernés", 1)
    document.add_paragraph("Les volumes sont revus chaque année.")
    table = document.add_table(rows=0, cols=3)
    for row in NITROGEN_TABLE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_heading("Conduite à tenir", 1)
    document.add_heading("Brûlure par le froid", 2)
    document.add_paragraph("Rincer à l'eau tiède pendant quinze minutes, puis appeler le 15.")
    document.save(str(path))


def welcome_docx(path: Path) -> None:
    """By python-docx: three pages."""
    document = Document()
    pages = [
        ("Bienvenue dans l'unité", "Tout nouvel arrivant suit l'accueil sécurité dans la semaine de son arrivée."),
        ("Travail isolé", "Le travail isolé est interdit après vingt heures, sauf accord écrit de la direction."),
        ("Déchets", "Les déchets chimiques sont remis le mardi matin au local des déchets, étiquetés et fermés."),
    ]
    for number, (title, text) in enumerate(pages):
        document.add_heading(title, 1)
        document.add_paragraph(text)
        if number < len(pages) - 1:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.save(str(path))


def laser_docx(path: Path) -> None:
    """By python-docx: merged cells, a numbered list, a table within a table's cell."""
    document = Document()
    document.add_heading("Fiche de poste : banc laser", 1)
    for step in ("Afficher le voyant « laser en marche ».", "Retirer montres et bijoux.", "Fermer le rideau."):
        document.add_paragraph(step, style="List Number")
    table = document.add_table(rows=4, cols=3)
    rows = [("Danger", "Source", "Mesure"), ("Optique", "Laser de classe 4", "Lunettes OD 6"),
            ("", "Réflexions", "Écrans mats"), ("Électrique", "Haute tension", "Coffret fermé à clé")]  # fmt: skip
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    merged = table.cell(1, 0).merge(table.cell(2, 0))
    merged.text = "Optique"
    document.add_paragraph("Fiche validée par le référent laser.")
    document.save(str(path))


def stock_xlsx(path: Path) -> None:
    """By openpyxl: a table that begins at B5 under a title, percentages and dates, other sheets, one of them hidden."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Stock"
    sheet["B2"] = "Inventaire des produits chimiques, UMR 9999"
    sheet["B2"].font = Font(bold=True)
    for row, values in enumerate(STOCK, start=5):
        for column, value in enumerate(values, start=2):
            cell = sheet.cell(row, column, value)
            if isinstance(value, date):
                cell.number_format = "dd/mm/yyyy"
        if row > 5:
            sheet.cell(row, 5).number_format = "0.0%"
    sheet["B12"], sheet["C12"] = "Armoire", "Type"
    sheet["B13"], sheet["C13"] = "A1", "ventilée, inflammables"
    sheet["B14"], sheet["C14"] = "C3", "corrosifs"
    gas = workbook.create_sheet("Gaz")
    for bottles in [("Local", "Gaz", "Bouteilles"), ("B12", "Argon", 3), (None, "Hélium", 1), ("B14", "Hydrogène", 2)]:
        gas.append(bottles)
    gas.merge_cells("A2:A3")
    hidden = workbook.create_sheet("Listes")
    hidden["A1"] = "valeur de liste cachée"
    hidden.sheet_state = "hidden"
    workbook.save(path)


def duerp_xlsx(path: Path) -> None:
    """By openpyxl: an excerpt of a DUERP with units merged downwards and a header of two rows."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "DUERP 2026"
    rows = [
        ("Unité de travail", "Risque", "", "Mesures", ""),
        ("", "Famille", "Situation", "Existantes", "À prévoir"),
        ("Atelier mécanique", "Bruit", "Tour à métaux, 86 dB(A)", "Bouchons d'oreille", "Capotage du tour"),
        ("", "Machines", "Scie à ruban sans protecteur", "Formation", "Remplacement de la scie"),
        ("Animalerie", "Biologique", "Allergènes de rongeurs", "Masques FFP2", "Ventilation des cages"),
    ]
    for row in rows:
        sheet.append([value or None for value in row])
    for merged in ("A1:A2", "B1:C1", "D1:E1", "A3:A4"):
        sheet.merge_cells(merged)
    workbook.save(path)


def training_xlsx(path: Path) -> None:
    """By openpyxl: what a register looks like; a hidden column, a filtered row, a formula without its value."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Formations"
    for row in TRAINING:
        sheet.append(row)
    sheet["E1"], sheet["E2"] = "identifiant caché", "id-0001"
    sheet.column_dimensions["E"].hidden = True
    sheet.row_dimensions[3].hidden = True
    sheet["F1"], sheet["F2"] = "Reste", "=1+1"
    workbook.save(path)


def rules_odt(path: Path) -> None:
    """By odfdo: headings, lists, a table."""
    document = odfdo.Document("text")
    body = document.body
    body.clear()
    body.append(odfdo.Header(1, "Règlement intérieur du laboratoire"))
    body.append(odfdo.Paragraph("Ce règlement complète celui de l'établissement."))
    body.append(odfdo.Header(2, "Horaires"))
    body.append(odfdo.Paragraph("Les locaux sont ouverts de 7 h 30 à 20 h 00 les jours ouvrés."))
    body.append(odfdo.Header(2, "Équipements de protection"))
    body.append(
        odfdo.List(["Blouse en coton dans toutes les salles de chimie", "Lunettes pour tous, visiteurs compris"])
    )
    table = odfdo.Table("Contacts")
    table.set_values([["Fonction", "Personne", "Poste"], ["Assistante de prévention", "Inès Lopez", "4412"],
                      ["Directeur", "Paul Girard", "4400"]])  # fmt: skip
    body.append(table)
    document.save(str(path))


def gas_ods(path: Path) -> None:
    """By odfdo: two sheets, repeated rows, values without the text that they show."""
    document = odfdo.Document("spreadsheet")
    document.body.clear()
    cylinders = odfdo.Table("Bouteilles")
    cylinders.set_values([[], [], ["", "Gaz", "Pression (bar)"], ["", "Argon", 200], ["", "Hydrogène", 175.5]])
    document.body.append(cylinders)
    checks = odfdo.Table("Contrôles")
    checks.set_values([["Détendeur", "Contrôlé le"], ["D-01", date(2026, 9, 14)]])
    document.body.append(checks)
    document.save(str(path))


def texts(folder: Path) -> None:
    """By nobody but ourselves: pages, tables of text and plain text, in the encodings that people have."""
    fire = """<!DOCTYPE html><html lang="fr"><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">
<title>Consignes d'incendie</title><style>p{color:red}</style><script>var cache = "<p>caché</p>";</script></head><body>
<nav><ul><li><a href="/">Accueil du site</a></li></ul></nav>
<h1>En cas d'incendie</h1><p>Garder son calme et d\xe9clencher l'alarme &laquo;&nbsp;coup de poing&nbsp;&raquo;.</p>
<h2>\xc9vacuation</h2><ol><li>Fermer les bouteilles de gaz</li><li>Rejoindre le point de rassemblement<ul>
<li>b\xe2timent A : parking nord</li><li>b\xe2timent B : pelouse</li></ul></li></ol>
<div style="display:none">texte masqu\xe9</div><h2>Num\xe9ros</h2><table><thead><tr><th>Service</th><th>Num\xe9ro</th></tr></thead>
<tbody><tr><td>Pompiers</td><td>18</td></tr><tr><td>PC s\xe9curit\xe9</td><td>44 00</td></tr></tbody></table></body></html>"""
    (folder / "consignes_incendie.html").write_bytes(fire.encode("latin-1"))
    radiation = """<html><body><h1>Radioprotection</h1>
<p>Le port du dosimètre est obligatoire en zone surveillée.</p>
<table><caption>Zones</caption><tr><th>Zone<th>Débit<br>de dose<th>Accès
<tr><td rowspan="2">Surveillée<td>&lt; 7,5 &micro;Sv/h<td>Badge<tr><td>&lt; 25 &micro;Sv/h<td>Badge et dosimètre
<tr><td colspan="2">Interdite<td>Personne</table><p hidden>note cachée</p><p>Contact : PCR de l'unité.</body></html>"""
    (folder / "radioprotection.html").write_bytes("\ufeff".encode() + radiation.encode())
    register = """Date;Événement;Suite
12/01/2026;"Essai de l'alarme, bâtiment A
puis bâtiment B";Conforme
03/02/2026;"Extincteur ""CO2"" percuté; remplacé";Clos

15/03/2026;Exercice d'évacuation : 4 min 20 s;À refaire
"""
    (folder / "registre_securite.csv").write_bytes(register.replace("\n", "\r\n").encode("cp1252"))
    sensors = 'capteur,local,seuil,unité\nO2-1,B12,19.0,%\nO2-2,B14,19.0,%\nCO-7,"Atelier, sous-sol",20,ppm\n'
    (folder / "capteurs.csv").write_bytes(sensors.encode())
    (folder / "visites.tsv").write_bytes("Local\tVisité le\nB12\t04/05/2026\nAnimalerie\t11/05/2026\n".encode("utf-16"))
    (folder / "sorbonnes.csv").write_bytes('sep=,\nSorbonne,Vitesse (m/s)\nS1,"0,52"\nS2,"0,38"\n'.encode("utf-8-sig"))
    note = "Note de service\n\nLes douches de sécurité sont essayées chaque mois.\nLe résultat est noté dans le registre.\n"
    (folder / "note_de_service.txt").write_bytes(note.encode("cp1252"))
    (folder / "centrifugeuses.md").write_text(
        "# Centrifugeuses\n\nÉquilibrer les tubes deux à deux.\n\n## Rotor\n\n| Rotor | Vitesse maximale |\n|---|---|\n"
        "| R-24 | 15 000 tr/min |\n| R-8 | 4 000 tr/min |\n",
        encoding="utf-8",
    )
    mail = EmailMessage()
    mail["From"], mail["To"] = "ines.lopez@unite.example", "direction@unite.example"
    mail["Subject"], mail["Date"] = "Déversement d'acide en C3", "Tue, 10 Nov 2026 09:12:00 +0100"
    mail.set_content(
        "Bonjour,\n\nUn flacon d'acide nitrique s'est brisé hier à 17 h 40 en salle C3.\nPersonne n'est blessé.\n\nInès"
    )
    (folder / "incident_acide.eml").write_bytes(bytes(mail))


def packed(path: Path, parts: dict[str, str]) -> None:
    """A zip archive with always the same bytes; the first part is stored, as OpenDocument asks of `mimetype`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, text) in enumerate(parts.items()):
            method = zipfile.ZIP_STORED if number == 0 else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), text.encode(), method)


def converted(folder: Path, source: str, target: str, kind: str) -> None:
    """By LibreOffice."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{scratch}/profile", "--headless", "--convert-to", kind,
             "--outdir", scratch, str(folder / source)],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        made = Path(scratch) / f"{Path(source).stem}.{kind.partition(':')[0]}"
        shutil.move(made, folder / target)


CONVERSIONS = [
    ("consignes_azote.docx", "consignes_azote_lo.docx", "docx"),
    ("consignes_azote.docx", "consignes_azote.odt", "odt"),
    ("consignes_azote.docx", "consignes_azote.pdf", "pdf"),
    ("consignes_azote.docx", "consignes_azote.html", "html:XHTML Writer File"),
    ("consignes_azote.docx", "consignes_azote_web.html", "html:HTML (StarWriter)"),
    ("livret_accueil.docx", "livret_accueil.pdf", "pdf"),
    ("livret_accueil.docx", "livret_accueil.odt", "odt"),
    ("compte_rendu_f3sct.docx", "compte_rendu_f3sct.odt", "odt"),
    ("compte_rendu_f3sct.docx", "compte_rendu_f3sct.pdf", "pdf"),
    ("fiche_laser.docx", "fiche_laser.odt", "odt"),
    ("reglement.odt", "reglement.docx", "docx"),
    ("reglement.odt", "reglement.pdf", "pdf"),
    ("inventaire.xlsx", "inventaire_lo.xlsx", "xlsx"),
    ("inventaire.xlsx", "inventaire.ods", "ods"),
    ("inventaire.xlsx", "inventaire.pdf", "pdf"),
    ("duerp.xlsx", "duerp.ods", "ods"),
    ("formations.xlsx", "formations_lo.xlsx", "xlsx"),
    ("bouteilles.ods", "bouteilles.xlsx", "xlsx"),
]


def main() -> None:
    nitrogen_docx(HERE / "consignes_azote.docx")
    welcome_docx(HERE / "livret_accueil.docx")
    laser_docx(HERE / "fiche_laser.docx")
    packed(HERE / "compte_rendu_f3sct.docx", DOCX_MINUTES)
    stock_xlsx(HERE / "inventaire.xlsx")
    duerp_xlsx(HERE / "duerp.xlsx")
    training_xlsx(HERE / "formations.xlsx")
    packed(HERE / "mesures_bruit.xlsx", XLSX_NOISE)
    rules_odt(HERE / "reglement.odt")
    packed(HERE / "plan_de_prevention.odt", ODT_PLAN)
    gas_ods(HERE / "bouteilles.ods")
    texts(HERE)
    for source, target, kind in CONVERSIONS:
        converted(HERE, source, target, kind)


if __name__ == "__main__":
    main()
