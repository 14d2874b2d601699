"""Ten more files of the author of `eighth.py`, kept apart while the import was mended by the others."""

from tests.services.ingest.duerp_files.expected import File, line
from tests.services.ingest.duerp_files.writers import Written, csv_file, docx, ods, xlsx

RESEARCH_UNIT = File(
    "umr_physique.xlsx",
    xlsx(
        Written(
            "Extraction",
            [
                ["Unité de travail", "Élément", "Type d'élément", "Catégorie de danger", "Risque identifié", "Modalités d'exposition", "Effectif exposé",
                 "Gravité", "Exposition", "Probabilité", "Criticité", "Niveau de maîtrise", "Dispositions existantes", "Mesures envisagées", "Échéance"],
                ["Optique ultrarapide", "Salle laser 12", "Local", "Rayonnements optiques", "Laser de classe 4", "Alignement capot ouvert", 5, 4, 3, 2, 24, "Moyenne",
                 "Lunettes adaptées ; formation", "Capotage du faisceau", "30/06/2026"],
                ["Optique ultrarapide", "Alimentation HT", "Équipement", "Électricité", "Haute tension", "Réglage sous tension", 2, 4, 1, 2, 8, "Bonne",
                 "Habilitation B2V", "", ""],
                ["Atelier mécanique", "Tour", "Équipement", "Machines", "Happement par le mandrin", "Usinage de pièces longues", 2, 4, 2, 2, 16, "Insuffisante",
                 "", "Écran de protection", "31/01/2026"],
            ],
        )
    ),
    [
        line("Optique ultrarapide", "optical_laser", gravity="4", exposure="3", probability="2", level="24", measures=2, due="2026-06-30",
             situation="Alignement capot ouvert", hazard="Laser de classe 4", control="Moyenne"),
        line("Optique ultrarapide", "electrical", gravity="4", exposure="1", probability="2", level="8", measures=1, actions=0, control="Bonne"),
        line("Atelier mécanique", "machines_equipment", gravity="4", level="16", measures=0, due="2026-01-31", control="Insuffisante"),
    ],
    {"unknown_column"},
)  # fmt: skip

CANTEEN = File(
    "restaurant_universitaire.ods",
    ods(
        (
            "RU",
            [
                ["Poste de travail", "Phase de travail", "Risques et dommages", "F", "G", "FxG", "Mesures de prévention existantes", "Propositions d'amélioration", "Pilote / délai"],
                ["Plonge", "Lavage de la batterie", "Glissade sur sol mouillé : entorse", 4, 2, 8, "Chaussures antidérapantes", "Caillebotis", "Chef de cuisine / juin 2026"],
                ["Plonge", "Utilisation de détergents", "Projection de produit chimique : brûlure", 3, 3, 9, "Lunettes, gants", "Pompe doseuse", "Gestionnaire / 15/04/2026"],
                ["Cuisson", "Sauteuse", "Brûlure thermique", 3, 2, 6, "Manchettes", "", ""],
                ["Moyenne", "", "", "", "", 7.67, "", "", ""],
            ],
        )
    ),
    [
        line("Plonge", "same_level_falls", frequency="4", gravity="2", level="8", measures=1, actions=1),
        line("Plonge", "chemical_general", frequency="3", gravity="3", level="9", actions=1, due="2026-04-15"),
        line("Cuisson", "heat_cold", frequency="3", gravity="2", level="6", measures=1, actions=0),
    ],
    {"column_by_evidence", "vague_date"},
)  # fmt: skip

