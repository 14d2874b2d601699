"""The half of that author's files that was kept apart: looked at once, after the import was mended by the other.

Expected as `sixth.py` says.
A care home, a school, a consultant's csv, a research unit's text, a programme of prevention, a list of checks.
"""

from tests.services.ingest.duerp_files.expected import File, line
from tests.services.ingest.duerp_files.writers import Written, csv_file, docx, ods, xlsx

CARE_HOME = File(
    "maison_de_retraite.xlsx",
    xlsx(
        Written(
            "DUERP",
            [
                ["Métier", "Danger", "Dommages possibles", "Fréquence d'exposition", "Gravité", "Risque brut",
                 "Moyens techniques", "Moyens organisationnels", "Moyens humains", "Niveau de maîtrise", "Risque net",
                 "Propositions d'amélioration"],
                ["Aide-soignante", "Manutention de patients", "Lombalgie", 4, 3, 12, "Rails plafonniers",
                 "Travail à deux", "Formation PRAP", 2, 6, "Draps de glisse"],
                ["Aide-soignante", "Piqûre : risque biologique", "Contamination", 2, 4, 8, "Collecteurs d'aiguilles",
                 "", "", 2, 4, ""],
                ["Lingère", "Chaleur", "Malaise", 3, 2, 6, "Ventilateurs", "", "", 1, 6, "Climatiser la buanderie"],
            ],
        )
    ),
    [
        line("Aide-soignante", "manual_handling_msd", level="6", measures=3, hazard="Manutention de patients",
             harm="Lombalgie", frequency="4", gravity="3", control="2", actions=1),
        line("Aide-soignante", "biological_agents", level="4", measures=1, harm="Contamination", actions=0),
        line("Lingère", "heat_cold", level="6", measures=1, hazard="Chaleur", actions=1),
    ],
    {"scale_direction", "left_column"},
)  # fmt: skip

SCHOOL = File(
    "ecole_elementaire.ods",
    ods(
        (
            "Feuille1",
            [
                ["DUERP de l'école élémentaire", "", "", "", "", ""],
                ["Risques professionnels", "Modalités d'exposition", "Fréquence (1 à 4)", "Gravité (1 à 4)",
                 "Mesures de prévention déjà prises", "Mesures envisagées"],
                ["UNITÉ DE TRAVAIL : ENSEIGNANTS", "", "", "", "", ""],
                ["Bruit", "Cour et préau", 4, 1, "Panneaux acoustiques", "Étude du réfectoire"],
                ["Risques psychosociaux", "Conflits avec des parents", 2, 3, "Rendez-vous à deux", ""],
                ["UNITÉ DE TRAVAIL : AGENTS D'ENTRETIEN", "", "", "", "", ""],
                ["Risque chimique", "Dilution de la javel", 3, 3, "Gants nitrile", "Supprimer la javel"],
            ],
        )
    ),
    [
        line("ENSEIGNANTS", "noise", measures=1, situation="Cour et préau", frequency="4", gravity="1", actions=1),
        line("ENSEIGNANTS", "psychosocial", measures=1, situation="Conflits avec des parents", actions=0),
        line("AGENTS D'ENTRETIEN", "chemical_general", measures=1, situation="Dilution de la javel", actions=1),
    ],
    set(),
)  # fmt: skip

CONSULTANT = File(
    "export_cabinet.csv",
    csv_file(
        [
            ["Unité de travail", "Catégorie de danger", "Danger identifié", "Circonstances", "Salariés exposés", "P",
             "G", "R = P x G", "Existant", "Recommandation", "Pilote", "Échéance", "Coût", "Coef. 3"],
            ["Quai", "Circulation interne", "Chariot élévateur", "Croisement avec des piétons", "5", "3", "4", "12",
             "Marquage au sol", "Miroirs", "Chef de quai", "2026-04-30", "300 €", "1.2"],
            ["Quai", "Chute de hauteur", "Quai sans garde-corps", "Recul vers le bord", "5", "2", "4", "8",
             "Bande podotactile", "Chaînes amovibles", "Chef de quai", "2026-05-31", "", "0.8"],
            ["Bureaux", "Électricité", "Multiprises en cascade", "Surcharge", "8", "2", "3", "6", "", "Refaire les prises",
             "Gérante", "2026-12-15", "1200 €", "1"],
        ],
        delimiter=",",
        encoding="utf-8",
    ),
    [
        line("Quai", "mechanical_lifting", level="12", measures=1, due="2026-04-30", hazard="Chariot élévateur",
             situation="Croisement avec des piétons", probability="3", gravity="4", who="Chef de quai"),
        line("Quai", "falls_height", level="8", measures=1, due="2026-05-31", hazard="Quai sans garde-corps"),
        line("Bureaux", "electrical", level="6", measures=0, due="2026-12-15", hazard="Multiprises en cascade"),
    ],
    {"unknown_rating_column"},
)  # fmt: skip

