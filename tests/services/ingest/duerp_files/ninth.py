"""Ten more files in other layouts than those of `eighth.py`, after the import was mended by those; five were kept apart."""

from datetime import date

from tests.services.ingest.duerp_files.expected import File, line
from tests.services.ingest.duerp_files.writers import Written, docx, ods, xlsx

_HEADS = ["N°", "Dangers / facteurs de risques", "Conséquences possibles", "Fréq. d'expo. (1 à 4)", "Gravité (1 à 4)", "Risque brut", "Maîtrise (1 = aucune ; 0,5 = partielle ; 0,1 = totale)", "Risque résiduel", "Mesures à prendre"]  # fmt: skip
POSTS = File(
    "commune_postes.docx",
    docx(
        "Mairie de Villeneuve : évaluation des risques par poste",
        [
            [("UNITÉ DE TRAVAIL : Cantine scolaire", 9)],
            [("Nombre d'agents : 5", 9)],
            _HEADS,
            ["1", "Sol glissant", "Entorse, fracture", "4", "2", "8", "0,5", "4", "Revêtement antidérapant"],
            ["2", "Port de charges (marmites)", "Lombalgie", "3", "3", "9", "1", "9", "Chariot à niveau constant"],
        ],
        [
            [("UNITÉ DE TRAVAIL : Bibliothèque", 9)],
            [("Nombre d'agents : 2", 9)],
            _HEADS,
            ["3", "Chute d'escabeau", "Fracture", "2", "3", "6", "0,1", "0,6", ""],
        ],
    ),
    [
        line("Cantine scolaire", "same_level_falls", hazard="Sol glissant", harm="Entorse, fracture", frequency="4", gravity="2", control="0,5", level="4", actions=1),
        line("Cantine scolaire", "manual_handling_msd", harm="Lombalgie", frequency="3", gravity="3", control="1", level="9", actions=1),
        line("Bibliothèque", "falls_height", harm="Fracture", frequency="2", gravity="3", control="0,1", level="0,6", actions=0),
    ],
    {"left_column"},
    "higher_is_worse",
)  # fmt: skip

INSTITUTE = File(
    "iut_amdec.ods",
    ods(
        (
            "Analyse",
            [
                ["IUT - Département génie mécanique"],
                ["Salle", "Source de danger", "Événement dangereux", "Dommage possible", "P", "G", "D", "IPR", "Barrières", "Améliorations", "Resp.", "Délai"],
                ["Atelier C12", "Fraiseuse", "Projection de copeaux", "Lésion oculaire", 3, 3, 2, 18, "Lunettes, écran", "Carter asservi", "Technicien", "12/2026"],
                ["Atelier C12", "Poste à souder", "Inhalation de fumées", "Irritation", 3, 2, 3, 18, "Torche aspirante", "", "", ""],
                ["Labo métrologie", "Granit de contrôle", "Déplacement manuel", "Lombalgie", 1, 2, 1, 2, "Aide à deux", "Potence", "Enseignant", "15/09/2026"],
            ],
        )
    ),
    [
        line("Atelier C12", "machines_equipment", hazard="Fraiseuse", situation="Projection de copeaux", harm="Lésion oculaire", probability="3", gravity="3", level="18", actions=1, who="Technicien"),
        line("Atelier C12", hazard="Poste à souder", situation="Inhalation de fumées", probability="3", gravity="2", level="18", actions=0),
        line("Labo métrologie", "asbestos_dusts", situation="Déplacement manuel", probability="1", gravity="2", level="2", actions=1, due="2026-09-15"),
    ],
    {"ambiguous_family", "family_by_lexicon", "unit_by_place", "unknown_column", "vague_date"},
)  # fmt: skip

