"""How a question is read: typing errors, acronyms, words that decide."""

import pytest

from shared.language.acronyms import meanings
from shared.language.classes import classes_of
from shared.language.glossary import in_french, subjects_in_french
from shared.language.spelling import corrected, rare_words, vocabulary_of
from shared.language.understanding import understood


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("etalonage des detecteurs", "etalonage (étalonnage) des détecteurs"),
        ("rayonements ionisants", "rayonements (rayonnements) ionisants"),
        ("quelle periodicite pour les verifications ?", "quelle périodicité pour les vérifications ?"),
        ("le risuqe chimique", "le risuqe (risque) chimique"),
        ("EVALUATION DES RISQUES", "évaluation DES RISQUES"),
        ("quel deli de préavis", "quel deli (délai) de préavis"),
        ("le chumaeg partiel", "le chumaeg (chômage) partiel"),
    ],
)
def test_accents_come_back_and_a_word_with_errors_has_the_one_that_is_meant_behind_it(typed: str, read: str) -> None:
    assert corrected(typed) == read


@pytest.mark.parametrize(
    "question",
    [
        "Quels sont les principes généraux de prévention ?",
        "Où est la clé du dewar ?",
        "Le cryostat de Kowalski, salle 214B",
        "Article R. 4412-149, VLEP de l'acétone",
        "le lidl du coin",
        "mon chef me hurle dessus",
        "Who must write the risk assessment document?",
        "",
        "?",
    ],
)
def test_known_words_names_numbers_and_other_languages_stay_as_they_are(question: str) -> None:
    assert corrected(question) == question


def test_letters_that_are_composed_of_two_are_read_as_one() -> None:
    assert corrected("pre\u0301vention") == "pr\u00e9vention"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Obligations pour les EPI ?", ["équipement de protection individuelle"]),
        ("nos EPIs", ["équipement de protection individuelle"]),
        ("E.P.I.", ["équipement de protection individuelle"]),
        ("faut-il une fds ?", ["fiche de données de sécurité"]),
        ("Quand revoir le DU ?", ["document unique d'évaluation des risques"]),
        ("qui forme les SST", ["sauveteur secouriste du travail", "santé et sécurité au travail"]),
        ("réunion de la F3SCT", ["formation spécialisée en matière de santé, de sécurité et de conditions de travail"]),
        ("le contenu du document, cp et at", []),
        ("R. 4412-16, L4121-1", []),
        ("limite du H2S et du HCl", ["sulfure d'hydrogène", "acide chlorhydrique"]),
        ("VLEP CO", ["valeur limite d'exposition professionnelle", "monoxyde de carbone"]),
        ("la co-activité et mon co équipier", []),
    ],
)
def test_acronyms_mean_their_words_and_small_words_of_their_own_do_not(question: str, words: list[str]) -> None:
    assert meanings(question, small=True) == words


def test_texts_have_acronyms_in_capitals_alone() -> None:
    assert meanings("les tms et les EPI") == ["équipement de protection individuelle"]


def test_an_acronym_with_a_small_letter_within_is_one() -> None:
    assert meanings("l'EvRP de l'unité") == ["évaluation des risques professionnels"]
    assert meanings("Martin et Epi") == []


def test_a_question_is_read_with_its_errors_mended_and_its_acronyms_explained() -> None:
    assert understood("verifications des EPI") == "vérifications des EPI (équipement de protection individuelle)"
    assert understood("Weather on the way", "en") == "Weather on the way"
    assert understood("Rien à expliquer") == "Rien à expliquer"


def test_words_that_hardly_any_text_has_decide() -> None:
    assert rare_words("Quelle est la valeur limite de l'acétone dans le cryostat ?") == ["acétone", "cryostat"]


def test_of_two_neighbours_the_more_frequent_one_is_meant() -> None:
    known = vocabulary_of({"équipe": 40, "équipé": 3, "étape": 9})
    assert known.by_folded["equipe"] == "équipe"


_EPI, _AGENT = "équipement de protection individuelle", "agent chimique dangereux"
_FREE, _PAY = "fourni gratuitement par l'employeur", "salaire, rémunération"
_YOUNG, _MACHINE = "jeune travailleur âgé de moins de dix-huit ans", "machine comportant des éléments mobiles"
_DUTY = "mesures pour assurer la sécurité et protéger la santé physique et mentale des travailleurs"
_AID, _LOADS = f"{_DUTY}, premiers secours", "port de charges, kilogrammes"
_NO_CHARGE, _VISITS = (
    "aucune charge financière pour les travailleurs",
    "dépenses des services de prévention et de santé au travail à la charge des employeurs",
)
_TRAINING = "financement des actions de formation à la sécurité à la charge de l'employeur, temps de travail"
_WITHDRAWAL = "se retirer d'une situation de danger grave et imminent"


