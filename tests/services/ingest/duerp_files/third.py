"""Six files in shapes of other countries and of public templates, by which the import was mended.

What was expected before they were read is in the history. Two ask for less now: a place is not taken for a work unit,
which the report says is missing.
"""

from datetime import date

from tests.services.ingest.duerp_files.expected import File, line
from tests.services.ingest.duerp_files.writers import Written, csv_file, docx, ods, xlsx

GERMAN = File(
    "gefaehrdungsbeurteilung.xlsx",
    xlsx(
        Written(
            "GBU",
            [
                ["Gefährdungsbeurteilung nach § 5 ArbSchG"],
                ["Betrieb:", "Institut für Chemie", "", "Stand:", date(2026, 3, 1)],
                [],
                [
                    "Arbeitsbereich",
                    "Gefährdungsfaktor",
                    "Gefährdung",
                    "Vorhandene Schutzmaßnahmen",
                    "Schadensschwere",
                    "Eintrittswahrscheinlichkeit",
                    "Risiko",
                    "Weitere Maßnahmen",
                    "Verantwortlich",
                    "Termin",
                ],
                ["Labor 1", "Gefahrstoffe", "Umfüllen von Salzsäure", "Abzug\nHandschuhe", 4, 2, 8, "Dosierpumpe beschaffen",
                 "A. Klein", "31.12.2026"],
                ["Werkstatt", "Lärm", "Arbeiten an der Kreissäge", "Gehörschutz", 3, 3, 9, "", "", ""],
                ["Treppenhaus", "Absturz", "Leiter ohne Sicherung", "", 4, 1, 4, "Leiter ersetzen", "B. Groß", "15.02.2027"],
            ],
        )
    ),
    [
        line(unit="Labor 1", family="chemical_general", hazard="Umfüllen von Salzsäure", gravity="4", probability="2",
             level="8", measures=2, due="2026-12-31"),
        line(unit="Werkstatt", family="noise", hazard="Arbeiten an der Kreissäge", gravity="3", level="9", measures=1),
        line(unit="Treppenhaus", family="falls_height", hazard="Leiter ohne Sicherung", level="4", due="2027-02-15"),
    ],
    set(),
)  # fmt: skip

KITCHEN = File(
    "restaurant.csv",
    csv_file(
        [
            ["Lieu", "Risque", "Situation à risque", "Ce qui existe", "Gravité", "Probabilité", "Ce qu'il faut faire", "Qui", "Quand"],
            ["Cuisine", "Friteuse", "Bain d'huile sans surveillance", "Extincteur", "4", "2", "Couvercle anti-feu", "Chef", "30/06/2027"],
            ["Cuisine", "Azote liquide", "Glaces à l'azote", "Aération", "4", "1", "Détecteur d'oxygène", "Chef", "31/01/2027"],
            ["Plonge", "Sol mouillé", "Lavage en fin de service", "Chaussures antidérapantes", "2", "4", "", "", ""],
            ["Bureau", "Zorglub", "On ne sait pas", "", "1", "1", "", "", ""],
        ],
        delimiter="|",
        encoding="cp1252",
    ),
    [
        line("Cuisine", place=("premises", "Cuisine"), situation="Bain d'huile sans surveillance", gravity="4", probability="2", measures=1,
             due="2027-06-30"),
        line("Cuisine", family="cryogenics_gases_anoxia", situation="Glaces à l'azote", due="2027-01-31"),
        line("Plonge", family="same_level_falls", situation="Lavage en fin de service", measures=1),
        line("Bureau", situation="On ne sait pas"),
    ],
    {"ambiguous_family", "unit_by_place", "unknown_family"},
)  # fmt: skip

HSE = File(
    "risk-assessment.docx",
    docx(
        "Risk assessment",
        "Company name: Example Lab      Assessment carried out by: J. Smith",
        [
            [
                "What are the hazards?",
                "Who might be harmed and how?",
                "What are you already doing to control the risks?",
                "What further action do you need to take to control the risks?",
                "Who needs to carry out the action?",
                "When is the action needed by?",
                "Done",
            ],
            ["Slips and trips", "Staff and visitors may be injured if they trip", "General good housekeeping\nAll areas well lit",
             "Better housekeeping in staff kitchen", "All staff", "01/02/2027", ""],
            ["Display screen equipment", "Staff risk posture problems", "DSE training", "", "", "", ""],
            ["Working at height", "Falls from any height can cause bruising", "Appropriate stepladder", "Weekly checks", "Manager",
             "15/03/2027", ""],
        ],
    ),
    [
        line(family="same_level_falls", hazard="Slips and trips", measures=2, due="2027-02-01"),
        line(family="screens", hazard="Display screen equipment", measures=1),
        line(family="falls_height", hazard="Working at height", due="2027-03-15"),
    ],
    {"missing_field"},
)  # fmt: skip

