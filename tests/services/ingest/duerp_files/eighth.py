"""Ten files of one more author, who had not seen how files are read (a university, a town hall, a hospital, a school, ...)."""

from tests.services.ingest.duerp_files.expected import File, line
from tests.services.ingest.duerp_files.writers import Written, csv_file, docx, ods, xlsx

UNIVERSITY = File(
    "universite_chimie.xlsx",
    xlsx(
        Written(
            "Evaluation 2025",
            [
                ["UNIVERSITÉ - Document unique d'évaluation des risques professionnels", *[""] * 12],
                ["Laboratoire de chimie des matériaux - mise à jour du 12/03/2025", *[""] * 12],
                [""] * 13,
                ["IDENTIFICATION", "", "", "ÉVALUATION", "", "", "", "", "", "PRÉVENTION", "", "", ""],
                ["Unité de travail", "Local", "Activité", "Risque", "Situation dangereuse", "G", "F", "M", "R = GxFxM",
                 "Moyens existants", "Actions à mettre en place", "Responsable", "Délai"],
                ["Synthèse organique", "B2-104", "Distillation de solvants", "Incendie", "Fuite de solvant sur plaque chauffante", 4, 2, 2, 16,
                 "Sorbonne\nExtincteur CO2", "Remplacer les plaques anciennes", "M. le gestionnaire", "30/09/2025"],
                ["", "B2-104", "Pesée de poudres", "Risque chimique", "Inhalation de poudres nocives", 3, 3, 1, 9, "Hotte de pesée", "", "", ""],
                ["", "B2-107", "Transvasement d'azote liquide", "Anoxie", "Transvasement porte fermée", 4, 1, 3, 12,
                 "Détecteur d'oxygène", "Former les doctorants", "AP", "31/12/2025"],
                ["Secrétariat", "B1-002", "Saisie", "Travail sur écran", "Station assise prolongée", 1, 4, 2, 8, "Repose-pieds", "Siège réglable", "Direction", "01/06/2025"],
            ],
            merged=("A1:M1", "A2:M2", "A4:C4", "D4:I4", "J4:M4", "A6:A8"),
        ),
        Written(
            "Méthode",
            [
                ["Critère", "1", "2", "3", "4"],
                ["Gravité", "sans arrêt", "arrêt", "incapacité", "décès"],
                ["Fréquence", "annuelle", "mensuelle", "hebdomadaire", "quotidienne"],
                ["Maîtrise du risque", "totale", "bonne", "partielle", "absente"],
            ],
        ),
    ),
    [
        line("Synthèse organique", "fire", level="16", measures=2, due="2025-09-30", gravity="4", frequency="2", control="2",
             situation="Fuite de solvant sur plaque chauffante", actions=1),
        line("Synthèse organique", "chemical_general", level="9", measures=1, gravity="3", frequency="3", control="1",
             situation="Inhalation de poudres nocives", actions=0),
        line("Synthèse organique", "cryogenics_gases_anoxia", level="12", measures=1, due="2025-12-31", gravity="4", control="3", who="AP"),
        line("Secrétariat", "screens", level="8", measures=1, due="2025-06-01", gravity="1", frequency="4", who="Direction"),
    ],
    set(),
    "higher_is_worse",
)  # fmt: skip

TOWN_HALL = File(
    "mairie_services.csv",
    csv_file(
        [
            ["Service", "Poste", "Tâche", "Risque", "Description du risque", "Fréq.", "Grav.", "Priorité", "Existant", "A faire", "Qui", "Quand"],
            ["Espaces verts", "Jardinier", "Tonte", "Bruit", "Exposition au bruit de la tondeuse", "4", "2", "2", "Casques antibruit", "Achat de tondeuses électriques", "DST", "03/2026"],
            ["Espaces verts", "Jardinier", "Taille de haies", "Coupure", "Contact avec la lame du taille-haie", "3", "3", "1", "Gants - EPI", "Formation à l'utilisation", "Chef d'équipe", "1er trim. 2026"],
            ["Voirie", "Cantonnier", "Intervention sur chaussée", "Risque routier", "Heurt par un véhicule", "4", "4", "1", "Gilets haute visibilité", "Plan de signalisation temporaire", "DST", "dès que possible"],
            ["Administration", "Accueil", "Réception du public", "Agression verbale", "Usagers mécontents", "2", "2", "3", "", "Bouton d'alerte", "DGS", "15/05/2026"],
        ]
    ),
    [
        line("Jardinier", "noise", level="2", measures=1, frequency="4", gravity="2", situation="Exposition au bruit de la tondeuse", actions=1, who="DST"),
        line("Jardinier", "machines_equipment", frequency="3", gravity="3", situation="Contact avec la lame du taille-haie", level="1", actions=1, who="Chef d'équipe"),
        line("Cantonnier", "road", frequency="4", gravity="4", level="1", measures=1, actions=1, situation="Heurt par un véhicule", no_due=True),
        line("Accueil", "psychosocial", frequency="2", gravity="2", level="3", measures=0, due="2026-05-15", who="DGS"),
    ],
    {"unknown_column", "vague_date"},
)  # fmt: skip

