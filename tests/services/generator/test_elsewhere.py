import pytest

from services.generator.answering.elsewhere import Elsewhere, elsewhere, is_of_another_law, known_subjects
from shared.language.catalogue import LANGUAGES, Catalogue


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Un FONCTIONNAIRE a-t-il droit au CITIS ?", "CGFP"),
        ("une infirmière titulaire en disponibilité", "CGFP"),
        ("registre sst obligatoire ?", "82-453"),
        ("Où est tenu le registre d'hygiène et de sécurité ?", "82-453"),
        ("Faut-il déclarer une installation classée ?", "environnement"),
        ("Tableau 57 : quel délai ?", "sécurité sociale"),
        ("Que dit l\u2019article L1311-4 du code de la santé publique ?", "santé publique"),
        ("combien de points perd-on au volant", "route"),
        ("La faute inexcusable rapporte combien ?", "sécurité sociale"),
        ("Combien verse la CARSAT après la consolidation ?", "sécurité sociale"),
        ("Faut-il immatriculer la nacelle ?", "route"),
        ("Le HACCP de la cantine", "852/2004"),
        ("Tenir un registre chronologique", "environnement"),
        ("Quel temps de conduite pour un livreur ?", "561/2006"),
    ],
)
def test_the_text_that_would_answer_is_named(question: str, text: str) -> None:
    assert any(text in each.text for each in elsewhere(question, 2026))


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("Quel préavis en Belgique ?", "country"),
        ("Wie viele Urlaubstage in der Schweiz?", "country"),
        ("la vitesse d'air selon EN 14175", "standard"),
        ("Combien d'années est valable un caces ?", "standard"),
        ("Quel médicament pour mon dos ?", "doctor"),
        ("Quels exercices contre une hernie discale ?", "doctor"),
        ("Que prendre pour soulager mon genou ?", "doctor"),
        ("Welche Tabletten helfen?", "doctor"),
        ("Was sagt das Mutterschutzgesetz?", "country"),
        ("What does the law say in Scotland?", "country"),
        ("Quel est le numéro de poste du gardien ?", "unit"),
        ("Quand est la prochaine réunion du CSE ?", "unit"),
        ("In welchem Schrank liegen die Masken?", "unit"),
        ("De quoi souffre le gardien ?", "person"),
        ("Quel fournisseur livre les gants de la serre ?", "unit"),
        ("Écris-moi un petit poème sur les gants", "leisure"),
        ("Quelle musique mettre à l'atelier ?", "leisure"),
        ("Quel âge a Mme Kervella ?", "person"),
        ("Est-ce que Yannick est en vacances ?", "person"),
        ("Où est le défibrillateur ?", "unit"),
        ("La hotte de la salle 12 a t elle été réparée ?", "unit"),
        ("Le SMIC en 2031 ?", "later"),
        ("Que sera la semaine de travail dans dix ans ?", "later"),
    ],
)
def test_what_no_one_text_answers_is_told_apart(question: str, key: str) -> None:
    assert key in [each.key for each in elsewhere(question, 2026)]


@pytest.mark.parametrize(
    "question",
    [
        "Quelle est la durée de préavis en cas de départ à la retraite ?",
        "Quel délai de carence entre deux CDD ?",
        "Un représentant titulaire du CSE a-t-il droit à des heures ?",
        "En 2021, quel était le seuil ?",
        "Un jeune de 16 ans peut-il utiliser une scie circulaire ?",
        "Peut-on sanctionner quelqu'un qui a exercé son droit de retrait ?",
        "Les heures supplémentaires sont payées combien en plus ?",
        "Quels travailleurs sont de catégorie A ou B ?",
        "Ma collègue est enceinte et manipule du toluène.",
        "Un Brésilien peut-il travailler en France ?",
        "Qui monte sur la tour Eiffel ?",
        "Le registre des dangers graves et imminents est-il obligatoire ?",
        "Un sst est-il obligatoire dans l'atelier ?",
        "Mon CACES remplace-t-il l'autorisation du patron ?",
        "Faut-il un CACES à 17 ans ?",
        "J'ai mal au dos à force de porter des sacs",
        "Que mettre sur l'étiquette d'un bidon ?",
        "Mon harnais porte a 6 ans, qui le contrôle ?",
        "Mon bureau a déménagé, faut-il une fenêtre ?",
        "Combien de lavabos faut-il dans notre atelier ?",
        "Je suis caissière chez Trucmuche, ai-je droit à une chaise ?",
        "Où consigner un accident bénin ?",
        "J'avais signalé la machine : la faute inexcusable est automatique ?",
    ],
)
def test_what_public_law_on_work_says_is_not_sent_elsewhere(question: str) -> None:
    assert elsewhere(question, 2026) == ()


def test_a_capital_is_a_name_in_french_alone() -> None:
    assert elsewhere("Muss ich meine Sicherheitsschuhe selbst bezahlen?", 2026, "de") == ()


def test_without_a_known_year_none_is_later() -> None:
    assert elsewhere("Le SMIC en 2031 ?", None) == ()
    assert elsewhere("Le SMIC en 2031 ?", 2031) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_subject_has_its_sentence(language: str) -> None:
    for each in (*known_subjects(), Elsewhere("later")):
        key, params = each.sentence
        assert "…" not in Catalogue().text(language, key, **params)


@pytest.mark.parametrize(
    "question",
    [
        "Quelle VLEP pour les poussières de liège ?",
        "Qui coordonne une opération du bâtiment ?",
        "Qui paie les séances de formation à la sécurité ?",
        "Que dois-je prendre comme EPI ?",
        "Que dit la directive européenne ?",
        "Quand est-ce qu'un CSE est obligatoire ?",
        "Combien reste-t-il de congés si on démissionne ?",
    ],
)
def test_words_of_the_law_on_work_are_no_other_text_s(question: str) -> None:
    assert elsewhere(question, 2026) == ()


def test_the_number_of_a_standard_is_no_year() -> None:
    assert "later" not in [each.key for each in elsewhere("Que dit la norme EN 2041 ?", 2026)]


def test_texts_are_named_by_their_titles_alone_whatever_the_language() -> None:
    words = {word for each in known_subjects() for word in each.text.replace(",", " ").split()}
    assert words.isdisjoint({"et", "ou", "pour"})


@pytest.mark.parametrize(
    ("question", "another"),
    [
        ("Combien de secouristes en Belgique ?", True),
        ("Wie viele Ersthelfer braucht ein Büro in Österreich?", True),
        ("What does OSHA require?", True),
        ("Que dit le code de la santé publique des légionelles ?", True),
        ("Quel est le numéro de portable du chef ?", True),
        ("Un poème sur les gants", True),
        ("Une boîte polonaise détache des maçons en France, quelles règles ?", False),
        ("Le code du travail vaut-il avec le code de la santé publique ?", False),
        ("Quel est le code d'accès du local ?", False),
        ("Je suis chez Trucmuche, ai-je droit à une chaise ?", False),
        ("Combien de secouristes ?", False),
    ],
)
def test_what_no_word_of_the_law_on_work_can_answer_is_told(question: str, another: bool) -> None:
    assert is_of_another_law(question) is another