_TRUCK = "équipement de travail mobile automoteur"
_VISIT_TIME = (
    "temps nécessité par les visites et les examens médicaux, pris sur les heures de travail, sans retenue de salaire"
)
_TRAINING_TIME = "formation pendant l'horaire normal de travail, considérée comme temps de travail"
_MAY_WITHDRAW = "alerte immédiatement l'employeur, motif raisonnable de penser, peut se retirer"
_NO_SANCTION, _NO_FINE = (
    "aucune sanction, aucune retenue de salaire",
    "amendes ou autres sanctions pécuniaires interdites",
)
_DRIVER = "conduite réservée aux travailleurs qui ont reçu une formation adéquate, autorisation de conduite"
_QUALIFIED = "ne peuvent être effectuées que par des travailleurs habilités, habilitation délivrée par l'employeur"
_WHATEVER_SIZE = "l'employeur transcrit et met à jour dans un document unique les résultats de l'évaluation des risques"
_NOT_FOR_CDD = (
    "interdit aux salariés titulaires d'un contrat à durée déterminée et aux salariés temporaires, travaux dangereux"
)
_SPIRITS = "boisson alcoolisée autre que le vin, la bière, le cidre et le poiré"
_SCREEN = "travail sur écran de visualisation"
_DUERP, _FOR_ALL = "document unique d'évaluation des risques professionnels", "tenu à la disposition des travailleurs"


@pytest.mark.parametrize(
    ("question", "classes"),
    [
        ("Combien dois-je payer mes gants ?", [_EPI, _FREE]),
        ("Quel budget un apprenti met-il dans son casque ?", [_EPI, _FREE]),
        ("Quel est le prix de la visite médicale pour le salarié ?", [_VISITS]),
        ("Combien de RTT pour la visite médicale ?", [_VISIT_TIME]),
        ("Sur quels congés poser la formation sécurité ?", [_TRAINING_TIME]),
        ("Je fais la formation incendie sur mon jour de repos", [_TRAINING_TIME]),
        ("La visite médicale des congés", []),
        ("Quand a lieu la formation sécurité ?", []),
        ("Quel formulaire signer pour le droit de retrait ?", [_WITHDRAWAL, _MAY_WITHDRAW]),
        ("Quelle sanction pour un droit de retrait ?", [_WITHDRAWAL, _NO_SANCTION]),
        ("Quel formulaire pour la formation ?", []),
        ("Quelle amende si j'oublie mon casque ?", [_EPI, _NO_FINE]),
        ("Quel diplôme dispense un électricien de l'habilitation ?", [_QUALIFIED]),
        ("Quel permis suffit pour un chariot élévateur ?", [_TRUCK, _DRIVER]),
        ("Combien de temps cacher le document unique aux salariés ?", [_DUERP, _FOR_ALL]),
        ("Un secret sur le document du chef", []),
        ("À partir de combien de salariés faut-il un document unique ?", [_DUERP, _WHATEVER_SIZE]),
        ("Combien de pages a le document unique ?", [_DUERP]),
        ("en cdd on enlève de l'amiante", [_NOT_FOR_CDD]),
        ("un cdd à la cantine", []),
        ("Combien de verres de pastis à midi ?", [_SPIRITS]),
        ("Qui paye le nettoyage des vêtements de travail ?", [_EPI, _FREE]),
        ("Un logiciel de saisie mal fait", [_SCREEN]),
    ],
)
def test_what_is_asked_of_a_thing_has_what_the_law_says_of_it(question: str, classes: list[str]) -> None:
    assert classes_of(question) == classes