HOSPITAL = File(
    "hopital.docx",
    docx(
        "DOCUMENT UNIQUE - Centre hospitalier",
        "Cotation : G (gravité) de 1 à 4, P (probabilité) de 1 à 4, C = G x P",
        "Unité de travail : Radiologie",
        [
            ["Danger", "Situation d'exposition", "Dommage", "G", "P", "C", "Mesures en place", "Mesures à prendre"],
            ["Rayonnements ionisants", "Maintien d'un patient pendant le cliché", "Exposition externe", "4", "1", "4", "Tablier plombé\nDosimétrie opérationnelle", "Rappel des consignes"],
            ["Manutention des patients", "Transfert lit-table", "Lombalgie", "3", "4", "12", "Drap de glisse", "Acheter un lève-malade"],
        ],
        "Unité de travail : Stérilisation",
        [
            ["Danger", "Situation d'exposition", "Dommage", "G", "P", "C", "Mesures en place", "Mesures à prendre"],
            ["Agents biologiques", "Tri des instruments souillés", "Infection (AES)", "3", "2", "6", "Gants anti-coupure", ""],
            ["Chaleur", "Déchargement de l'autoclave", "Brûlure", "2", "3", "6", "Gants thermiques", "Affichage"],
        ],
    ),
    [
        line("Radiologie", "ionising_radiation", level="4", measures=2, gravity="4", probability="1", hazard="Rayonnements ionisants",
             situation="Maintien d'un patient pendant le cliché", harm="Exposition externe", actions=1),
        line("Radiologie", "manual_handling_msd", level="12", measures=1, gravity="3", probability="4", situation="Transfert lit-table", actions=1),
        line("Stérilisation", "biological_agents", level="6", measures=1, gravity="3", probability="2", harm="Infection (AES)", actions=0),
        line("Stérilisation", "heat_cold", level="6", measures=1, gravity="2", probability="3", situation="Déchargement de l'autoclave", actions=1),
    ],
    set(),
)  # fmt: skip

SCHOOL = File(
    "ecole_elementaire.ods",
    ods(
        (
            "DUER",
            [
                ["École élémentaire Jean Moulin"],
                ["Année scolaire 2025-2026"],
                [],
                ["Lieu", "Dangers identifiés", "Personnes exposées", "Niveau de risque (faible, moyen, fort)", "Mesures prises", "Mesures à prendre", "Échéance"],
                ["Cour de récréation", "Chute de plain-pied sur sol gelé", 12, "moyen", "Sablage", "Réfection de l'enrobé", "été 2026"],
                ["Salle de classe", "Stress, charge mentale", 10, "fort", "Réunions d'équipe", "Formation à la gestion des conflits", "2026-06-30"],
                ["Bibliothèque", "Chute d'objets stockés en hauteur", 3, "faible", "Rayonnages fixés", "", ""],
            ],
        )
    ),
    [
        line("Cour de récréation", "same_level_falls", level="moyen", measures=1, actions=1, exposed=12, hazard="Chute de plain-pied sur sol gelé"),
        line("Salle de classe", "psychosocial", level="fort", measures=1, due="2026-06-30", exposed=10),
        line("Bibliothèque", "falls_height", level="faible", measures=1, exposed=3, actions=0),
    ],
    {"unit_by_place", "vague_date"},
)  # fmt: skip