RESEARCH_UNIT = File(
    "unite_cnrs.docx",
    docx(
        "Unité mixte de recherche - Évaluation des risques professionnels",
        [
            ["Unité de travail", "Risque", "Phase de travail", ("Évaluation", 3), "Prévention existante", ("À faire", 2)],
            ["", "", "", "Gravité", "Probabilité", "Niveau", "", "Mesure", "Échéance"],
            ["Salle blanche", "Risque chimique", "Gravure à l'acide fluorhydrique", "4", "2", "8",
             "Sorbonne\nGluconate de calcium", "Exercice de secours", "20/01/2026"],
            ["Salle blanche", "Rayonnements ionisants", "Réglage du générateur X", "3", "1", "3", "Blindage verrouillé",
             "", ""],
            ["Hall d'essais", "Équipements sous pression", "Mise en charge de l'autoclave", "4", "1", "4",
             "Contrôle périodique", "Soupape à changer", "01/07/2026"],
        ],
    ),
    [
        line("Salle blanche", "chemical_general", level="8", measures=2, due="2026-01-20", gravity="4", probability="2",
             actions=1),
        line("Salle blanche", "ionising_radiation", level="3", measures=1, actions=0),
        line("Hall d'essais", "pressure_equipment", level="4", measures=1, due="2026-07-01", actions=1),
    ],
    set(),
)  # fmt: skip

PROGRAMME = File(
    "papripact_2026.csv",
    csv_file(
        [
            ["Programme annuel de prévention des risques professionnels et d'amélioration des conditions de travail"],
            ["Réf.", "Risque concerné", "Intitulé de l'action", "Conditions d'exécution", "Indicateur de résultat",
             "Coût estimé", "Échéance", "Pilote", "État"],
            ["A-01", "Bruit", "Capoter le compresseur", "Pendant l'arrêt d'août", "Niveau sous 80 dB(A)", "6 000 €",
             "31/08/2026", "Services généraux", "à faire"],
            ["A-02", "Chutes", "Poser une ligne de vie", "Par une entreprise agréée", "Toiture équipée", "9 500 €",
             "30/06/2026", "Services généraux", "en cours"],
            ["A-03", "RPS", "Former les encadrants", "Deux sessions", "20 personnes formées", "4 000 €", "30/11/2026",
             "DRH", "à faire"],
        ]
    ),
    [],
    {"plan_of_actions", "left_column"},
    loose=3,
)  # fmt: skip

CHECKS = File(
    "verifications.xlsx",
    xlsx(
        Written(
            "Suivi",
            [
                ["Suivi des vérifications périodiques réglementaires"],
                ["Équipement", "N° de série", "Organisme", "Dernière vérification", "Périodicité", "Observations"],
                ["Pont roulant 5 t", "PR-118", "Bureau de contrôle", "12/03/2025", "annuelle", "Crochet à remplacer"],
                ["Sorbonne 3", "S-03", "Prestataire", "02/09/2025", "annuelle", "Conforme"],
                ["Extincteur CO2", "X-77", "Prestataire", "15/01/2025", "annuelle", "Conforme"],
            ],
        )
    ),
    [],
    {"not_a_duerp"},
)  # fmt: skip

FILES = [CARE_HOME, SCHOOL, CONSULTANT, RESEARCH_UNIT, PROGRAMME, CHECKS]
