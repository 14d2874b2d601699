"""Five more files of the author of `eighth.py`, written last: their figures at first sight are those of ADR 34."""

from tests.services.ingest.duerp_files.expected import File, line
from tests.services.ingest.duerp_files.writers import Written, csv_file, docx, ods, xlsx

HUMANITIES = File(
    "umr_shs.xlsx",
    xlsx(
        Written(
            "2025",
            [
                ["UNITÉ DE TRAVAIL", "DANGER", "", "ÉVALUATION", "", "", "MESURES EXISTANTES", "", "", "À FAIRE", ""],
                ["", "Code et intitulé", "Circonstances", "Gravité", "Fréquence", "Priorité", "Techniques", "Humaines", "Organisationnelles", "Quoi", "Qui"],
                ["Bibliothèque", "D05 - Manutention manuelle", "Rangement de cartons de livres", "Moyenne", "Hebdomadaire", 2, "Chariot", "Formation PRAP", "", "Monte-charge", "DU"],
                ["", "D02 - Chute de hauteur", "Accès aux rayons du haut", "Forte", "Quotidienne", 1, "Marchepied", "", "Interdiction d'être seul", "", ""],
                ["Archives", "D21 - Poussières, moisissures", "Ouverture de vieux fonds", "Moyenne", "Mensuelle", 3, "Masques FFP2", "", "", "Aspirateur à filtre", "Archiviste"],
            ],
            merged=("A1:A2", "B1:C1", "D1:F1", "G1:I1", "J1:K1", "A3:A4"),
        )
    ),
    [
        line("Bibliothèque", "manual_handling_msd", situation="Rangement de cartons de livres", gravity="Moyenne", frequency="Hebdomadaire", level="2", measures=2, actions=1, who="DU"),
        line("Bibliothèque", "falls_height", situation="Accès aux rayons du haut", gravity="Forte", frequency="Quotidienne", level="1", measures=2, actions=0),
        line("Archives", None, gravity="Moyenne", frequency="Mensuelle", level="3", measures=1, actions=1, who="Archiviste"),
    ],
    {"ambiguous_family"},
)  # fmt: skip

FARM = File(
    "lycee_agricole.docx",
    docx(
        "Exploitation du lycée agricole - évaluation des risques",
        [
            ["Atelier de production", "Activité", "Dangers recensés", "P x G = N", "Prévention existante", "Prévention à développer", "Délai"],
            ["Bovins", "Contention d'une vache", "Coup de pied", "3 x 3 = 9", "Cage de contention", "Formation à la contention", "12/2026"],
            ["Bovins", "Nettoyage de la fosse", "Gaz toxiques (H2S)", "1 x 4 = 4", "Interdiction d'entrer seul", "Détecteur portable", "30/09/2026"],
            ["Verger", "Traitement", "Produits phytosanitaires", "2 x 4 = 8", "Cabine filtrée, combinaison", "", ""],
        ],
    ),
    [
        line("Bovins", level="3 x 3 = 9", measures=1, actions=1, hazard="Coup de pied"),
        line("Bovins", level="1 x 4 = 4", measures=1, actions=1, due="2026-09-30", hazard="Gaz toxiques (H2S)"),
        line("Verger", level="2 x 4 = 8", measures=1, actions=0),
    ],
    {"ambiguous_family", "column_by_evidence", "unknown_family", "vague_date"},
)  # fmt: skip

FIRE_BRIGADE = File(
    "sdis.ods",
    ods(
        (
            "Centre",
            [
                ["Matrice : lettre = gravité (A à D), chiffre = fréquence (1 à 4)"],
                ["Mission", "Population", "Risque redouté", "Cotation", "Parades existantes", "Parades à créer", "Pilotage", "Horizon"],
                ["Conduite en urgence", "Conducteurs", "Accident routier", "A3", "Formation COD2", "Simulateur", "Groupement formation", "2027"],
                ["Feu d'habitation", "Équipiers", "Inhalation de fumées", "B2", "ARI", "Cagoules filtrantes", "Groupement technique", "fin 2026"],
                ["Standard", "Opérateurs", "Stress", "C4", "", "Débriefing", "Psychologue", "01/01/2027"],
            ],
        )
    ),
    [
        line(None, "road", place=("activity", "Conduite en urgence"), level="A3", measures=1, actions=1, who="Groupement formation"),
        line(None, "chemical_general", level="B2", measures=1, actions=1),
        line(None, "psychosocial", level="C4", measures=0, actions=1, due="2027-01-01", who="Psychologue"),
    ],
    {"column_by_evidence", "missing_field", "unknown_column", "vague_date"},
)  # fmt: skip

CAPITALS = File(
    "association_culturelle.csv",
    csv_file(
        [
            ["UNITE DE TRAVAIL", "SITUATION DE TRAVAIL", "RISQUE", "GRAVITE DU DOMMAGE", "FREQUENCE D EXPOSITION", "PRIORITE", "PREVENTION REALISEE", "PREVENTION A REALISER", "ECHEANCE", "COUT ESTIME"],
            ["Regie", "Montage de scene", "Chute de hauteur", "4", "2", "1", "Harnais", "Plate-forme individuelle", "31/05/2026", "2500"],
            ["Regie", "Concert", "Bruit", "3", "4", "1", "Limiteur", "Bouchons moules", "30/04/2026", "600"],
            ["Bureau", "Travail sur ecran", "Fatigue visuelle", "1", "4", "3", "", "Ecrans mats", "", ""],
        ]
    ),
    [
        line("Regie", "falls_height", gravity="4", frequency="2", level="1", measures=1, actions=1, due="2026-05-31"),
        line("Regie", "noise", gravity="3", frequency="4", level="1", measures=1, actions=1, due="2026-04-30"),
        line("Bureau", "screens", gravity="1", frequency="4", level="3", measures=0, actions=1),
    ],
    {"family_by_lexicon"},
)  # fmt: skip

SHEET = File(
    "fiche_service.xlsx",
    xlsx(
        Written(
            "Reprographie",
            [
                ["FICHE D'ÉVALUATION DES RISQUES"],
                ["Unité de travail :", "Reprographie"],
                ["Responsable :", "Chef de service"],
                ["Effectif :", 3],
                [],
                ["Risques", "Source", "Niveau (0 à 3)", "Ce qui est en place", "Action n°"],
                ["Bruit", "Massicot, plieuse", 2, "Bouchons", "1"],
                ["Produits chimiques", "Toners, solvants de nettoyage", 2, "Gants", "2"],
                ["Manutention manuelle", "Ramettes", 3, "Diable", ""],
                [],
                ["PLAN D'ACTION"],
                ["Action n°", "Description", "Responsable", "Date cible"],
                ["1", "Capoter la plieuse", "Atelier", "30/06/2026"],
                ["2", "Changer de solvant", "Achats", "31/03/2026"],
            ],
        )
    ),
    [
        line("Reprographie", "noise", level="2", measures=1, actions=1, due="2026-06-30", who="Atelier"),
        line("Reprographie", "chemical_general", level="2", measures=1, actions=1, due="2026-03-31"),
        line("Reprographie", "manual_handling_msd", level="3", measures=1, actions=0),
    ],
    {"unknown_column"},
)  # fmt: skip

FILES = [HUMANITIES, FARM, FIRE_BRIGADE, CAPITALS, SHEET]
