"""Six files that were looked at while the import was written, each with what is expected of it."""

from tests.services.ingest.duerp_files.expected import File, line
from tests.services.ingest.duerp_files.writers import Written, csv_file, docx, xlsx

OIRA = File(
    "oira.docx",
    docx(
        "Plan d'action issu de l'évaluation des risques",
        [
            ["Risque", "Le risque est-il maîtrisé ?", "Priorité", "Mesures"],
            [("1. Risque chimique", 4)],
            [
                "Stockage de solvants hors armoire",
                "Non",
                "élevée",
                "Mesure : acheter une armoire\nResponsable : A. Petit\nDate de fin : 30/09/2026",
            ],
            [("2. Bruit", 4)],
            ["Pompe sans capot", "Oui", "faible", ""],
        ],
    ),
    [
        line(
            family="chemical_general",
            hazard="Stockage de solvants hors armoire",
            control="Non",
            level="élevée",
            due="2026-09-30",
        ),
        line(family="noise", hazard="Pompe sans capot", control="Oui", level="faible"),
    ],
    {"missing_field"},
)

OZA = File(
    "oza.xlsx",
    xlsx(
        Written("1. Accueil", [["Évaluation des risques"], ["Établissement", "Lycée X"]]),
        Written(
            "4. EvR",
            [
                ["Évaluation des risques"],
                ["", "", "", "Risque brut", "", "", "Maîtrise", "", "", "", ""],
                [
                    "Unité de travail",
                    "Danger",
                    "Situation dangereuse",
                    "Fréquence",
                    "Gravité",
                    "Niveau",
                    "Mesures existantes",
                    "Risque résiduel",
                    "Mesures proposées",
                    "Pilote",
                    "Délai",
                ],
                [
                    "Tous",
                    "Chute de plain-pied",
                    "Sols mouillés",
                    "jour",
                    "AAA",
                    "Moyen",
                    "* Signalisation * Chaussures",
                    "Faible",
                    "Tapis",
                    "Intendance",
                    "T3 2026",
                ],
                ["Cuisine", "Bruit", "Non concerné actuellement", "", "", "", "", "", "", "", ""],
            ],
            ["D2:F2"],
        ),
    ),
    [
        line(
            all_units=True,
            family="same_level_falls",
            hazard="Chute de plain-pied",
            gravity="AAA",
            frequency="jour",
            level="Faible",
            measures=2,
        ),
        line(unit="Cuisine", family="noise", hazard="Bruit"),
    ],
    {"vague_date", "not_concerned", "left_column"},
)

VIGIE_HSE = File(
    "evr.xlsx",
    xlsx(
        Written(
            "EVR",
            [
                [
                    "ID",
                    "Collectivite",
                    "Service",
                    "Risques",
                    "Taches",
                    "Danger",
                    "Fq",
                    "Gravite",
                    "Niv R",
                    "Moyens de prevention existants",
                    "Priorite des actions",
                    "Proposition des mesures de prevention",
                    "Maitrise",
                ],
                [
                    1,
                    "Ville",
                    "Espaces verts",
                    "Bruit",
                    "Tonte",
                    "Tondeuse",
                    3,
                    2,
                    6,
                    "Casque",
                    "P2",
                    "Tondeuse électrique",
                    "PARTIEL",
                ],
                [
                    2,
                    "Ville",
                    "Garage",
                    "Électricité",
                    "Recharge",
                    "Câble dénudé",
                    2,
                    4,
                    8,
                    "",
                    "P1",
                    "Remplacer",
                    "INSUFFISANT",
                ],
                [
                    2,
                    "Ville",
                    "Garage",
                    "Électricité",
                    "Recharge",
                    "Câble dénudé",
                    2,
                    4,
                    8,
                    "",
                    "P1",
                    "Remplacer",
                    "INSUFFISANT",
                ],
            ],
        )
    ),
    [
        line(
            unit="Espaces verts",
            family="noise",
            hazard="Tondeuse",
            gravity="2",
            frequency="3",
            control="PARTIEL",
            level="6",
        ),
        line(
            unit="Garage",
            family="electrical",
            hazard="Câble dénudé",
            gravity="4",
            frequency="2",
            control="INSUFFISANT",
            level="8",
        ),
    ],
    {"duplicate", "left_column", "unknown_column"},
)

VAUBAN = File(
    "vauban.xlsx",
    xlsx(
        Written(
            "Évaluation",
            [
                [
                    "Code situation",
                    "Unité de travail",
                    "Famille",
                    "Situation dangereuse",
                    "Gravité (1–4)",
                    "Probabilité (1–4)",
                    "Risque BRUT",
                    "Mesures en place",
                    "Coeff. PM",
                    "Risque NET",
                ],
                [
                    "S-01",
                    "Labo 2",
                    "Risque chimique",
                    "Transvasement d'acide",
                    4,
                    2,
                    "=E2*F2",
                    "Sorbonne",
                    0.5,
                    "=ROUNDUP(G2*(1-I2),0)",
                ],
            ],
        ),
        Written(
            "Plan d'action",
            [
                ["Code situation", "Mesure", "Responsable", "Échéance", "Coût estimé"],
                ["S-01", "Former les doctorants", "C. Roux", "15/10/2026", "500 €"],
            ],
        ),
        Written(
            "Paramètres",
            [["Gravité", ""], [1, "Soins bénins"], [2, "Arrêt"], [3, "Séquelles"], [4, "Décès"]],
            state="hidden",
        ),
    ),
    [
        line(
            unit="Labo 2",
            family="chemical_general",
            situation="Transvasement d'acide",
            gravity="4",
            probability="2",
            control="0.5",
            due="2026-10-15",
        )
    ],
    {"formula_without_value"},
    direction="higher_is_better",  # its formula tells: 1 - c
)

CONTROL_INVERTED = File(
    "maitrise.csv",
    csv_file(
        [
            ["Maîtrise : 1 = aucune mesure ; 4 = maîtrise totale"],
            ["UT", "Catégorie de risque", "Danger", "G", "P", "M", "Criticité = G x P / M"],
            ["Chimie", "Agents biologiques", "Culture L2", "4", "3", "4", "3"],
            ["Chimie", "Rayonnements", "Laser", "4", "3", "1", "12"],
            ["Chimie", "Bruit", "Bain", "2", "2", "2", "9"],
        ]
    ),
    [
        line(unit="Chimie", family="biological_agents", hazard="Culture L2", gravity="4", control="4", level="3"),
        line(unit="Chimie", family="optical_laser", hazard="Laser", control="1", level="12"),
        line(unit="Chimie", family="noise", hazard="Bain", level="9"),
    ],
    {"conflicting_rating", "family_by_lexicon"},
    direction="higher_is_better",
)

ACCIDENTS = File(
    "registre.xlsx",
    xlsx(
        Written(
            "2025",
            [
                ["Registre des accidents bénins"],
                ["Date", "Victime", "Activité", "Nature des lésions", "Témoin"],
                ["03/02/2025", "X", "Découpe", "Coupure", "Y"],
            ],
        )
    ),
    [],
    {"not_a_duerp"},
)

FILES = (OIRA, OZA, VIGIE_HSE, VAUBAN, CONTROL_INVERTED, ACCIDENTS)
