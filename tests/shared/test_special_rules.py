"""Articles that bind some people or works alone, and the questions that are about them."""

import pytest

from shared.language.folding import folded
from shared.references.special_rules import special_articles


def special(article: str, question: str) -> bool:
    return special_articles(folded(question)).have(article)


@pytest.mark.parametrize(
    ("article", "others", "own"),
    [
        ("R4512-13", "Je travaille seul la nuit", "Un prestataire travaille seul la nuit"),
        ("R4543-19", "Travailleur isolé : quelle alarme ?", "Un ascensoriste isolé : quelle alarme ?"),
        ("R7123-20", "Qui paie les chaussures ?", "Qui paie les chaussures d'un mannequin ?"),
        ("L4153-6", "Un mineur peut-il utiliser une tronçonneuse ?", "Un mineur peut-il servir dans un bar ?"),
        ("D4153-28", "Qui peut utiliser une scie ?", "Un apprenti peut-il utiliser une scie ?"),
        ("D4152-10", "Qui manipule du benzène ?", "Enceinte, je manipule du benzène"),
        ("R4424-3", "Peut-on manger au labo ?", "Peut-on manger au labo de microbiologie ?"),
        ("R4534-141", "Faut-il un lavabo à l'atelier ?", "Faut-il un lavabo sur le chantier ?"),
        ("L1251-23", "Qui fournit les gants ?", "Qui fournit les gants d'une intérimaire ?"),
        ("R4451-57", "Qui porte un badge ?", "Qui porte un dosimètre ?"),
        ("R3163-3", "Quelle pause la nuit ?", "Quelle pause la nuit pour un jeune ?"),
        ("L2315-22-1", "Qui paie la formation ?", "Qui paie la formation d'un élu du CSE ?"),
        ("L3142-122", "Les congés payés se répartissent comment ?", "Le congé sabbatique se répartit comment ?"),
        ("R4625-8", "La visite est-elle payée ?", "La visite d'un saisonnier est-elle payée ?"),
        ("R4163-21", "Combien sur mon CPF ?", "Combien de points de pénibilité ?"),
        ("L3333-4", "Quelle prime pour l'amiante ?", "Quelle prime de partage ?"),
        ("L1453-6", "Il me retient une heure", "Le juge retient une heure"),
        ("L4811-1", "Qui contrôle ?", "Qui contrôle à Mayotte ?"),
    ],
)
def test_an_article_of_some_people_is_for_questions_about_them(article: str, others: str, own: str) -> None:
    assert special(article, others)
    assert not special(article, own)


@pytest.mark.parametrize("article", ["L4121-1", "R4224-16", "L4153-60", "R4323-95", "R4721-5", "", None, "Annexe I"])
def test_articles_that_bind_everybody_are_never_special(article: str | None) -> None:
    everybody = "Un mineur au bar"
    assert not special_articles(folded(everybody)).have(article)
