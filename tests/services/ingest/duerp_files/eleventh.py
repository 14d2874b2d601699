"""Five ordinary files of the author of `eighth.py`, seen once the import had been mended by all the others."""

from tests.services.ingest.duerp_files.expected import File, line
from tests.services.ingest.duerp_files.writers import Written, csv_file, docx, ods, xlsx

FACULTY = File(
    "faculte_sciences.xlsx",
    xlsx(
        Written(
            "DUERP 2026",
            [
                ["Faculté des sciences - DUERP - version du 5 janvier 2026", *[""] * 12],
                ["Unité de travail", "Bât.", "Salle", "Famille de risques", "Danger", "Situation d'exposition", "Nb de personnes exposées", "Gravité", "Fréquence", "Criticité", "Moyens de prévention", "Mesures à prendre", "Date d'échéance"],
                ["TP de chimie", "A", "A12", "Chimique", "Acides concentrés", "Préparation des solutions", 4, 3, 3, 9, "Hotte ; lunettes ; gants", "Pompes doseuses", "30/09/2026"],
                ["TP de physique", "C", "C04", "Électrique", "Pièces nues sous tension", "Montages d'étudiants", 6, 4, 2, 8, "TBTS", "", ""],
                ["Magasin", "A", "A01", "Manutention", "Fûts de 60 kg", "Réception des livraisons", 2, 3, 2, 6, "Diable", "Quai de livraison", "2027"],
            ],
            merged=("A1:M1",),
        ),
        Written("Cotation", [["Gravité", "1", "2", "3", "4"], ["Fréquence", "1", "2", "3", "4"]]),
    ),
    [
        line("TP de chimie", "chemical_general", hazard="Acides concentrés", situation="Préparation des solutions", exposed=4, gravity="3", frequency="3", level="9", measures=3, actions=1, due="2026-09-30"),
        line("TP de physique", "electrical", exposed=6, gravity="4", frequency="2", level="8", measures=1, actions=0),
        line("Magasin", "manual_handling_msd", exposed=2, gravity="3", level="6", measures=1, actions=1),
    ],
    {"family_by_lexicon", "unknown_column", "vague_date"},
)  # fmt: skip

VILLAGE = File(
    "commune_rurale.csv",
    csv_file(
        [
            ["Commune de Saint-Aubin", "", "", "", "", "", "", "", ""],
            ["Unité de travail", "Risque", "Description de la situation", "Gravité", "Exposition", "Niveau", "Actions existantes", "Actions à mettre en œuvre", "Responsable"],
            ["Services techniques", "Bruit", "Débroussaillage des fossés", "2", "3", "6", "Casque", "Entretien du matériel", "Adjoint aux travaux"],
            ["Services techniques", "Coactivité", "Travaux en présence d'entreprises", "3", "2", "6", "Plan de prévention", "", ""],
            ["École", "Risques psychosociaux", "Relations avec les parents", "2", "2", "4", "", "Médiation", "Maire"],
            ["Total", "", "", "", "", "16", "", "", ""],
        ]
    ),
    [
        line("Services techniques", "noise", situation="Débroussaillage des fossés", gravity="2", exposure="3", level="6", measures=1, actions=1, who="Adjoint aux travaux"),
        line("Services techniques", "outside_companies", gravity="3", exposure="2", level="6", measures=1, actions=0),
        line("École", "psychosocial", gravity="2", exposure="2", level="4", measures=0, actions=1, who="Maire"),
    ],
    set(),
)  # fmt: skip