CARE_HOME = File(
    "ehpad.csv",
    csv_file(
        [
            ["EHPAD Les Tilleuls - DUERP", "", "", "", "", "", "", ""],
            ["Mis à jour le 3 novembre 2025", "", "", "", "", "", "", ""],
            ["", "", "", "", "", "", "", ""],
            ["Secteur", "Nature du risque", "Situations rencontrées", "Gravité", "Survenue", "Total", "Ce que l'on fait déjà", "Ce que l'on prévoit"],
            ["Soins", "TMS", "Aide à la toilette au lit", "3", "4", "12", "Rails de transfert", "Recyclage PRAP"],
            ["Soins", "Violence", "Coups d'un résident désorienté", "2", "3", "6", "Travail en binôme", "Formation Humanitude"],
            ["Lingerie", "Ambiance thermique", "Chaleur près du séchoir en été", "2", "3", "6", "Ventilateur", "Climatisation"],
            ["Hébergement", "Produits d'entretien", "Dilution de javel", "2", "2", "4", "Fiches de données de sécurité", ""],
        ]
    ),
    [
        line("Soins", "manual_handling_msd", gravity="3", probability="4", level="12", measures=1, actions=1, situation="Aide à la toilette au lit"),
        line("Soins", "psychosocial", gravity="2", probability="3", level="6", measures=1, actions=1),
        line("Lingerie", "heat_cold", gravity="2", probability="3", level="6", measures=1, actions=1),
        line("Hébergement", "chemical_general", gravity="2", probability="2", level="4", measures=1, actions=0),
    ],
    {"column_by_evidence"},
)  # fmt: skip

POSTS = File(
    "fiches_de_poste.docx",
    docx(
        "Commune de Saint-Martin",
        [
            [("Poste : ATSEM", 6)],
            [("Effectif : 4 agents", 6)],
            ["Risque", "Situation", "Niveau de risque", "Mesures en place", "Mesures à mettre en place", "Date de réalisation"],
            ["Postures", "Travail à hauteur d'enfant", "Élevé", "Tabourets bas", "Plan de change électrique", "09/2026"],
            ["Bruit", "Temps de cantine", "Moyen", "", "Panneaux acoustiques", "31/08/2026"],
        ],
        [
            [("Poste : Agent technique polyvalent", 6)],
            [("Effectif : 2 agents", 6)],
            ["Risque", "Situation", "Niveau de risque", "Mesures en place", "Mesures à mettre en place", "Date de réalisation"],
            ["Chute de hauteur", "Pose des illuminations", "Élevé", "Nacelle louée", "CACES R486", "30/11/2026"],
        ],
    ),
    [
        line("ATSEM", "manual_handling_msd", level="Élevé", measures=1, actions=1, situation="Travail à hauteur d'enfant"),
        line("ATSEM", "noise", level="Moyen", measures=0, actions=1, due="2026-08-31"),
        line("Agent technique polyvalent", "falls_height", level="Élevé", measures=1, due="2026-11-30", situation="Pose des illuminations"),
    ],
    {"column_by_evidence", "vague_date"},
)  # fmt: skip

COLLEGE = File(
    "college.xlsx",
    xlsx(
        Written(
            "Lieux",
            [
                ["Collège - relevé par lieux", "", "", "", "", ""],
                ["Salle ou zone", "Risque relevé", "Priorité (A = urgent, D = à surveiller)", "Déjà fait", "Reste à faire", "Par qui"],
                ["Salle de technologie", "Coupure avec la cisaille à levier", "A", "Carter posé", "Afficher le mode opératoire", "Professeur de technologie"],
                ["Laboratoire de SVT", "Produits chimiques périmés", "B", "Armoire ventilée", "Faire enlever les déchets", "Aide de laboratoire"],
                ["Gymnase", "Chute d'un panneau de basket", "A", "Contrôle annuel", "", ""],
                ["Loge", "Travail isolé le soir", "D", "Téléphone", "Tester un boîtier d'alarme", "Gestionnaire"],
            ],
            merged=("A1:F1",),
        )
    ),
    [
        line("Salle de technologie", "machines_equipment", level="A", measures=1, actions=1, who="Professeur de technologie"),
        line("Laboratoire de SVT", "chemical_general", level="B", measures=1, actions=1, who="Aide de laboratoire"),
        line("Gymnase", "falls_height", level="A", measures=1, actions=0),
        line("Loge", "lone_work", level="D", measures=1, actions=1, who="Gestionnaire"),
    ],
    {"column_by_evidence", "unit_by_place"},
)  # fmt: skip

