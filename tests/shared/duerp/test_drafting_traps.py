"""What a description names and does not have: figures of speech, what is a neighbour's, on paper alone, or has left.

What is planned and what a company does are in test_drafting_set_apart.py.
"""

import pytest

from shared.duerp.drafting.draft import drafted


@pytest.mark.parametrize(
    ("text", "family"),
    [
        # figures of speech
        ("On est en apnée toute la matinée.", "hyperbaric_diving"),
        ("Le service est en apnée jusqu'aux vacances.", "hyperbaric_diving"),
        ("La direction a un regard laser sur les comptes.", "optical_laser"),
        ("Le budget est passé aux rayons X.", "ionising_radiation"),
        ("Un dossier radioactif que personne ne veut.", "ionising_radiation"),
        ("Le rayonnement de l'unité est international.", "ionising_radiation"),
        ("Son humour acide amuse.", "chemical_general"),
        ("Une réunion explosive et des propos corrosifs.", "chemical_general"),
        ("Nous servons de cobayes pour le nouveau logiciel.", "animal_facility"),
        ("Le dossier est brûlant.", "heat_cold"),
        # what has left, said without a verb
        ("Une imprimante 3D résine dans le placard (plus utilisée depuis mars).", "chemical_general"),
        ("Une scie circulaire plus employée depuis 2024.", "machines_equipment"),
        ("Une vraie poudrière dans le couloir.", "explosion_atex_pyro"),
        ("On est sur le même bateau.", "field_missions"),
        ("Le gel des recrutements dure.", "heat_cold"),
        ("We deep dive into the accounts and work laser-focused.", "optical_laser"),
        ("The boss has X-ray vision.", "ionising_radiation"),
        ("A radioactive topic for the board.", "ionising_radiation"),
        ("We are the guinea pigs of the new software.", "animal_facility"),
        ("A pressure cooker of an office.", "pressure_equipment"),
        ("Die Chefin hat einen Röntgenblick.", "ionising_radiation"),
        ("Wir sind die Versuchskaninchen der neuen Software.", "animal_facility"),
        # of a neighbour, who keeps it
        ("Le laser du labo voisin ne rentre pas dans notre salle.", "optical_laser"),
        ("L'irradiateur de l'équipe d'à côté ne nous concerne pas.", "ionising_radiation"),
        ("The neighbours' X-ray set never comes into our room.", "ionising_radiation"),
        ("Der Laser der Nachbargruppe kommt nicht in unseren Raum.", "optical_laser"),
        # on paper alone
        ("Les commandes d'azote et de solvants passent par nous mais juste sur le logiciel.", "chemical_general"),
        ("Les commandes d'azote, de solvants et de bouteilles passent par nous.", "chemical_general"),
        ("On suit les lasers uniquement sur papier.", "optical_laser"),
        ("Simulations numériques d'explosions.", "explosion_atex_pyro"),
        ("Factures de produits chimiques à saisir.", "chemical_general"),
        ("X-ray plates come as files.", "ionising_radiation"),
        ("We track the lasers only on paper.", "optical_laser"),
        ("Die Röntgenbilder kommen als Datei.", "ionising_radiation"),
        # has left
        ("L'azote : tout est parti avec la rénovation, plus une bouteille dans les étages.", "cryogenics_gases_anoxia"),
        ("Le laser est parti à Lyon en 2021.", "optical_laser"),
        ("The X-ray tube went to the physics store years ago.", "ionising_radiation"),
        ("The lasers are long gone.", "optical_laser"),
        ("Der Laser ist raus.", "optical_laser"),
        ("Die Röntgenröhre ist seit 2020 weg.", "ionising_radiation"),
        ("Autrefois on utilisait du formol.", "chemical_cmr"),
        ("On utilisait du mercure jusqu'en 2015.", "chemical_general"),
        ("Avant 2018 on faisait de la radiochimie.", "ionising_radiation"),
        ("Il y avait un laser ici avant les travaux.", "optical_laser"),
        ("Les solvants, c'est fini depuis 2020.", "chemical_general"),
        ("Fini le formol.", "chemical_cmr"),
        ("Le laser dort dans un carton, débranché.", "optical_laser"),
        ("We used to handle asbestos.", "asbestos_dusts"),
        ("There used to be a laser.", "optical_laser"),
        ("Früher wurde hier mit Asbest gearbeitet.", "asbestos_dusts"),
        ("Bis 2019 hatten wir einen Laser.", "optical_laser"),
        ("L'élagage et la nacelle on n'y touche plus, tout se fait du sol.", "falls_height"),
        ("La nacelle et le laser, c'est fini.", "optical_laser"),
        ("Les artifices, zéro depuis cinq ans.", "explosion_atex_pyro"),
        ("Artifices : 0 depuis 2020.", "explosion_atex_pyro"),
        ("Zéro laser chez nous.", "optical_laser"),
        ("Une critique, ça jette un froid.", "heat_cold"),
        ("Des gouttes brûlent la peau.", "heat_cold"),
        ("On souffle le chaud et le froid.", "heat_cold"),
        # done by others, in spare time, or a name
        ("Les lasers sont à l'étage du dessous, gérés par une autre équipe.", "optical_laser"),
        ("La chimie est faite par nos collègues de Lyon.", "chemical_general"),
        ("The laser belongs to the group next door.", "optical_laser"),
        ("X-rays are done at the hospital.", "ionising_radiation"),
        ("Chemie machen die Kollegen in Köln.", "chemical_general"),
        ("Der Laser steht im Nachbarinstitut.", "optical_laser"),
        ("Il fait de la plongée pour le plaisir.", "hyperbaric_diving"),
        ("She dives in her spare time.", "hyperbaric_diving"),
        ("La salle s'appelle Salle Laser depuis toujours.", "optical_laser"),
        ("On étudie la radioactivité dans les textes anciens.", "ionising_radiation"),
    ],
)
def test_what_is_named_and_not_there_is_no_line(text: str, family: str) -> None:
    assert family not in {line.family for line in drafted(text).lines}


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Relevés en apnée dans la baie.", "hyperbaric_diving"),
        ("Deux agents, plus une bouteille d'azote liquide.", "cryogenics_gases_anoxia"),
        ("Un autoclave, plus un laser.", "optical_laser"),
        ("Le laser de la salle voisine traverse la cloison.", "optical_laser"),
        ("On passe les commandes de la presse et du laser.", "optical_laser"),
        ("Le laser ne rentre pas dans son capot.", "optical_laser"),
        ("Réglage du laser sur un écran.", "optical_laser"),
        ("Der Laser ist raus aus der Kiste und läuft.", "optical_laser"),
        ("The samples went to Lyon; the laser stays.", "optical_laser"),
        ("Files of wafers go under the laser.", "optical_laser"),
        ("On passe les sacs aux rayons X.", "ionising_radiation"),
        ("Le laser et la lampe restent allumés, on n'y touche pas.", "optical_laser"),
        ("Il fait zéro degré dans la chambre froide.", "heat_cold"),
        ("Zéro accident, deux lasers.", "optical_laser"),
        ("Bâtiment d'avant 1997, dalles amiantées.", "asbestos_dusts"),
        ("We are used to handle asbestos with care.", "asbestos_dusts"),
        ("Le laser est géré par une ingénieure de l'équipe.", "optical_laser"),
        ("Le laser fait par nos soins marche jusqu'en fin de journée.", "optical_laser"),
        ("Die Laser stehen im Keller, früh um sechs geht es los.", "optical_laser"),
    ],
)
def test_what_is_there_beside_such_words_is_a_line(text: str, family: str) -> None:
    assert family in {line.family for line in drafted(text).lines}


@pytest.mark.parametrize(
    "words",
    ["voisin ", "est parti à ", "went to the store ", "on utilisait ", "commandes d'azote ", "les lasers, zéro "],
)
def test_ten_thousand_words_that_begin_a_trap_end(words: str) -> None:
    """Patterns look 160 characters ahead: to the end of the text it would be minutes, and the run's limit ends them."""
    assert drafted(words * 10_000).language
