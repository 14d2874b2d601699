"""The documents of a research unit, by several programs (documents/README.md), from their bytes to their passages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from shared.contracts.passages import Passage, place_of_quote
from tests.services.ingest.test_service import House

DOCUMENTS = Path(__file__).parent / "documents"
Place = tuple[str | None, int, str]


@dataclass(frozen=True)
class Expected:
    """Attributes:
    words: in this order in the passages.
    headings: of the passage that has the words.
    absent: what nobody sees in the document.
    cells: sheet, row and cells of a quote.
    pages: of a quote.
    """

    words: tuple[str, ...]
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    cells: Mapping[str, Place] = field(default_factory=dict)
    pages: Mapping[str, int] = field(default_factory=dict)


NITROGEN_WORDS = (
    "Azote liquide",
    "Ces consignes s'appliquent à toute personne",
    "Avant la manipulation",
    "Porter des gants cryogéniques, une visière et une blouse fermée.",
    "Vérifier que le détecteur d'oxygène est allumé",
    "Ne jamais prendre l'ascenseur",
    "Locaux concernés",
    "Les volumes sont revus chaque année.",
    "Brûlure par le froid",
    "Rincer à l'eau tiède pendant quinze minutes, puis appeler le 15.",
)
NITROGEN_TABLE = "Local | Volume d'azote | Seuil d'alarme\nB12 | 50 L | 19 % d'oxygène\nB14 | 120 L | 19 % d'oxygène"
NITROGEN = Expected(
    (*NITROGEN_WORDS[:8], NITROGEN_TABLE, *NITROGEN_WORDS[8:]),
    headings={
        "Rincer à l'eau": ("Azote liquide", "Conduite à tenir", "Brûlure par le froid"),
        "Les volumes": ("Azote liquide", "Locaux concernés"),
    },
    absent=("diffusion interne", "Page de pied"),
)
NITROGEN_PAGE = Expected(NITROGEN.words, {"Rincer": ("Conduite à tenir", "Brûlure par le froid")}, NITROGEN.absent)
WELCOME_WORDS = (
    "Bienvenue dans l'unité",
    "Tout nouvel arrivant suit l'accueil sécurité",
    "Travail isolé",
    "Le travail isolé est interdit après vingt heures",
    "Déchets",
    "étiquetés et fermés.",
)
WELCOME = Expected(WELCOME_WORDS, {"Le travail isolé est interdit": ("Travail isolé",)})
MINUTES_WORDS = (
    "La séance est ouverte à 9 h¹ par Mme Lopez.",
    "¹ Le quorum est atteint.",
    "1. Élection du secrétaire\n2. Bilan des accidents\na) chutes de plain-pied",
    "La visite du local B14 a montré un défaut de ventilation.",
    "Local | Action | Échéance\nB14 | Régler la ventilation | 15/12/2026\nB14 | Poser un détecteur | 31/01/2027",
    "Total des actions |  | 2",
    "La séance est levée à midiⁱ.",
    "ⁱ Prochaine séance le 2 mars 2027.",
)
MINUTES_ABSENT = ("Girard", "ordre du jour 1", "texte caché", "ligne supprimée")
MINUTES_HEADINGS = {
    "La visite": ("Compte rendu de la formation spécialisée", "Points à l’ordre du jour", "Visites de locaux")  # noqa: RUF001
}
LASER = Expected(
    (
        "1. Afficher le voyant « laser en marche ».\n2. Retirer montres et bijoux.\n3. Fermer le rideau.",
        "Danger | Source | Mesure\nOptique | Laser de classe 4 | Lunettes OD 6\nOptique | Réflexions | Écrans mats",
        "Électrique | Haute tension | Coffret fermé à clé",
        "Fiche validée par le référent laser.",
    )
)
RULES = Expected(
    (
        "Ce règlement complète celui de l'établissement.",
        "Les locaux sont ouverts de 7 h 30 à 20 h 00",
        "- Blouse en coton dans toutes les salles de chimie\n- Lunettes pour tous, visiteurs compris",
        "Fonction | Personne | Poste\nAssistante de prévention | Inès Lopez | 4412",
    ),
    {"Les locaux sont": ("1. Règlement intérieur du laboratoire", "1.1. Horaires")},
)
STOCK_LINES = ("Acétone | 67-64-1 | 2,5 | 12,5\u00a0% | 31/03/2027 | A1", "Acide nitrique | 7697-37-2 | 1 | 5,0\u00a0%")
STOCK_CELLS: dict[str, Place] = {
    "Inventaire des produits chimiques": ("Stock", 2, "B2"),
    "Produit | N° CAS": ("Stock", 5, "B5:C5"),
    "31/03/2027 | A1": ("Stock", 6, "F6:G6"),
    "67-64-1": ("Stock", 6, "C6"),
    "Acide nitrique": ("Stock", 8, "B8"),
    "ventilée, inflammables": ("Stock", 13, "C13"),
    "B12 | Hélium | 1": ("Gaz", 3, "A3:C3"),
}
STOCK = Expected(
    ("Produit | N° CAS | Quantité (L) | Part utilisée | Péremption | Armoire", *STOCK_LINES),
    cells={STOCK_LINES[0]: ("Stock", 6, "B6:G6"), **STOCK_CELLS},
    absent=("valeur de liste cachée",),
)
DUERP = Expected(
    ("Unité de travail | Famille | Situation | Existantes | À prévoir", "Atelier mécanique | Machines | Scie à ruban"),
    cells={"Atelier mécanique | Machines": ("DUERP 2026", 4, "A4:B4"), "Masques FFP2": ("DUERP 2026", 5, "D5")},
)
TRAINING = Expected(
    ("Claire Martin", "Hugo Bernard | Radioprotection ; personne compétente", "Habilitation électrique BR, B2V"),
    absent=("identifiant caché", "id-0001", "=1+1"),
    cells={"Hugo Bernard | Radioprotection": ("Formations", 3, "A3:B3"), "Reste": ("Formations", 1, "F1")},
)
CYLINDERS: dict[str, Place] = {
    "Gaz | Pression (bar)": ("Bouteilles", 3, "B3:C3"),
    "Hydrogène": ("Bouteilles", 5, "B5"),
    "D-01": ("Contrôles", 2, "A2"),
}

EXPECTED = {
    "consignes_azote.docx": NITROGEN,
    "consignes_azote_lo.docx": NITROGEN,
    "consignes_azote.odt": NITROGEN,
    "consignes_azote.html": NITROGEN_PAGE,
    "consignes_azote_web.html": NITROGEN_PAGE,
    "consignes_azote.pdf": Expected(NITROGEN_WORDS, pages={"Rincer à l'eau tiède": 1}),
    "livret_accueil.docx": WELCOME,
    "livret_accueil.odt": WELCOME,
    "livret_accueil.pdf": Expected(
        WELCOME_WORDS, pages={"Tout nouvel arrivant": 1, "interdit après vingt heures": 2, "étiquetés et fermés": 3}
    ),
    "compte_rendu_f3sct.docx": Expected(
        (*MINUTES_WORDS[:4], "Encadré : le local B14 est fermé jusqu’à nouvel ordre.", *MINUTES_WORDS[4:]),  # noqa: RUF001
        MINUTES_HEADINGS,
        MINUTES_ABSENT,
    ),
    "compte_rendu_f3sct.odt": Expected(MINUTES_WORDS, MINUTES_HEADINGS, MINUTES_ABSENT),
    "compte_rendu_f3sct.pdf": Expected(("Élection du secrétaire", "Régler la ventilation", "levée à midi")),
    "fiche_laser.docx": LASER,
    "fiche_laser.odt": LASER,
    "reglement.odt": RULES,
    "reglement.docx": RULES,
    "reglement.pdf": Expected(("complète celui de l'établissement", "Horaires", "Lunettes pour tous", "Paul Girard")),
    "plan_de_prevention.odt": Expected(
        (
            "Travaux de toiture¹ du 3 au 7 mai.",
            "¹ Article R. 4512-6 du code du travail.",
            "1. Couvreurs associés\n- deux salariés\n2. Nacelles du Sud",
            "Coactivité signalée.",
            "Encadré : permis de feu obligatoire.",
            "Risque | Mesure\nChute de hauteur | Garde-corps\nChute de hauteur | Ligne de vie\nAucun autre risque",
        ),
        {"Coactivité": ("Plan de prévention", "Entreprises")},
        ("paragraphe supprimé", "commentaire", "en secret", "section masquée"),
    ),
    "inventaire.xlsx": STOCK,
    "inventaire_lo.xlsx": STOCK,
    "inventaire.ods": Expected(("Produit | N° CAS", "Acétone | 67-64-1"), absent=STOCK.absent, cells=STOCK_CELLS),
    "inventaire.pdf": Expected(
        ("Inventaire des produits chimiques", "Acétone", "Hélium"), pages={"Acétone": 1, "Hélium": 2}
    ),
    "duerp.xlsx": DUERP,
    "duerp.ods": DUERP,
    "formations.xlsx": TRAINING,
    "formations_lo.xlsx": TRAINING,
    "mesures_bruit.xlsx": Expected(
        (
            "Machine | Niveau mesuré | Mesuré le | Dépassement",
            "Tour à métaux | 86,3 dB(A) | 9 novembre 2026 | VRAI",
            "Scie à ruban | 86,8 dB(A) | 10 novembre 2026 | #DIV/0!",
            "Moyenne | 86,50",
        ),
        absent=("colonne cachée", "SUM", "AVERAGE"),
        cells={"86,8 dB(A)": ("Bruit & vibrations", 5, "B5"), "Moyenne | 86,50": ("Bruit & vibrations", 7, "A7:B7")},
    ),
    "bouteilles.ods": Expected(("Gaz | Pression (bar)\nArgon | 200",), cells=CYLINDERS),
    "bouteilles.xlsx": Expected(("Gaz | Pression (bar)\nArgon | 200",), cells=CYLINDERS),
    "consignes_incendie.html": Expected(
        (
            "Garder son calme et déclencher l'alarme «\u00a0coup de poing\u00a0».",
            "1. Fermer les bouteilles de gaz\n2. Rejoindre le point de rassemblement\n- bâtiment A : parking nord",
            "Service | Numéro\nPompiers | 18\nPC sécurité | 44 00",
        ),
        {"Fermer les bouteilles": ("En cas d'incendie", "Évacuation")},
        ("caché", "masqué", "Accueil du site", "color"),
    ),
    "radioprotection.html": Expected(
        (
            "Le port du dosimètre est obligatoire en zone surveillée.",
            "Zone | Débit de dose | Accès\nSurveillée | < 7,5 µSv/h | Badge\nSurveillée | < 25 µSv/h",
            "Contact : PCR de l'unité.",
        ),
        absent=("note cachée",),
    ),
    "registre_securite.csv": Expected(
        ("Date | Événement | Suite", 'Extincteur "CO2" percuté; remplacé'),
        cells={
            "12/01/2026 | Essai de l'alarme, bâtiment A puis bâtiment B": (None, 2, "A2:B2"),
            "Extincteur": (None, 3, "B3"),
            "Exercice d'évacuation": (None, 5, "B5"),
        },
    ),
    "capteurs.csv": Expected(("O2-2 | B14 | 19.0 | %",), cells={"Atelier, sous-sol": (None, 4, "B4")}),
    "visites.tsv": Expected(("Local | Visité le",), cells={"Animalerie | 11/05/2026": (None, 3, "A3:B3")}),
    "sorbonnes.csv": Expected(("Sorbonne | Vitesse (m/s)",), cells={"S2 | 0,38": (None, 3, "A3:B3")}),
    "note_de_service.txt": Expected(("Les douches de sécurité sont essayées chaque mois.",)),
    "centrifugeuses.md": Expected(
        ("Équilibrer les tubes deux à deux.", "R-24 | 15 000 tr/min"), {"R-24": ("Centrifugeuses", "Rotor")}
    ),
    "incident_acide.eml": Expected(("Déversement d'acide en C3", "Un flacon d'acide nitrique s'est brisé hier")),
}


async def passages_of(name: str) -> list[Passage]:
    house = House()
    data = (DOCUMENTS / name).read_bytes()
    await house.service.ingest(house.submit(data, media_type="application/octet-stream", file_name=name))
    return house.passages()


def holding(passages: list[Passage], words: str) -> Passage:
    return next(passage for passage in passages if words in passage.text[passage.repeated :])


@pytest.mark.parametrize("name", sorted(EXPECTED))
async def test_what_a_person_reads_is_in_the_passages_and_can_be_cited(name: str) -> None:
    expected = EXPECTED[name]
    passages = await passages_of(name)
    text = "\n".join(passage.text[passage.repeated :] for passage in passages)
    position = 0
    for words in expected.words:
        position = text.index(words, position) + len(words)
    for words in expected.absent:
        assert words not in text
    for words, headings in expected.headings.items():
        assert holding(passages, words).headings == headings
    for words, page in expected.pages.items():
        assert holding(passages, words).page == page
    for words, (sheet, row, cells) in expected.cells.items():
        passage = holding(passages, words)
        assert (passage.sheet, *place_of_quote(passage, words)) == (sheet, row, cells)


def test_every_document_is_expected_and_small() -> None:
    files = {path.name: path for path in DOCUMENTS.iterdir() if path.suffix not in (".py", ".md") and path.is_file()}
    assert files.keys() | {"centrifugeuses.md"} == EXPECTED.keys()
    assert len(EXPECTED) >= 30
    assert all(path.stat().st_size < 50_000 for path in files.values())
