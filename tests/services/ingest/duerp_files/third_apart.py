"""Six more files of these kinds, kept apart while the import was mended by the others.

What was expected before they were read is in the history; families that were left open, and that no work unit is named,
were filled in after. `Nr.` was read as a level, and is mended.
"""

from datetime import date

from tests.services.ingest.duerp_files.expected import File, line
from tests.services.ingest.duerp_files.writers import Written, csv_file, docx, ods, xlsx

SWISS = File(
    "gefaehrdungsermittlung.csv",
    csv_file(
        [
            [
                "Nr.",
                "Tätigkeit",
                "Gefährdung",
                "Bestehende Massnahmen",
                "Schweregrad",
                "Häufigkeit",
                "Massnahmen",
                "Zuständig",
                "Erledigt bis",
            ],
            [
                "1",
                "Gasflaschen wechseln",
                "Gase unter Druck",
                "Unterweisung",
                "4",
                "2",
                "Flaschenwagen kaufen",
                "H. Meier",
                "30.04.2027",
            ],
            ["2", "Bildschirmarbeit", "Zwangshaltung", "", "2", "4", "", "", ""],
            ["3", "Reinigung", "Rutschen und Stolpern", "Schuhe", "2", "3", "Warnschild", "Hausdienst", "1.2.2027"],
        ],
        delimiter="\t",
        encoding="utf-16",
    ),
    [
        line(
            family="cryogenics_gases_anoxia",
            hazard="Gase unter Druck",
            gravity="4",
            frequency="2",
            measures=1,
            due="2027-04-30",
        ),
        line(family="manual_handling_msd", hazard="Zwangshaltung", gravity="2", frequency="4"),
        line(family="same_level_falls", hazard="Rutschen und Stolpern", due="2027-02-01"),
    ],
    {"missing_field"},
)

CABINET = File(
    "cabinet.xlsx",
    xlsx(
        Written(
            "DUERP",
            [
                ["DUERP du cabinet", "", "", "", "", "", "", ""],
                ["", "", "", "Évaluation", "", "", "", ""],
                ["Unité", "Type de risque", "Situation", "Gravité (1 à 4)", "Fréquence (1 à 4)", "Maîtrise (1 = bonne, 4 = inexistante)", "Score",
                 "Actions"],
                ["Accueil", "RPS", "Incivilités", 3, 3, 1, 9, ""],
                ["Accueil", "Écran", "Poste mal réglé", 2, 4, 4, 32, "Régler les postes"],
            ],
            ["D2:G2"],
        )
    ),
    [
        line(unit="Accueil", family="psychosocial", situation="Incivilités", gravity="3", frequency="3", control="1", level="9"),
        line(unit="Accueil", family="screens", situation="Poste mal réglé", control="4", level="32"),
    ],
    set(),
    direction="higher_is_worse",
)  # fmt: skip

UNIVERSITY = File(
    "lab-register.xlsx",
    xlsx(
        Written(
            "Risk register",
            [
                ["Risk Register - Department of Physics"],
                ["Reviewed by", "Dr A. Jones", "", "Date", date(2026, 1, 5)],
                [],
                ["S = severity 1-5, L = likelihood 1-5"],
                [],
                ["Area", "Activity", "Hazard", "Persons at risk", "Existing control measures", "Severity (S)", "Likelihood (L)", "Risk rating (SxL)",
                 "Additional controls required", "Action owner", "Target date", "Status"],
                ["Laser lab", "Alignment", "Class 4 laser", "PhD students", "Goggles, interlock", 5, 2, 10, "Beam enclosure", "Laser officer",
                 date(2027, 5, 31), "Open"],
                ["Cryo hall", "Filling dewars", "Liquid nitrogen", "Technicians", "Oxygen monitor", 5, 1, 5, "", "", "", ""],
                ["Workshop", "Milling", "Moving machinery", "Staff", "Guards", 4, 2, 8, "Training", "Workshop head", date(2027, 1, 15), "In progress"],
            ],
        )
    ),
    [
        line(unit="Laser lab", family="optical_laser", hazard="Class 4 laser", gravity="5", probability="2", level="10", due="2027-05-31"),
        line(unit="Cryo hall", family="cryogenics_gases_anoxia", hazard="Liquid nitrogen", level="5", measures=1),
        line(unit="Workshop", family="machines_equipment", hazard="Moving machinery", level="8", due="2027-01-15"),
    ],
    set(),
)  # fmt: skip

SOBANE = File(
    "inventaire.docx",
    docx(
        "Inventaire des risques (Belgique)",
        [
            ["Poste de travail", "Facteur de risque", "Description de la situation", "Mesures de prévention existantes", "Niveau de risque",
             "Mesures à prévoir", "Responsable", "Délai"],
            ["Menuiserie", "Poussières de bois", "Ponçage manuel", "Aspiration centralisée", "++", "Table aspirante", "Chef", "31-12-2026"],
            ["Menuiserie", "Bruit", "Dégauchisseuse", "Bouchons", "+++", "Capotage", "Chef", "fin 2027"],
            ["Bureau d'études", "Charge mentale", "Délais courts", "", "+", "", "", ""],
        ],
    ),
    [
        line(unit="Menuiserie", family="asbestos_dusts", situation="Ponçage manuel", level="++", measures=1, due="2026-12-31"),
        line(unit="Menuiserie", family="noise", situation="Dégauchisseuse", level="+++"),
        line(unit="Bureau d'études", family="psychosocial", situation="Délais courts", level="+"),
    ],
    {"vague_date"},
)  # fmt: skip

PERCENT = File(
    "protection.ods",
    ods(
        (
            "Analyse",
            [
                ["Unité de travail", "Danger", "Conséquences", "Gravité", "Occurrence", "Niveau de maîtrise (0 = nul, 5 = total)", "Mesures existantes",
                 "Actions correctives", "Délai"],
                ["Magasin", "Chariot élévateur", "Écrasement", 5, 3, 5, "Permis; allées", "", ""],
                ["Magasin", "Port de cartons", "Lombalgie", 3, 5, 0, "", "Transpalette", "30/09/2026"],
                ["Non concerné", "", "", "", "", "", "", "", ""],
            ],
        )
    ),
    [
        line(unit="Magasin", family="mechanical_lifting", hazard="Chariot élévateur", harm="Écrasement", control="5", measures=2),
        line(unit="Magasin", family="manual_handling_msd", hazard="Port de cartons", control="0", due="2026-09-30"),
    ],
    set(),
    direction="higher_is_better",
)  # fmt: skip

PAPRIPACT = File(
    "papripact.csv",
    csv_file(
        [
            ["PROGRAMME ANNUEL DE PRÉVENTION 2027", "", "", "", "", ""],
            ["Action", "Conditions d'exécution", "Pilote", "Échéance", "Coût estimé", "Avancement"],
            [
                "Remplacer le dichlorométhane",
                "Achat groupé\nEssais en mai",
                "Responsable labo",
                "15/05/2027",
                "1200",
                "en cours",
            ],
            ["Former aux extincteurs", "Deux sessions", "Assistant de prévention", "31/12/2027", "800", "à faire"],
            ["Vérifier les sorbonnes", "", "Services techniques", "mars 2027", "", "fait"],
        ],
        delimiter=";",
        encoding="latin-1",
    ),
    [],
    {"vague_date", "plan_of_actions", "left_column"},
    loose=3,
)

FILES = [SWISS, CABINET, UNIVERSITY, SOBANE, PERCENT, PAPRIPACT]
