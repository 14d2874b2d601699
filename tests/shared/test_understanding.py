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
_PRENATAL = (
    "autorisation d'absence pour les examens médicaux obligatoires de la grossesse, aucune diminution de la"
    " rémunération"
)
_NOT_DISMISSED = "interdit de rompre le contrat d'une salariée en état de grossesse médicalement constaté"
_TOO_YOUNG = (
    "interdit aux jeunes travailleurs de moins de dix-huit ans, conduite d'équipements de travail mobiles automoteurs"
    " et de levage"
)
_PROVIDED = (
    "l'employeur met à la disposition des travailleurs, en tant que de besoin, les équipements de protection"
    " individuelle appropriés"
)
_NO_MACHINE = "interdit aux jeunes travailleurs de moins de dix-huit ans, dérogation, équipements de travail dangereux"
_RENEWED = "mise à jour du document unique au moins chaque année, décision d'aménagement important"
_UNDER_AGE = "interdit aux jeunes travailleurs de moins de dix-huit ans"
_CHECKED = "matériel d'extinction maintenu en bon état de fonctionnement, essais et visites périodiques"
_UNBORN = "exposition de l'enfant à naître, dose équivalente, femme enceinte"
_OWN_DUTY = (
    "il incombe à chaque travailleur de prendre soin de sa santé et de sa sécurité, conformément aux instructions de"
    " l'employeur"
)
_GENERAL_CHECKS = "équipements de travail, vérifications générales périodiques"
_DRILLS = "exercices et essais périodiques au moins tous les six mois"
_DATA_SHEETS = "accès aux fiches de données de sécurité, information des travailleurs sur les agents chimiques"
_WRITTEN_PLAN = "plan de prévention écrit, quatre cents heures ou travaux figurant sur la liste des travaux dangereux"
_NO_REPRISAL = "ne peut être sanctionné ou licencié pour avoir subi, refusé ou relaté un harcèlement"
_HEAT, _BACK = "épisodes de chaleur intense", "examen de reprise du travail"
_WARM = "température adaptée des locaux fermés affectés au travail, chauffés pendant la saison froide"
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
        ("On me vire, je n'ai pas mis mon casque", [_EPI, _OWN_DUTY]),
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
        ("Je paye mes lunettes moi-même, c'est combien la déduction ?", [_EPI, _FREE]),
        ("Qui doit remplacer mon casque, moi ou eux ?", [_EPI, _FREE]),
        ("Les gants, c'est moitié-moitié ?", [_EPI, _FREE]),
        ("La caution pour la visière", [_EPI, _FREE]),
        ("La caution de la salle", []),
        ("On doit porter quoi comme gants ?", [_EPI, _PROVIDED]),
        ("Quels gants faut-il ?", [_EPI, _PROVIDED]),
        ("Une retenue quand je m'absente, enceinte, chez la sage-femme ?", [_PRENATAL, _NOT_DISMISSED]),
        ("À partir de quel âge conduire un fenwick ?", [_TRUCK, _TOO_YOUNG]),
        ("À quel âge a-t-on droit à la machine ?", [_NO_MACHINE]),
        ("Refaire le document unique chaque année ?", [_DUERP, _RENEWED]),
        ("Un exercice incendie tous les deux ans", [_DRILLS]),
        ("Les FDS, réservées à la direction ?", [_DATA_SHEETS]),
        ("Un plan de prévention en dessous de 400 heures", [_WRITTEN_PLAN]),
        ("Le patron veut me renvoyer, je l'accuse de harcèlement", [_NO_REPRISAL]),
        ("Dans mon bureau il fait 34 degrés", [_HEAT, _WARM]),
        ("Dans mon bureau il fait 6 degrés", [_WARM]),
        ("Un boucan terrible", ["bruit, exposition sonore"]),
        ("Elle revient après quatre mois d'arrêt", [_BACK]),
        ("Notre extincteur n'a pas été contrôlé", [_CHECKED]),
        ("Un nouvel extincteur", []),
        ("Le scanner et mon bébé à naître", ["exposition aux rayonnements ionisants", _UNBORN]),
        ("Quelle dose de plomb quand on est enceinte ?", []),
        ("Il a refusé de monter", [_WITHDRAWAL]),
        ("Il refuse de monter, on lui retire une journée de paie", [_WITHDRAWAL, _NO_SANCTION]),
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
        ("Sorting the mail", "en", []),
        ("How old must a forklift driver be?", "en", [_TRUCK, _UNDER_AGE, "conduite d'équipements de travail"]),
        ("Wie oft wird der Gabelstapler gepruft?", "de", [_TRUCK, _GENERAL_CHECKS]),
        ("Kann man mich auf die Tagschicht setzen?", "de", ["affectée à un poste de jour"]),
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