CLINIC = File(
    "clinique.ods",
    ods(
        (
            "Services",
            [
                ["Service", "Type de risque", "Danger identifié", "Probabilité", "Gravité", "Niveau de risque", "Mesures en place", "Actions correctives", "Échéance", "État"],
                ["Bloc opératoire", "Rayonnements ionisants", "Amplificateur de brillance", "Probable", "Grave", "Élevé", "Tabliers, dosimètres", "Paravent plombé", "2026-05-31", "En cours"],
                ["Bloc opératoire", "Biologique", "Piqûre", "Probable", "Grave", "Élevé", "Collecteurs", "", "", ""],
                ["Cuisine", "Thermique", "Four", "Rare", "Moyenne", "Faible", "Gants", "", "", ""],
            ],
        )
    ),
    [
        line("Bloc opératoire", "ionising_radiation", probability="Probable", gravity="Grave", level="Élevé", measures=1, actions=1, due="2026-05-31", hazard="Amplificateur de brillance"),
        line("Bloc opératoire", "biological_agents", probability="Probable", gravity="Grave", level="Élevé", measures=1, actions=0),
        line("Cuisine", "heat_cold", probability="Rare", gravity="Moyenne", level="Faible", measures=1, actions=0),
    ],
    set(),
)  # fmt: skip

CENTRE = File(
    "centre_de_recherche.docx",
    docx(
        "Document unique du centre",
        "Unité de travail : Animalerie",
        [
            ["N°", "Risque", "Situation de travail", "Cotation (G x F)", "Mesures de prévention existantes", "Mesures de prévention à mettre en place", "Qui ?", "Quand ?"],
            ["1", "Allergies", "Change des litières", "3 x 4 = 12", "Masques", "Portoirs ventilés", "Resp. animalerie", "2e semestre 2026"],
            ["2", "Morsures", "Contention des rats", "2 x 3 = 6", "Gants", "", "", ""],
        ],
        "Unité de travail : Laverie",
        [
            ["N°", "Risque", "Situation de travail", "Cotation (G x F)", "Mesures de prévention existantes", "Mesures de prévention à mettre en place", "Qui ?", "Quand ?"],
            ["3", "Brûlure", "Sortie d'autoclave", "2 x 2 = 4", "Gants longs", "Affichage", "AP", "01/04/2026"],
        ],
    ),
    [
        line("Animalerie", situation="Change des litières", level="3 x 4 = 12", measures=1, actions=1, who="Resp. animalerie"),
        line("Animalerie", "animal_facility", level="2 x 3 = 6", measures=1, actions=0),
        line("Laverie", level="2 x 2 = 4", measures=1, actions=1, due="2026-04-01"),
    ],
    {"ambiguous_family", "unknown_family", "vague_date"},
)  # fmt: skip

AGENCY = File(
    "delegation_regionale.xlsx",
    xlsx(
        Written(
            "Évaluation",
            [
                ["Poste de travail", "Dangers", "Risques", "G", "F", "M", "Cot.", "Mesures de prévention", "", "Échéancier", "Suivi"],
                ["", "", "", "", "", "", "", "existantes", "à prévoir", "", ""],
                ["Gestionnaire", "Écran", "Fatigue visuelle, TMS", 2, 4, 1, 8, "Double écran", "Pauses actives", "T2 2026", "à faire"],
                ["Chargé de mission", "Déplacements", "Accident de la route", 4, 2, 2, 16, "Charte de déplacement", "", "", ""],
                ["Agent logistique", "Échelle", "Chute", 3, 1, 2, 6, "Plate-forme", "Formation", "15/10/2026", "fait"],
            ],
            merged=("H1:I1", "A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:E2", "F1:F2", "G1:G2", "J1:J2", "K1:K2"),
        ),
        Written("Légende", [["Maîtrise (M)"], ["1 : bonne"], ["2 : à améliorer"], ["3 : aucune"]]),
    ),
    [
        line("Gestionnaire", gravity="2", frequency="4", control="1", level="8", measures=1, actions=1),
        line("Chargé de mission", "road", gravity="4", control="2", level="16", measures=1, actions=0),
        line("Agent logistique", "falls_height", gravity="3", level="6", measures=1, actions=1, due="2026-10-15"),
    ],
    {"ambiguous_family", "family_by_lexicon", "vague_date"},
    "higher_is_worse",
)  # fmt: skip

FILES = [FACULTY, VILLAGE, CLINIC, CENTRE, AGENCY]