COLOURS = File(
    "communaute_de_communes.xlsx",
    xlsx(
        Written("Légende", [["Couleur", "Sens"], ["Rouge", "inacceptable"], ["Orange", "à améliorer"], ["Jaune", "à surveiller"], ["Vert", "acceptable"]]),
        Written(
            "Déchetterie",
            [
                ["Quoi ?", "Pourquoi est-ce dangereux ?", "Couleur", "Existant", "À prévoir", "Qui ?", "Quand ?"],
                ["Circulation des véhicules des usagers", "Un agent peut être renversé sur le quai", "Rouge", "Sens unique", "Barrières", "Chef de site", "01/03/2026"],
                ["Déchets dangereux des ménages", "Mélange de produits incompatibles", "Orange", "Armoire fermée", "Formation", "Responsable", "01/06/2026"],
                ["Intempéries", "Froid en hiver, chaleur en été", "Jaune", "Local chauffé", "", "", ""],
            ],
        ),
        Written(
            "Piscine",
            [
                ["Quoi ?", "Pourquoi est-ce dangereux ?", "Couleur", "Existant", "À prévoir", "Qui ?", "Quand ?"],
                ["Chlore", "Dégagement de gaz au mélange", "Rouge", "Local séparé", "Détecteur", "Technicien", "15/02/2026"],
                ["Bruit des enfants", "Exposition toute la journée", "Vert", "", "", "", ""],
            ],
        ),
    ),
    [
        line("Déchetterie", level="Rouge", measures=1, due="2026-03-01", who="Chef de site"),
        line("Déchetterie", "waste_effluents", level="Orange", measures=1, due="2026-06-01"),
        line("Déchetterie", "heat_cold", level="Jaune", measures=1, actions=0),
        line("Piscine", "chemical_general", level="Rouge", measures=1, due="2026-02-15"),
        line("Piscine", "noise", level="Vert", measures=0, actions=0),
    ],
    {"ambiguous_family", "column_by_evidence"},
)  # fmt: skip

SHORT_HEADS = File(
    "labo_biologie.xlsx",
    xlsx(
        Written(
            "EvRP",
            [
                ["UT", "Act.", "Danger", "Sit. dangereuse", "Dom.", "Grav.", "Fréq.", "Maît.", "Crit.", "Moy. prév. exist.", "Act. corr.", "Resp.", "Éch."],
                ["PCR", "Électrophorèse", "Bromure d'éthidium", "Coulage de gels", "Cancer", 4, 2, 0.5, 4, "Sorbonne dédiée", "SYBR Safe", "Ing. d'étude", "06/2026"],
                ["PCR", "Transilluminateur", "Rayonnement UV", "Découpe de bandes", "Lésion oculaire", 2, 2, 1, 4, "Visière", "", "", ""],
                ["Laverie", "Autoclave", "Appareil à pression", "Ouverture avant dépression", "Brûlure", 3, 3, 0.5, 4.5, "Vérification périodique", "Formation", "AP", "10/01/2026"],
            ],
        ),
        Written("Légende", [["Maît.", "0,5 = maîtrisé", "1 = non maîtrisé"], ["Crit.", "Grav. x Fréq. x Maît."]]),
    ),
    [
        line("PCR", gravity="4", frequency="2", control="0.5", level="4", measures=1, actions=1, harm="Cancer", situation="Coulage de gels"),
        line("PCR", "optical_laser", gravity="2", frequency="2", control="1", level="4", measures=1, actions=0, harm="Lésion oculaire"),
        line("Laverie", "pressure_equipment", gravity="3", frequency="3", control="0.5", level="4.5", measures=1, due="2026-01-10", who="AP"),
    ],
    {"ambiguous_family", "column_by_evidence", "vague_date"},
    "higher_is_worse",
)  # fmt: skip

