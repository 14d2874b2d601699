"""Six more layouts by another author: a university, a town, an association, a workshop, a laboratory, a Belgian plan.

What is expected was written before the import read them, but for the codes `left_column` and `plan_of_actions`, which came with the rule
that every column left out is told.
"""

from tests.services.ingest.duerp_files.expected import File, line
from tests.services.ingest.duerp_files.writers import Written, csv_file, docx, ods, xlsx

UNIVERSITY = File(
    "composante_sciences.xlsx",
    xlsx(
        Written(
            "EvRP 2025",
            [
                ["Université - UFR Sciences - Document unique d'évaluation des risques professionnels 2025"],
                [],
                ["Unité de travail", "Situation de travail", "Dangers", "Événement redouté", "Cotation brute", "", "",
                 "Mesures existantes", "Cotation nette", "", "", "Plan d'action", "", ""],
                ["", "", "", "", "F", "G", "C", "", "F", "G", "C", "Action", "Pilote", "Délai"],
                ["TP de chimie L2", "Dilution d'acides concentrés", "Produits chimiques", "Projection dans les yeux",
                 4, 3, 12, "Lunettes obligatoires ; douche oculaire", 2, 3, 6, "Acheter des distributeurs",
                 "Responsable des TP", "30/09/2026"],
                ["TP de chimie L2", "Travail près d'un bec Bunsen", "Incendie", "Inflammation de vapeurs", 2, 4, 8,
                 "Extincteur CO2 vérifié", 1, 4, 4, "", "", ""],
                ["Magasin", "Rangement sur l'étagère haute", "Chute de hauteur", "Chute de l'escabeau", 3, 3, 9,
                 "Escabeau à garde-corps", 2, 3, 6, "Stocker en bas les lourds", "Magasinier", "31/03/2026"],
            ],
            merged=["E3:G3", "I3:K3", "L3:N3", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "H3:H4"],
        )
    ),
    [
        line("TP de chimie L2", "chemical_general", level="6", measures=2, due="2026-09-30", who="Responsable des TP",
             hazard="Produits chimiques", actions=1),
        line("TP de chimie L2", "fire", level="4", measures=1, hazard="Incendie", actions=0),
        line("Magasin", "falls_height", level="6", measures=1, due="2026-03-31", hazard="Chute de hauteur", actions=1),
    ],
    {"left_column"},
)  # fmt: skip

TOWN = File(
    "mairie_services_techniques.csv",
    csv_file(
        [
            ["Commune - Document unique", "", "", "", "", "", "", "", "", "", "", ""],
            ["Service", "Danger", "Risque", "F", "G", "Ni", "Moyens de prévention en place", "Mo", "Nf",
             "Actions à engager", "Qui ?", "Quand ?"],
            ["Voirie", "Circulation des véhicules", "Risque routier", "4", "4", "16", "Gilets ; triangle", "2", "8",
             "Renouveler les cônes", "Chef d'équipe voirie", "15/06/2026"],
            ["Voirie", "Marteau-piqueur", "Vibrations", "2", "3", "6", "Rotation des agents", "2", "3", "", "", ""],
            ["Espaces verts", "Tondeuse et débroussailleuse", "Bruit", "3", "2", "6", "Casques antibruit", "2", "3",
             "Acheter du matériel électrique", "Responsable espaces verts", "2027"],
            ["Écoles", "Port de charges", "Manutention manuelle", "3", "2", "6", "", "1", "6",
             "Chariot pour la cantine", "Directrice", "01/09/2026"],
        ]
    ),
    [
        line("Voirie", "road", level="8", measures=2, due="2026-06-15", hazard="Circulation des véhicules",
             frequency="4", gravity="4", control="2", actions=1),
        line("Voirie", "vibrations", level="3", measures=1, hazard="Marteau-piqueur", actions=0),
        line("Espaces verts", "noise", level="3", measures=1, hazard="Tondeuse et débroussailleuse", actions=1,
             no_due=True),
        line("Écoles", "manual_handling_msd", level="6", measures=0, due="2026-09-01", hazard="Port de charges",
             control="1", actions=1),
    ],
    {"scale_direction", "vague_date", "left_column"},
)  # fmt: skip

ASSOCIATION = File(
    "association_epicerie.docx",
    docx(
        "Document unique de l'association",
        "Unité de travail : Entrepôt",
        [
            ["Risque", "Comment cela peut arriver", "Ce qui existe déjà", "Ce qu'il reste à faire", "Priorité (1 à 3)"],
            ["Manutention manuelle", "Cageots portés à bout de bras", "Diable\nGants", "Table élévatrice", "1"],
            ["Chute de plain-pied", "Sol mouillé à la réception", "Panneau « sol glissant »", "", "2"],
        ],
        "Unité de travail : Accueil",
        [
            ["Risque", "Comment cela peut arriver", "Ce qui existe déjà", "Ce qu'il reste à faire", "Priorité (1 à 3)"],
            ["Agressions, violences", "Attente longue, refus d'un colis", "Deux bénévoles présents",
             "Formation à l'accueil", "1"],
        ],
    ),
    [
        line("Entrepôt", "manual_handling_msd", level="1", measures=2, situation="Cageots portés à bout de bras",
             actions=1),
        line("Entrepôt", "same_level_falls", level="2", measures=1, situation="Sol mouillé à la réception", actions=0),
        line("Accueil", "psychosocial", level="1", measures=1, actions=1),
    ],
    set(),
)  # fmt: skip