_CELLS = ["Danger", "Circonstances", "Gravité", "Fréquence", "Niveau", "Mesures de prévention existantes", "Actions à mener", "Pilote", "Échéance"]  # fmt: skip
INSERM = File(
    "unite_inserm.xlsx",
    xlsx(
        Written("Sommaire", [["Unité INSERM - DUERP 2025"], ["Onglets : UT1 Culture cellulaire, UT2 Animalerie"]]),
        Written(
            "UT1 Culture cellulaire",
            [
                ["Unité de travail :", "Culture cellulaire"],
                ["Effectif :", 8],
                ["Date :", "14/02/2025"],
                [],
                _CELLS,
                ["RISQUE BIOLOGIQUE"],
                ["Lignées humaines primaires", "Projection lors de la trypsination", "B", 4, "Orange", "PSM de type II ; blouse ; gants", "Vacciner contre l'hépatite B", "Médecin de prévention", "30/06/2025"],
                ["RISQUE CHIMIQUE"],
                ["Bromure d'éthidium", "Coloration de gels", "A", 2, "Rouge", "Gants nitrile", "Substituer par un produit non CMR", "DU", "31/12/2025"],
            ],
        ),
        Written(
            "UT2 Animalerie",
            [
                ["Unité de travail :", "Animalerie"],
                ["Effectif :", 3],
                ["Date :", "14/02/2025"],
                [],
                _CELLS,
                ["RISQUE BIOLOGIQUE"],
                ["Allergènes de rongeurs", "Change des cages", "C", 4, "Vert", "Masque FFP2", "", "", ""],
                ["MANUTENTION"],
                ["Sacs d'aliments de 20 kg", "Stockage en hauteur", "C", 3, "Vert", "Chariot", "Livraison au poste", "Animalier", "30/09/2025"],
            ],
        ),
        Written(
            "Cotation",
            [
                ["Gravité", "Signification"],
                ["A", "Très grave"],
                ["B", "Grave"],
                ["C", "Moyen"],
                ["D", "Faible"],
                [],
                ["Niveau", "Priorité"],
                ["Rouge", "Action immédiate"],
                ["Orange", "Action dans l'année"],
                ["Vert", "Risque maîtrisé"],
            ],
        ),
    ),
    [
        line("Culture cellulaire", "biological_agents", level="Orange", measures=3, gravity="B", frequency="4", due="2025-06-30", who="Médecin de prévention",
             hazard="Lignées humaines primaires", situation="Projection lors de la trypsination"),
        line("Culture cellulaire", "chemical_general", level="Rouge", measures=1, gravity="A", frequency="2", due="2025-12-31", who="DU"),
        line("Animalerie", "biological_agents", level="Vert", measures=1, gravity="C", frequency="4", actions=0, hazard="Allergènes de rongeurs"),
        line("Animalerie", "manual_handling_msd", level="Vert", measures=1, gravity="C", frequency="3", who="Animalier"),
    ],
    {"family_by_lexicon"},
)  # fmt: skip

WORKSHOP = File(
    "carsat_menuiserie.xlsx",
    xlsx(
        Written(
            "Inventaire",
            [
                ["Entreprise : Menuiserie du Val", "", "", "", "", "", "", "", ""],
                ["Atelier", "Opération", "Danger", "Comment l'accident peut-il arriver ?", "Gravité", "Fréquence d'exposition", "Priorité", "Ce qui existe", "Ce qu'il faut faire", "Pour le", "Fait ?"],
                ["Débit", "Sciage à la scie à format", "Lame en rotation", "Contact de la main avec la lame", "Très grave", "Fréquent", 1, "- Cape de protection\n- Poussoir", "Changer le carter", "15/10/2025", "Non"],
                ["Débit", "Sciage", "Poussières de bois", "Inhalation de poussières", "Grave", "Permanent", 1, "Aspiration centralisée", "Mesurer l'empoussièrement", "15/11/2025", "Oui"],
                ["Finition", "Vernissage", "Solvants", "Inhalation de vapeurs", "Moyen", "Occasionnel", 2, "Cabine ventilée", "", "", ""],
                ["Livraison", "Conduite du fourgon", "Circulation routière", "Collision", "Très grave", "Occasionnel", 2, "Entretien du véhicule", "Charte téléphone", "01/09/2025", "Non"],
                ["TOTAL", "", "", "", "", "", 4, "", "", "", ""],
            ],
            merged=("A1:K1",),
        )
    ),
    [
        line("Débit", "machines_equipment", gravity="Très grave", frequency="Fréquent", level="1", measures=2, due="2025-10-15",
             hazard="Lame en rotation", situation="Contact de la main avec la lame", actions=1),
        line("Débit", "asbestos_dusts", gravity="Grave", frequency="Permanent", level="1", measures=1, due="2025-11-15", hazard="Poussières de bois"),
        line("Finition", "chemical_general", gravity="Moyen", frequency="Occasionnel", level="2", measures=1, actions=0, hazard="Solvants"),
        line("Livraison", "road", gravity="Très grave", frequency="Occasionnel", level="2", measures=1, due="2025-09-01"),
    ],
    {"family_by_lexicon"},
)  # fmt: skip