THEATRE = File(
    "theatre.csv",
    csv_file(
        [
            ["Équipe", "Activité", "Facteur de risque", "Scénario", "G (1-5)", "V (1-5)", "GxV", "Barrières", "Recommandations", "Statut"],
            ["Plateau", "Montage lumière", "Travail en hauteur", "Le technicien perd l'équilibre sur l'échelle parisienne", "5", "3", "15", "Harnais", "Remplacer par une nacelle", "en cours"],
            ["Plateau", "Montage", "Charges suspendues", "Chute d'un projecteur", "5", "2", "10", "Élingues de sécurité", "Registre de vérification", "à faire"],
            ["Billetterie", "Caisse", "Incivilités", "Insultes au guichet", "2", "3", "6", "Vitre", "", ""],
        ],
        ",",
        "utf-8",
    ),
    [
        line("Plateau", "falls_height", gravity="5", level="15", measures=1, actions=1, probability="3",
             situation="Le technicien perd l'équilibre sur l'échelle parisienne"),
        line("Plateau", None, gravity="5", level="10", measures=1, actions=1, situation="Chute d'un projecteur"),
        line("Billetterie", "psychosocial", gravity="2", level="6", measures=1, actions=0),
    ],
    {"ambiguous_family", "column_by_evidence"},
)  # fmt: skip

PSYCHOSOCIAL = File(
    "rps.xlsx",
    xlsx(
        Written(
            "RPS",
            [
                ["ÉVALUATION DES RISQUES PSYCHOSOCIAUX", "", "", "", "", ""],
                ["Unité de travail", "Facteur", "Constat", "Intensité (1 à 4)", "Ressources existantes", "Actions envisagées"],
                ["Direction des finances", "Intensité et temps de travail", "Pics de charge en clôture", 3, "Renfort temporaire", "Revoir le calendrier"],
                ["Direction des finances", "Rapports sociaux", "Peu de réunions d'équipe", 2, "", "Réunion mensuelle"],
                ["Scolarité", "Exigences émotionnelles", "Étudiants en détresse au guichet", 4, "Relais vers le SUMPPS", "Groupe de parole"],
            ],
            merged=("A1:F1",),
        )
    ),
    [
        line("Direction des finances", "psychosocial", gravity="3", measures=1, actions=1, situation="Pics de charge en clôture"),
        line("Direction des finances", "psychosocial", gravity="2", measures=0, actions=1),
        line("Scolarité", "psychosocial", gravity="4", measures=1, actions=1, situation="Étudiants en détresse au guichet"),
    ],
    {"column_by_evidence"},
)  # fmt: skip

REGION = File(
    "conseil_regional.docx",
    docx(
        "Extrait du document unique - Direction des lycées",
        [
            [("Unité de travail", 1), ("Risque", 2), ("Cotation", 3), ("Prévention", 2), ("Suivi", 2)],
            ["", "Famille", "Description", "Fréquence", "Gravité", "Risque", "Existante", "À créer", "Responsable", "Échéance"],
            ["Maintenance", "Électrique", "Intervention dans une armoire non consignée", "2", "4", "8", "Habilitation\nCadenas", "Procédure de consignation", "Chef de maintenance", "28/02/2026"],
            ["", "Amiante", "Perçage d'une dalle de sol", "1", "4", "4", "DTA", "Repérage avant travaux", "Région", "30/09/2026"],
            ["Restauration", "Incendie", "Départ de feu dans la hotte", "1", "4", "4", "Nettoyage annuel", "", "", ""],
        ],
    ),
    [
        line("Maintenance", "electrical", frequency="2", gravity="4", level="8", measures=2, due="2026-02-28", who="Chef de maintenance"),
        line("Maintenance", "asbestos_dusts", frequency="1", gravity="4", level="4", measures=1, due="2026-09-30", who="Région"),
        line("Restauration", "fire", frequency="1", gravity="4", level="4", measures=1, actions=0),
    ],
    set(),
)  # fmt: skip

FILES = [RESEARCH_UNIT, CANTEEN, CARE_HOME, POSTS, COLLEGE, COLOURS, SHORT_HEADS, THEATRE, PSYCHOSOCIAL, REGION]
