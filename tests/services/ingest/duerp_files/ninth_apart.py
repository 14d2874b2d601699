"""Five files of the author of `ninth.py`, kept apart while the import was mended by those."""

from tests.services.ingest.duerp_files.expected import File, line
from tests.services.ingest.duerp_files.writers import Written, csv_file, docx, xlsx

SALON = File(
    "salon_coiffure.tsv.csv",
    csv_file(
        [
            ["Unité de travail : Salon", "", "", "", "", "", ""],
            ["Famille de danger", "Présent ?", "Où, quand, comment ?", "Ce que nous faisons", "Ce que nous allons faire", "Priorité (1, 2, 3)", "Délai"],
            ["Risque chimique", "oui", "Application des colorations", "Gants nitrile", "Aérer le local technique", "1", "30/06/2026"],
            ["Postures pénibles", "oui", "Shampooing debout", "Bacs réglables", "Formation gestes et postures", "2", "31/12/2026"],
            ["Risque routier", "non", "", "", "", "", ""],
        ],
        "\t",
        "utf-8",
    ),
    [
        line("Salon", "chemical_general", situation="Application des colorations", level="1", measures=1, actions=1, due="2026-06-30"),
        line("Salon", "manual_handling_msd", situation="Shampooing debout", level="2", measures=1, actions=1, due="2026-12-31"),
        line("Salon", "road", measures=0, actions=0),
    ],
    {"column_by_evidence", "not_concerned"},
)  # fmt: skip

CLUB = File(
    "club_sportif.docx",
    docx(
        "Club nautique - document unique",
        [
            ["Qui est exposé ?", "À quoi ?", "Où ?", "Risque évalué (faible / moyen / élevé)", "Que fait-on aujourd'hui ?", "Que pourrait-on faire de plus ?", "Date butoir"],
            ["Moniteurs", "Noyade", "Plan d'eau", "élevé", "Gilets\nBateau de sécurité", "Radio VHF", "01/05/2026"],
            ["Moniteurs", "Exposition au soleil", "Plan d'eau", "moyen", "Casquettes", "", ""],
            ["Secrétaire", "Travail isolé", "Accueil", "faible", "", "Sonnette", "01/09/2026"],
        ],
    ),
    [
        line("Plan d'eau", level="élevé", measures=2, actions=1, due="2026-05-01", hazard="Noyade"),
        line("Plan d'eau", "heat_cold", level="moyen", measures=1, actions=0, hazard="Exposition au soleil"),
        line("Accueil", "lone_work", level="faible", measures=0, actions=1, due="2026-09-01"),
    ],
    {"ambiguous_family", "column_by_evidence", "family_by_lexicon", "unit_by_place"},
)  # fmt: skip

PLATFORM = File(
    "plateforme_microscopie.csv",
    csv_file(
        [
            ["Plateforme de microscopie", "", "", "", "", "", "", "", "", "", ""],
            ["NM : niveau de maîtrise, 1 = bon, 2 = moyen, 3 = insuffisant", "", "", "", "", "", "", "", "", "", ""],
            ["Unité", "Opération", "Danger", "Description", "G", "F", "NM", "RR", "Dispositif de maîtrise", "Axe d'amélioration", "Porteur"],
            ["Confocal", "Alignement", "Laser", "Faisceau accessible", "4", "2", "2", "16", "Lunettes", "Capoter", "Ing. plateforme"],
            ["Confocal", "Changement de lampe", "Brûlure", "Lampe chaude", "2", "1", "1", "2", "Consigne", "", ""],
            ["Préparation", "Fixation", "Formaldéhyde", "Pipetage hors sorbonne", "4", "3", "3", "36", "Gants", "Sorbonne dédiée", "AP"],
        ]
    ),
    [
        line("Confocal", "optical_laser", gravity="4", frequency="2", control="2", level="16", measures=1, actions=1, situation="Faisceau accessible"),
        line("Confocal", gravity="2", frequency="1", control="1", level="2", measures=1, actions=0),
        line("Préparation", "chemical_cmr", gravity="4", frequency="3", control="3", level="36", measures=1, actions=1, who="AP"),
    ],
    {"ambiguous_family", "column_by_evidence", "family_by_lexicon"},
    "higher_is_worse",
)  # fmt: skip

_HEADS = ["Tâche", "Danger", "Risque", "Existant", "Note /16", "À faire", "Qui"]
STACKED = File(
    "ville_tableaux.xlsx",
    xlsx(
        Written(
            "Évaluation",
            [
                ["SERVICE TECHNIQUE"],
                _HEADS,
                ["Élagage", "Tronçonneuse", "Coupure", "Pantalon anti-coupure", 12, "Formation", "DST"],
                ["Balayage", "Circulation", "Accident de la route", "Gilet", 8, "", ""],
                [],
                ["SERVICE ADMINISTRATIF"],
                _HEADS,
                ["Accueil", "Public agressif", "Agression", "Vitre", 6, "Bouton d'alerte", "DGS"],
            ],
        )
    ),
    [
        line("SERVICE TECHNIQUE", "machines_equipment", level="12", measures=1, actions=1, who="DST"),
        line("SERVICE TECHNIQUE", "road", level="8", measures=1, actions=0),
        line("SERVICE ADMINISTRATIF", "psychosocial", level="6", measures=1, actions=1, who="DGS"),
    ],
    {"column_by_evidence"},
)  # fmt: skip

TEXTS = File(
    "service_social.xlsx",
    xlsx(
        Written(
            "Inventaire",
            [
                ["Métier", "Thème", "Analyse de la situation de travail", "Effectif", "Probabilité", "Gravité", "Niveau de priorité", "Moyens humains, techniques et organisationnels en place", "Pistes de travail", "Référent", "Calendrier"],
                ["Assistante sociale", "Risques psychosociaux", "Entretiens difficiles, menaces d'usagers. Charge de travail en hausse depuis 2024.", 6, "Probable", "Grave", "Priorité 1", "Supervision mensuelle ; binôme pour les visites", "Procédure après agression", "Cadre", "1er semestre 2026"],
                ["Assistante sociale", "Routier", "Visites à domicile, 12 000 km par an.", 6, "Peu probable", "Très grave", "Priorité 2", "Véhicules récents", "", "", ""],
                ["Agent d'accueil", "Postures", "Station assise, téléphone coincé à l'épaule.", 2, "Très probable", "Faible", "Priorité 2", "", "Casque téléphonique", "Logistique", "31/03/2026"],
            ],
        )
    ),
    [
        line("Assistante sociale", "psychosocial", exposed=6, probability="Probable", gravity="Grave", level="Priorité 1", measures=2, actions=1, who="Cadre",
             situation="Entretiens difficiles, menaces d'usagers. Charge de travail en hausse depuis 2024."),
        line("Assistante sociale", "road", exposed=6, probability="Peu probable", gravity="Très grave", level="Priorité 2", measures=1, actions=0),
        line("Agent d'accueil", "manual_handling_msd", exposed=2, probability="Très probable", gravity="Faible", level="Priorité 2", measures=0, actions=1, due="2026-03-31"),
    ],
    {"column_by_evidence", "vague_date"},
)  # fmt: skip

FILES = [SALON, CLUB, PLATFORM, STACKED, TEXTS]