_BY_RISK = ["Service concerné", "Activité exposante", "Nb agents", "Cotation brute", "Mesures collectives", "EPI", "Formation / information", "Cotation nette", "Actions PAPRIPACT", "Échéance"]  # fmt: skip
HOSPITAL = File(
    "chu_par_risque.xlsx",
    xlsx(
        Written(
            "Risque biologique",
            [
                _BY_RISK,
                ["Laboratoire", "Technique de culture", 12, 12, "PSM", "Gants", "Habilitation N2", 6, "Revoir la ventilation", date(2026, 6, 30)],
                ["Urgences", "Prélèvement sanguin", 40, 16, "Collecteurs", "Gants", "", 8, "", ""],
            ],
        ),
        Written(
            "TMS",
            [
                _BY_RISK,
                ["Blanchisserie", "Chargement des tunnels", 9, 12, "Table élévatrice", "", "PRAP", 6, "Rotation des postes", date(2026, 9, 1)],
            ],
        ),
    ),
    [
        line("Laboratoire", "biological_agents", exposed=12, level="6", measures=3, actions=1, due="2026-06-30"),
        line("Urgences", "biological_agents", exposed=40, level="8", measures=2, actions=0),
        line("Blanchisserie", "manual_handling_msd", exposed=9, level="6", measures=2, actions=1, due="2026-09-01"),
    ],
    {"column_by_evidence", "left_column", "missing_field"},
)  # fmt: skip

CROSSES = File(
    "institut_croix.xlsx",
    xlsx(
        Written(
            "DUERP",
            [
                ["Danger", "Situation", "Chimie", "Bureaux", "Atelier", "G", "F", "C", "Mesures existantes", "Actions"],
                ["Incendie", "Évacuation du bâtiment", "X", "X", "X", 4, 1, 4, "Exercice annuel", ""],
                ["Bruit", "Usinage", "", "", "X", 2, 3, 6, "Bouchons", "Capoter"],
                ["Solvants", "Lavage de verrerie", "X", "", "", 3, 3, 9, "Sorbonne", "Laveur"],
            ],
        )
    ),
    [
        line("Chimie", "fire", gravity="4", level="4", measures=1),
        line("Bureaux", "fire", gravity="4", level="4", measures=1),
        line("Atelier", "fire", gravity="4", level="4", measures=1),
        line("Atelier", "noise", gravity="2", level="6", measures=1, actions=1),
        line("Chimie", "chemical_general", gravity="3", level="9", measures=1, actions=1),
    ],
    {"column_by_evidence"},
)  # fmt: skip

BREAKS = File(
    "pme_retours_ligne.xlsx",
    xlsx(
        Written(
            "DU 2026",
            [
                ["SOCIÉTÉ X", "", "", "", "", "", "", ""],
                ["UNITÉ\nDE TRAVAIL", "PHÉNOMÈNES\nDANGEREUX", "SITUATIONS\nDANGEREUSES", "NIVEAU\nDE RISQUE", "MESURES DE\nPRÉVENTION\nEXISTANTES", "MESURES\nCOMPLÉMENTAIRES", "PILOTE", "DATE\nPRÉVUE"],
                ["ATELIER", "Électricité", "Ouverture d'une armoire", "P1", "Habilitation", "Verrouiller les armoires", "M. le chef d'atelier", date(2026, 3, 31)],
                ["ATELIER", "Vibrations", "Meuleuse (*)", "P2", "", "Meuleuse à amortisseur", "Achats", date(2026, 12, 31)],
                ["Sous-total ATELIER", "", "", 2, "", "", "", ""],
                ["BUREAU", "Écran", "Saisie continue", "P3", "Écran réglable", "", "", ""],
                ["(*) cotation revue en janvier", "", "", "", "", "", "", ""],
            ],
            merged=("A1:H1",),
        )
    ),
    [
        line("ATELIER", "electrical", situation="Ouverture d'une armoire", level="P1", measures=1, actions=1, due="2026-03-31"),
        line("ATELIER", "vibrations", level="P2", measures=0, actions=1, due="2026-12-31", who="Achats"),
        line("BUREAU", "screens", level="P3", measures=1, actions=0),
    ],
    set(),
)  # fmt: skip

FILES = [POSTS, INSTITUTE, HOSPITAL, CROSSES, BREAKS]