ASSOCIATION = File(
    "association.docx",
    docx(
        "Évaluation des risques de l'association Les Amis du quartier",
        "Fiche n° 1",
        [
            ["Unité de travail", "Accueil du public"],
            ["Nature du risque", "Agression"],
            ["Situation de travail concernée", "Entretien seul avec une personne alcoolisée"],
            ["Gravité (1 à 4)", "3"],
            ["Probabilité (1 à 4)", "2"],
            ["Mesures existantes", "Deux salariés présents"],
            ["Mesures proposées", "Formation à la médiation"],
            ["Responsable", "Coordinatrice"],
            ["Échéance", "30/04/2026"],
        ],
        "Fiche n° 2",
        [
            ["Unité de travail", "Distribution alimentaire"],
            ["Nature du risque", "Manutention manuelle"],
            ["Situation de travail concernée", "Déchargement des cagettes"],
            ["Gravité (1 à 4)", "2"],
            ["Probabilité (1 à 4)", "4"],
            ["Mesures existantes", "Diable"],
            ["Mesures proposées", "Achat d'un transpalette"],
            ["Responsable", "Trésorier"],
            ["Échéance", "31/05/2026"],
        ],
    ),
    [
        line("Accueil du public", "psychosocial", gravity="3", probability="2", measures=1, due="2026-04-30", who="Coordinatrice",
             situation="Entretien seul avec une personne alcoolisée"),
        line("Distribution alimentaire", "manual_handling_msd", gravity="2", probability="4", measures=1, due="2026-05-31", who="Trésorier",
             situation="Déchargement des cagettes"),
    ],
    {"column_by_evidence"},
)  # fmt: skip

CONSULTANT = File(
    "cabinet_prevention.xlsx",
    xlsx(
        Written(
            "DU",
            [
                ["DOCUMENT UNIQUE", *[""] * 14],
                ["UNITÉ", "DANGER", "SITUATION", "RISQUE BRUT", "", "", "MOYENS DE PRÉVENTION EN PLACE", "", "", "RISQUE RÉSIDUEL", "", "", "PLAN D'ACTION", "", ""],
                ["", "", "", "Cotation avant mesures", "", "", "", "", "", "Cotation après mesures", "", "", "", "", ""],
                ["", "", "", "G", "F", "C", "Technique", "Organisationnel", "Humain", "G", "F", "C", "Action", "Pilote", "Date"],
                ["Magasin", "Chariot élévateur", "Croisement piétons et chariots", 4, 3, 12, "Avertisseur sonore", "Plan de circulation", "CACES", 4, 2, 8, "Barrières piétonnes", "Responsable logistique", "30/06/2026"],
                ["Magasin", "Travail en hauteur", "Accès aux palettiers", 4, 2, 8, "Nacelle", "", "Habilitation", 4, 1, 4, "", "", ""],
                ["Bureaux", "Travail sur écran", "Plus de 4 h par jour", 2, 4, 8, "Écrans réglables", "Pauses", "", 2, 2, 4, "Étude de poste", "RH", "31/03/2026"],
                ["Nota : la cotation est réalisée par le groupe de travail du 10 janvier 2026.", *[""] * 14],
            ],
            merged=("A1:O1", "A2:A4", "B2:B4", "C2:C4", "D2:F2", "G2:I3", "J2:L2", "M2:O3", "D3:F3", "J3:L3"),
        )
    ),
    [
        line("Magasin", "mechanical_lifting", gravity="4", frequency="3", level="8", measures=3, due="2026-06-30", who="Responsable logistique",
             situation="Croisement piétons et chariots"),
        line("Magasin", "falls_height", gravity="4", frequency="2", level="4", measures=2, actions=0),
        line("Bureaux", "screens", gravity="2", frequency="4", level="4", measures=2, due="2026-03-31", who="RH"),
    ],
    {"left_column"},
)  # fmt: skip