@pytest.mark.parametrize(
    ("question", "classes"),
    [
        ("Qui porte des gants ?", [_EPI]),
        ("Qui paye les gants ?", [_EPI, _FREE]),
        ("Ces lunettes sont-elles à ma charge ?", [_EPI, _FREE]),
        ("Qui paie les équipements de protection individuelle, équipement de protection individuelle ?", [_FREE]),
        ("Qui paie la cantine ?", []),
        ("Une information facturée", []),
        ("Les gants, c'est aux salariés de laver et payer ?", [_EPI, _FREE]),
        ("La visite médicale est facturée au salarié ?", [_VISITS]),
        ("Il peut retirer de ma paie la formation sécurité ?", [_TRAINING]),
        ("La prévention est à mes frais", [_NO_CHARGE]),
        ("je me retire, on me retient sur la paie", [_WITHDRAWAL, "aucune sanction, aucune retenue de salaire"]),
        ("le stress et les rps", [_DUTY]),
        ("un intérimaire", ["salarié temporaire"]),
        ("le sous-traitant", ["entreprise extérieure"]),
        ("Un apprenti de 17 ans à la meuleuse", [_MACHINE, _YOUNG]),
        ("Une lycéenne sur la scie à ruban ?", [_MACHINE, _YOUNG]),
        ("Depuis 2016 ans, le tour du site", []),
        ("des sacs de 25kg", [_LOADS]),
        ("porter 12 kilos", [_LOADS]),
        ("seul le dimanche au sous-sol, tout seul", [_AID]),
        ("Seul le directeur peut signer", []),
        ("des chaussures de sécurité et un casque", [_EPI]),
        ("Enceinte, puis-je manipuler du formaldéhyde ?", [_AGENT]),
        ("Gants pour l'acétone", [_EPI, _AGENT]),
        ("Gants pour l'azote liquide", [_EPI, _AGENT]),
        ("De la carboglace au labo", [_AGENT]),
        ("Valeur limite du toluène", []),
        ("Les équipements de protection individuelle, dont les gants", [_EPI]),
        ("Un équipement de protection individuelle, dont les gants", []),
        ("L'élégant", []),
    ],
)
def test_things_have_the_class_by_which_the_law_names_them(question: str, classes: list[str]) -> None:
    assert classes_of(question) == classes
    assert all(each in understood(question) for each in classes)


def test_a_class_is_said_once_beside_its_acronym() -> None:
    assert understood("EPI : les gants").count(_EPI) == 1


def test_who_pays_is_asked_of_an_acronym_too() -> None:
    assert understood("qui paye les EPI ?").endswith(f"({_EPI}, {_FREE})")


@pytest.mark.parametrize(
    ("question", "language", "named"),
    [
        ("Wer zahlt die Schutzbrille?", "de", [_EPI, _FREE]),
        ("Muss ich meine Handschuhe selbst kaufen?", "de", [_EPI, _FREE]),
        (
            "Ist der Grenzwert für Lärm überschritten?",
            "de",
            ["valeur limite d'exposition professionnelle", "bruit, exposition sonore"],
        ),
        ("Who pays for safety shoes?", "en", [_EPI, _FREE]),
        ("Wie werden Überstunden am Sonntag bezahlt?", "de", ["heures supplémentaires", "repos dominical", _PAY]),
        ("Who pays for overtime on Sundays?", "en", ["heures supplémentaires", "repos dominical", _PAY]),
        ("Who pays for the safety training?", "en", ["formation à la sécurité", _FREE]),
        ("Who checks fire extinguishers?", "en", ["incendie", "extincteur"]),
        ("Loading the lorry", "en", []),
        ("Was steht im Tarifvertrag?", "de", []),
    ],
)
def test_a_question_in_another_language_has_the_laws_words(question: str, language: str, named: list[str]) -> None:
    assert in_french(question, language) == named
    assert understood(question, language) == (f"{question} ({', '.join(named)})" if named else question)


def test_what_a_question_in_another_language_is_about_without_doubt_is_told() -> None:
    assert subjects_in_french("Wie hoch ist der Zuschlag für Überstunden im Labor?", "de") == ["heures supplémentaires"]
    assert subjects_in_french("Wer zahlt die Schutzbrille?", "de") == []
    assert subjects_in_french("Chi paga i guanti?", "it") == []


def test_a_language_without_a_glossary_stays_as_it_is() -> None:
    assert understood("Chi paga i guanti?", "it") == "Chi paga i guanti?"


def test_a_german_compound_has_what_it_is_composed_of_and_acronyms_are_french() -> None:
    assert "température, chauffage des locaux" in in_french("Gibt es eine Höchsttemperatur?", "de")
    assert "document unique d'évaluation des risques professionnels" in in_french("Wer schreibt das DUERP?", "de")
