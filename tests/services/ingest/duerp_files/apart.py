"""Six files that were kept apart until the import had been written, each with what is expected of it."""

from tests.services.ingest.duerp_files.expected import File, line
from tests.services.ingest.duerp_files.writers import Written, csv_file, docx, ods, xlsx

DIGIRISK = File(
    "digirisk.xlsx",
    xlsx(
        Written(
            "Risques",
            [
                ["Document unique - liste des risques"],
                ["S – UT ou GP", "Id RA", "Cot", "Risques", "Description", "Infos", "Actions"],
                [
                    "UT1 - Laboratoire de chimie",
                    "RA12",
                    48,
                    "Risque chimique",
                    "Emploi d'acide fluorhydrique",
                    "",
                    "Acheter du gluconate de calcium",
                ],
                ["UT2 - Atelier", "RA13", 80, "Autre", "Fraiseuse sans carter", "Prototype", "Poser un carter"],
                ["Total", "", 128, "", "", "", ""],
            ],
        )
    ),
    [
        line(
            unit="UT1 - Laboratoire de chimie",
            family="chemical_general",
            situation="Emploi d'acide fluorhydrique",
            level="48",
        ),
        line(unit="UT2 - Atelier", situation="Fraiseuse sans carter", level="80"),
    ],
    {"unknown_family"},
)

EVRP_BANDS = File(
    "evrp.ods",
    ods(
        (
            "Inventaire",
            [
                ["Laboratoire d'optique"],
                ["Élément", "Nature du risque", "Danger", "Gravité", "Fréquence", "Mesures existantes"],
                ["LOCAUX", "", "", "", "", ""],
                ["Salle 204", "Électricité", "Banc haute tension", 4, 2, "Consignation\nHabilitation"],
                ["ÉQUIPEMENTS", "", "", "", "", ""],
                ["Laser Ti:Sa", "Rayonnements optiques artificiels", "Faisceau classe 4", 4, 3, "Lunettes (R4452-11)"],
                ["CONDITIONS DE TRAVAIL", "", "", "", "", ""],
                ["Horaires", "Travail isolé", "Expériences de nuit", 3, "?", ""],
            ],
        )
    ),
    [
        line(
            family="electrical", hazard="Banc haute tension", place=("premises", "Salle 204"), measures=2, gravity="4"
        ),
        line(family="optical_laser", hazard="Faisceau classe 4", place=("equipment", "Laser Ti:Sa"), frequency="3"),
        line(family="lone_work", hazard="Expériences de nuit", place=("conditions", "Horaires")),
    ],
    {"missing_field", "unreadable_rating"},
)

CNRS_FORM = File(
    "ecofog.docx",
    docx(
        "DOCUMENT UNIQUE D'ÉVALUATION DES RISQUES PROFESSIONNELS",
        [["Établissement", "CNRS"], ["Directeur", "X. Y."], ["Effectif", "45"]],
        "Gravité : 1 = bénin, 2 = arrêt, 3 = séquelles, 4 = décès",
        "Unité de travail : Terrain",
        [
            [
                "Famille de risques",
                "Situation dangereuse",
                "G",
                "P",
                "GxP",
                "Moyens de prévention existants",
                "Actions du programme annuel de prévention",
                "Responsable",
                "Délai",
            ],
            [
                "Missions de terrain",
                "Travail en forêt, morsures de serpent",
                "4",
                "2",
                "8",
                "Trousse, balise",
                "Former aux premiers secours",
                "AP",
                "31/02/2026",
            ],
            ["Chute de hauteur", "Accès à la canopée", "4", "3", "10", "Harnais (R4323-61)", "", "", ""],
        ],
        "Unité de travail : Herbier",
        [
            [
                "Famille de risques",
                "Situation dangereuse",
                "G",
                "P",
                "GxP",
                "Moyens de prévention existants",
                "Actions du programme annuel de prévention",
                "Responsable",
                "Délai",
            ],
            ["Poussières", "Dépoussiérage de planches", "2", "2", "4", "Masque", "", "", ""],
        ],
    ),
    [
        line(
            unit="Terrain",
            family="field_missions",
            situation="Travail en forêt, morsures de serpent",
            gravity="4",
            level="8",
        ),
        line(unit="Terrain", family="falls_height", situation="Accès à la canopée", probability="3", level="10"),
        line(unit="Herbier", family="asbestos_dusts", situation="Dépoussiérage de planches", level="4"),
    ],
    {"unreadable_date", "conflicting_rating"},
)

CARSAT_FLAT = File(
    "carsat.csv",
    csv_file(
        [
            [
                "Unité de travail",
                "Risque (Danger)",
                "Situation dangereuse",
                "Mesures de prévention existantes",
                "Hiérarchie CARSAT",
                "Nombre de salariés exposés",
            ],
            ["Magasin", "Manutention manuelle", "Port de bouteilles", "Diable", "➋", "3"],
            ["Magasin", "Manutention manuelle", "Port de bouteilles", "Formation PRAP", "➋", "3"],
            ["Magasin", "Risque routier", "Livraisons", "Entretien du véhicule", "➌", "2 agents"],
        ],
        ",",
        "utf-16",
    ),
    [
        line(unit="Magasin", family="manual_handling_msd", hazard="Manutention manuelle", level="➋", measures=2),
        line(unit="Magasin", family="road", hazard="Risque routier", level="➌", measures=1),
    ],
    set(),
)

PLAN_ALONE = File(
    "papripact.xlsx",
    xlsx(
        Written(
            "Programme 2026",
            [
                ["Programme annuel de prévention"],
                ["N°", "Action", "Pilote", "Échéance", "Budget", "Indicateur", "Avancement"],
                [1, "Remplacer l'autoclave", "M. Leroy", 46203, "12 000 €", "Réception", "en cours"],
                [2, "Former les encadrants", "RH", "dès que possible", "", "", "à faire"],
            ],
        )
    ),
    [],
    {"vague_date", "plan_of_actions"},
    loose=2,
)

_UNIT = [
    ["Fiche d'évaluation"],
    ["Identification", "", "Cotation", "", "", "Prévention", ""],
    ["Famille de risque", "Danger", "Gravité", "Fréquence", "Criticité", "Mesures", "Mesures"],
    ["", "", "(1 à 4)", "(1 à 4)", "", "existantes", "à mettre en place"],
]
THREE_HEADERS = File(
    "fiches.xlsx",
    xlsx(
        Written(
            "Cryogénie",
            [*_UNIT, ["Anoxie", "Azote liquide", 4, 2, "", "Détecteur", "Capteur fixe"]],
            ["A2:B2", "C2:E2", "F2:G2"],
            {"E5": "FFFF0000"},
        ),
        Written("Bureaux", [*_UNIT, ["Travail sur écran", "Postures", 1, 7, 7, "", ""]], ["A2:B2", "C2:E2", "F2:G2"]),
    ),
    [
        line(unit="Cryogénie", family="cryogenics_gases_anoxia", hazard="Azote liquide", gravity="4", measures=1),
        line(unit="Bureaux", family="screens", hazard="Postures", frequency="7", level="7"),
    ],
    {"colour_only", "out_of_scale"},
)

FILES = (DIGIRISK, EVRP_BANDS, CNRS_FORM, CARSAT_FLAT, PLAN_ALONE, THREE_HEADERS)
