"""Lone work is read where a description says how few people there are, in letters and digits, and of nothing else."""

import pytest

from shared.duerp.drafting.draft import drafted

LONE = "lone_work"


@pytest.mark.parametrize(
    "text",
    [
        "Nur eine Person im Keller.",
        "Nur 1 Person im Keller.",
        "Im Keller arbeitet nur ein Mitarbeiter.",
        "Lediglich eine Technikerin betreut die Anlage.",
        "Die Werkstatt hat einen einzigen Mitarbeiter.",
        "Bloß eine Kollegin in der Bibliothek.",
        "Sonst niemand im Gebäude.",
        "Da ist niemand sonst.",
        "Sie ist im Archiv auf sich gestellt.",
        "Ein Mann allein an der Säge.",
        "Une seule personne à la cave.",
        "UNE SEULE PERSONNE A LA CAVE",
        "1 seule personne tient le magasin.",
        "1 seul agent pour le site.",
        "Un seul technicien pour tout l'atelier.",
        "Une seule documentaliste.",
        "Il n'y a qu'une personne au sous-sol.",
        "Il n'y a qu'1 agent.",
        "Une personne seulement à la laverie.",
        "Un technicien unique pour la cryogénie.",
        "Effectif : 1 personne.",
        "Équipe d'une personne.",
        "Personne d'autre dans le bâtiment.",
        "Only one person in the basement.",
        "Just 1 technician runs the workshop.",
        "A single operator at the furnace.",
        "The sole technician looks after the tanks.",
        "There is nobody else in the building.",
        "There is no one else in the building.",
        "One person only in the vault.",
        "It is a one-person service.",
        "The vault is staffed by one librarian.",
    ],
)
def test_how_few_people_are_said_tells_of_lone_work(text: str) -> None:
    found = [line for line in drafted(text).lines if line.family == LONE]
    assert len(found) == 1
    assert found[0].because in text


@pytest.mark.parametrize(
    "text",
    [
        "Zwei Personen im Keller.",
        "Nur ein Laser im Keller.",
        "Jede Person hat einen Schlüssel.",
        "Eine Person pro Büro, zehn Büros.",
        "Deux personnes à la cave.",
        "Un seul laser au sous-sol.",
        "Une seule pièce au rez-de-chaussée.",
        "Une seule équipe dans le bâtiment.",
        "Dès qu'une personne entre, la lampe s'allume.",
        "Une personne enceinte dans l'équipe.",
        "Douze agents, 21 personnes le mardi.",
        "Only one laser in the basement.",
        "A single room on the ground floor.",
        "Two technicians run the workshop.",
        "One person in ten is a student.",
    ],
)
def test_one_of_something_else_is_no_lone_work(text: str) -> None:
    assert LONE not in {line.family for line in drafted(text).lines}
