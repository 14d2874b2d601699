"""Persons in texts about work: names with and without a title, illnesses of somebody who is not named."""

import pytest

from shared.duerp.personal import names_a_person, personal_data_in


@pytest.mark.parametrize(
    "text",
    [
        "Mme Durand refuse le port du casque",
        "Jean Dupont refuse de porter ses lunettes",
        "Voir avec Marie-Claude Lefèvre pour les clés",
        "Heike Schneider öffnet die Schleuse allein",
        "Key kept by Thomas Martin",
    ],
)
def test_somebody_is_named_with_a_title_or_by_a_given_name_and_a_name(text: str) -> None:
    assert names_a_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "Amphi Pierre Curie : marches usées",
        "Lycée Jean Moulin, ateliers",
        "Université Pierre et Marie Curie",
        "Salle Marie Curie",
        "Laser Class 4",
        "Chariot Fenwick en panne",
        "Le Chef de service porte un masque",
        "Prévoir un Plan de prévention",
    ],
)
def test_rooms_schools_and_things_are_nobody(text: str) -> None:
    assert not names_a_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "Jean Dupont est diabétique",
        "Une collègue est en arrêt maladie depuis mars",
        "Le technicien souffre d'une hernie discale",
        "L'assistante revient d'un burn-out",
        "Un doctorant a fait une dépression",
        "A technician has diabetes",
        "Eine Mitarbeiterin ist schwanger",
        "Notre gestionnaire suit un traitement lourd",
    ],
)
def test_an_illness_of_somebody_is_told_with_or_without_a_name(text: str) -> None:
    assert personal_data_in(text) == "health"


@pytest.mark.parametrize(
    "text",
    [
        "Femmes enceintes : poste aménagé",
        "Risque d'allergie aux protéines animales",
        "L'agent est exposé à des allergènes",
        "Le technicien manipule de l'alcool à 70 %",
        "Une personne handicapée doit pouvoir évacuer",
        "Maladies professionnelles du tableau 66",
        "Le technicien a la charge du traitement des déchets",
    ],
)
def test_illnesses_that_are_nobody_s_are_of_the_work(text: str) -> None:
    assert personal_data_in(text) is None