WORKSHOP = File(
    "pme_usinage.ods",
    ods(
        (
            "Usinage",
            [
                ["N°", "Facteur de risque", "Scénario d'accident", "Fréq.", "Grav.", "Crit.", "Prévention actuelle",
                 "Prévention à prévoir", "Resp.", "Éch."],
                [1, "Tour conventionnel (machines)", "Happement par le mandrin", 3, 4, 12, "Écran de mandrin",
                 "Capteur d'ouverture", "Chef d'atelier", "30/06/2026"],
                [2, "Bruit", "Surdité à long terme", 4, 3, 12, "Bouchons moulés", "", "", ""],
            ],
        ),
        (
            "Bureau d'études",
            [
                ["N°", "Facteur de risque", "Scénario d'accident", "Fréq.", "Grav.", "Crit.", "Prévention actuelle",
                 "Prévention à prévoir", "Resp.", "Éch."],
                [1, "Travail sur écran", "Fatigue visuelle", 4, 1, 4, "Écrans réglables", "Lampes", "Gérant", "01/02/2026"],
            ],
        ),
    ),
    [
        line("Usinage", "machines_equipment", level="12", measures=1, due="2026-06-30", frequency="3", gravity="4",
             hazard="Tour conventionnel (machines)", situation="Happement par le mandrin", who="Chef d'atelier"),
        line("Usinage", "noise", level="12", measures=1, hazard="Bruit", actions=0),
        line("Bureau d'études", "screens", level="4", measures=1, due="2026-02-01", hazard="Travail sur écran"),
    ],
    set(),
)  # fmt: skip

LABORATORY = File(
    "umr_biologie.csv",
    csv_file(
        [
            ["Équipe", "Local", "Famille de risques", "Agent ou procédé", "Nb exposés", "Probabilité (1-4)",
             "Gravité (1-4)", "Cotation G", "Dispositions existantes", "Améliorations proposées", "Date cible",
             "Vu par"],
            ["Virologie", "B214", "Agents biologiques", "Lentivirus, classe 2", "6", "2", "3", "6",
             "PSM de type II ; consignes affichées", "Former les arrivants", "12/01/2026", "AP"],
            ["Virologie", "B216", "Fluides cryogéniques", "Azote liquide", "9", "2", "4", "8",
             "Oxygénomètre", "", "", "AP"],
            ["Imagerie", "C003", "Laser", "Laser de classe 4", "3", "1", "4", "4", "Lunettes adaptées",
             "Voyant à l'entrée", "28/02/2026", "AP"],
        ],
        delimiter="\t",
        encoding="utf-8-sig",
    ),
    [
        line("Virologie", "biological_agents", level="6", measures=2, due="2026-01-12", place=("premises", "B214"),
             hazard="Lentivirus, classe 2", probability="2", gravity="3"),
        line("Virologie", "cryogenics_gases_anoxia", level="8", measures=1, place=("premises", "B216"),
             hazard="Azote liquide"),
        line("Imagerie", "optical_laser", level="4", measures=1, due="2026-02-28", place=("premises", "C003"),
             hazard="Laser de classe 4"),
    ],
    {"unknown_column"},
)  # fmt: skip

BELGIAN_PLAN = File(
    "plan_annuel_action_belge.xlsx",
    xlsx(
        Written(
            "PAA 2026",
            [
                ["Plan annuel d'action 2026 - Service interne pour la prévention et la protection au travail"],
                [],
                ["N°", "Domaine", "Risque", "Objectif", "Mesure de prévention", "Priorité", "Responsable", "Délai",
                 "Budget (€)", "Avancement"],
                [1, "Sécurité du travail", "Machines", "Mettre la presse en conformité", "Installer un écran mobile",
                 "A", "SIPPT", "31/05/2026", 4500, "50 %"],
                [2, "Ergonomie", "Manutention", "Réduire les lombalgies", "Acheter deux lève-personnes", "B",
                 "Ligne hiérarchique", "30/09/2026", 8000, "0 %"],
                [3, "Aspects psychosociaux", "Stress", "Désigner une personne de confiance", "Lancer un appel interne",
                 "B", "Direction", "30/11/2026", 0, "0 %"],
                [4, "Incendie", "Incendie", "Exercer l'évacuation", "Faire un exercice par site", "A", "SIPPT",
                 "15/10/2026", 0, "100 %"],
            ],
        )
    ),
    [],
    {"plan_of_actions", "left_column"},
    loose=4,
)  # fmt: skip

FILES = [UNIVERSITY, TOWN, ASSOCIATION, WORKSHOP, LABORATORY, BELGIAN_PLAN]