MAIRIE = File(
    "mairie.ods",
    ods(
        (
            "Services techniques",
            [
                ["Commune de Saint-Exemple", "", "", "", "", "", ""],
                ["Document unique : services techniques", "", "", "", "", "", ""],
                [
                    "Maîtrise : 1 = aucune mesure, 2 = insuffisante, 3 = correcte, 4 = risque maîtrisé",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                ],
                ["Unité de travail", "Risques", "Dommages", "Gravité", "Fréquence", "Maîtrise", "Mesures à prendre"],
                ["Espaces verts", "Bruit de la tondeuse", "Surdité", 3, 4, 4, ""],
                ["Espaces verts", "Chute de hauteur", "Fracture", 4, 2, 1, "Acheter une plateforme"],
            ],
        ),
        (
            "École",
            [
                ["Commune de Saint-Exemple", "", "", "", "", "", ""],
                ["Unité de travail", "Risques", "Dommages", "Gravité", "Fréquence", "Maîtrise", "Mesures à prendre"],
                ["Cantine", "Brûlure thermique", "Brûlure", 3, 3, 2, "Gants"],
            ],
        ),
    ),
    [
        line(unit="Espaces verts", family="noise", harm="Surdité", gravity="3", frequency="4", control="4"),
        line(unit="Espaces verts", family="falls_height", gravity="4", control="1"),
        line(unit="Cantine", family="heat_cold", gravity="3", control="2"),
    ],
    set(),
    direction="higher_is_better",
)

PHARMACY = File(
    "officine.docx",
    docx(
        "DOCUMENT UNIQUE D'ÉVALUATION DES RISQUES PROFESSIONNELS",
        "Unité de travail : Comptoir",
        [
            [
                "Dangers identifiés",
                "Risques encourus",
                "Moyens de prévention existants",
                "G",
                "P",
                "C",
                "Actions à mener",
            ],
            ["Station debout prolongée", "TMS", "Tapis antifatigue", "2", "3", "6", "Sièges assis-debout"],
            ["Clients agressifs", "Agression verbale", "Bouton d'alerte", "3", "2", "6", ""],
        ],
        "Unité de travail : Préparatoire",
        [
            [
                "Dangers identifiés",
                "Risques encourus",
                "Moyens de prévention existants",
                "G",
                "P",
                "C",
                "Actions à mener",
            ],
            ["Poudres cytotoxiques", "CMR", "Hotte", "4", "2", "8", "Contrôler la hotte"],
        ],
    ),
    [
        line(
            unit="Comptoir",
            family="manual_handling_msd",
            hazard="Station debout prolongée",
            gravity="2",
            level="6",
            measures=1,
        ),
        line(unit="Comptoir", family="psychosocial", hazard="Clients agressifs", gravity="3", level="6"),
        line(unit="Préparatoire", family="chemical_cmr", hazard="Poudres cytotoxiques", gravity="4", level="8"),
    ],
    set(),
)

EFFICACY = File(
    "efficacite.xlsx",
    xlsx(
        Written(
            "Évaluation",
            [
                ["N°", "Poste", "Famille de risque", "Description du risque", "Criticité brute", "Efficacité des mesures",
                 "Criticité résiduelle", "Mesures en place", "Plan d'action", "Pilote", "Échéance"],
                [1, "Soudage", "Rayonnements optiques", "Arc électrique", 16, "Très efficace", 4, "Rideaux; cagoule", "", "", ""],
                [2, "Soudage", "Fumées", "Fumées de soudage", 16, "Inefficace", 16, "", "Aspiration à la source", "Chef d'atelier",
                 "T1 2027"],
                ["", "TOTAL", "", "", 32, "", 20, "", "", "", ""],
            ],
        )
    ),
    [
        line(unit="Soudage", family="optical_laser", level="4", control="Très efficace"),
        line(unit="Soudage", family="chemical_general", level="16", control="Inefficace"),
    ],
    {"vague_date", "left_column"},
)  # fmt: skip

FILES = [GERMAN, KITCHEN, HSE, MAIRIE, PHARMACY, EFFICACY]