WATER = File(
    "syndicat_des_eaux.csv",
    csv_file(
        [
            ["N°", "Unité", "Risques", "Dans quelles conditions ?", "Gravité (de 1 à 4)", "Exposition (de 1 à 4)", "Score", "Prévention actuelle", "Prévention prévue", "Échéance"],
            ["1", "Station d'épuration", "Chute de hauteur, noyade", "Les agents interviennent au bord des bassins, parfois seuls le week-end.", "4", "3", "12", "Garde-corps; gilet", "Dispositif d'alarme pour travailleur isolé", "2026"],
            ["2", "Station d'épuration", "Agents biologiques", "Contact avec les boues pendant le curage.", "3", "4", "12", "Gants, bottes", "Vaccination leptospirose", "T2 2026"],
            ["3", "Réseau", "Espaces confinés", "Descente en regard sans détection de gaz.", "4", "2", "8", "Ventilation forcée", "Détecteur 4 gaz", "01/02/2026"],
        ],
        ",",
        "utf-8-sig",
    ),
    [
        line("Station d'épuration", None, gravity="4", exposure="3", level="12", actions=1, no_due=True,
             situation="Les agents interviennent au bord des bassins, parfois seuls le week-end."),
        line("Station d'épuration", "biological_agents", gravity="3", exposure="4", level="12", actions=1),
        line("Réseau", "cryogenics_gases_anoxia", gravity="4", exposure="2", level="8", measures=1, due="2026-02-01"),
    ],
    {"ambiguous_family", "column_by_evidence", "vague_date"},
)  # fmt: skip

HIGH_SCHOOL = File(
    "lycee.xlsx",
    xlsx(
        Written(
            "Inventaire",
            [
                ["Situation dangereuse", "Unités concernées", "Risque (faible / moyen / fort)", "Prévention en place", "N° action"],
                ["1. RISQUES DE CHUTE DE PLAIN-PIED", "", "", "", ""],
                ["Sols humides après lavage", "Agents d'entretien", "moyen", "Panneaux", "A1"],
                ["2. RISQUES LIÉS AU BRUIT", "", "", "", ""],
                ["Bruit de la plonge", "Cuisine", "fort", "Bouchons", "A2"],
                ["3. RISQUE ROUTIER", "", "", "", ""],
                ["Non concerné", "", "", "", ""],
                ["4. RISQUE INCENDIE", "", "", "", ""],
                ["Évacuation difficile de l'internat", "Tous", "fort", "Exercices", ""],
            ],
        ),
        Written(
            "Plan d'actions",
            [
                ["N°", "Action", "Responsable", "Échéance", "Coût"],
                ["A1", "Acheter une autolaveuse", "Intendant", "30/06/2026", 4500],
                ["A2", "Traiter le plafond", "Région", "31/12/2026", 12000],
                ["A3", "Mettre à jour les plans", "Proviseur", "01/03/2026", ""],
            ],
        ),
    ),
    [
        line("Agents d'entretien", "same_level_falls", level="moyen", measures=1, actions=1, due="2026-06-30", who="Intendant", situation="Sols humides après lavage"),
        line("Cuisine", "noise", level="fort", measures=1, actions=1, due="2026-12-31", who="Région"),
        line(None, "road"),
        line(None, "fire", all_units=True, level="fort", measures=1, actions=0),
    ],
    {"missing_field", "not_concerned"},
    loose=1,
)  # fmt: skip

FILES = [UNIVERSITY, TOWN_HALL, HOSPITAL, SCHOOL, INSERM, WORKSHOP, ASSOCIATION, CONSULTANT, WATER, HIGH_SCHOOL]
