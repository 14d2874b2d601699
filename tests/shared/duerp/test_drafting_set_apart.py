"""What is there one day makes no line and is asked; what others do makes none but that a company comes."""

import pytest

from services.standalone.evaluation.drafting import is_said
from shared.duerp.drafting.draft import drafted
from shared.duerp.drafting.likeness import Alike
from shared.duerp.drafting.second_reading import clauses_to_compare, completed


def families(text: str) -> set[str]:
    return {line.family for line in drafted(text).lines}


PLANNED = [
    ("On attend un laser de classe 4 pour 2027.", "optical_laser"),
    ("Nous attendons toujours le laser.", "optical_laser"),
    ("Un laser de puissance est prévu pour la rentrée.", "optical_laser"),
    ("Un laser, livraison en mars 2027.", "optical_laser"),
    ("Le laser (en commande).", "optical_laser"),
    ("Le laser, on l'attend pour l'an prochain.", "optical_laser"),
    ("Un autoclave sera installé au sous-sol.", "pressure_equipment"),
    ("L'autoclave devrait arriver bientôt.", "pressure_equipment"),
    ("On envisage d'acheter un irradiateur.", "ionising_radiation"),
    ("Le futur laser ira au rez-de-chaussée.", "optical_laser"),
    ("Le laser n'est pas encore livré.", "optical_laser"),
    ("Si un jour on a un laser, on verra.", "optical_laser"),
    ("Il est question d'un pont roulant.", "mechanical_lifting"),
    ("Le laser est commandé mais livraison début 2027 au mieux.", "optical_laser"),
    ("Projets : une salle L2 en 2028.", "biological_agents"),
    ("Le laser n'est pas pour tout de suite : 2028, si le budget passe.", "optical_laser"),
    ("An X-ray source will be installed in spring.", "ionising_radiation"),
    ("We are waiting for a class 4 laser.", "optical_laser"),
    ("A laser is on order.", "optical_laser"),
    ("Ein Laser ist für 2027 geplant.", "optical_laser"),
]


@pytest.mark.parametrize(("text", "family"), PLANNED)
def test_what_is_to_come_is_asked_and_is_no_line(text: str, family: str) -> None:
    draft = drafted(text)
    assert family not in {line.family for line in draft.lines}
    assert family not in {each.family for each in draft.no_risk}
    assert family in draft.not_assessed
    [planned] = [each for each in draft.planned if each.family == family]
    assert planned.because in text
    assert planned.because in draft.questions[0]


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("La vérification de l'autoclave est prévue en mars.", "pressure_equipment"),
        ("La maintenance du laser aura lieu en 2027.", "optical_laser"),
        ("La source de césium sera évacuée l'an prochain.", "ionising_radiation"),
        ("Le laser sera remplacé en 2027.", "optical_laser"),
        ("On va monter sur les toits poser des capteurs.", "falls_height"),
        ("Récolte du miel, en été : ruches de trente kilos.", "manual_handling_msd"),
        ("Un laser en service depuis 2026.", "optical_laser"),
        ("Deux lasers, et un troisième attendu en 2027.", "optical_laser"),
        ("On attend les patients au scanner à rayons X.", "ionising_radiation"),
        ("Le déménagement prévu pour 2027 inquiète, tension et conflits.", "psychosocial"),
    ],
)
def test_what_is_there_beside_a_plan_is_a_line(text: str, family: str) -> None:
    assert family in families(text)


BY_COMPANY = [
    ("C'est la société Toitural qui monte sur le toit.", "falls_height"),
    ("La toiture, c'est une entreprise qui monte avec la nacelle.", "falls_height"),
    ("Les vitres en hauteur, c'est un prestataire.", "falls_height"),
    ("Élagage : sous-traité.", "falls_height"),
    ("La soudure (société extérieure).", "optical_laser"),
    ("Pour la soudure, on appelle un artisan.", "fire"),
    ("Le désamiantage a été confié à une entreprise.", "asbestos_dusts"),
    ("Une entreprise extérieure vient élaguer à la nacelle.", "falls_height"),
    ("Le P2 et les vitres c'est la société Netto, nous jamais.", "biological_agents"),
    ("La dératisation, passage trimestriel d'un prestataire.", "chemical_general"),
    ("The roof work is contracted out.", "falls_height"),
    ("Das Dach macht eine Firma mit der Hebebühne.", "falls_height"),
]


@pytest.mark.parametrize(("text", "family"), BY_COMPANY)
def test_what_a_company_does_is_its_hazard_and_its_coming_is_ours(text: str, family: str) -> None:
    draft = drafted(text)
    found = {line.family: line.because for line in draft.lines}
    assert family not in found
    assert found["outside_companies"] in text
    assert is_said(text, found["outside_companies"])


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("L'autoclave est vérifié chaque année par une société.", "pressure_equipment"),
        ("C'est Air Gaz, une société, qui livre l'azote liquide.", "cryogenics_gases_anoxia"),
        ("Maintenance du laser par un prestataire.", "optical_laser"),
        ("Chimie organique, prestataire de ménage.", "chemical_general"),
        ("Nous sommes une société de soudure : on soude à l'arc.", "fire"),
        ("L'entreprise fabrique des colles et des solvants.", "chemical_general"),
        ("C'est Karim qui monte sur le toit.", "falls_height"),
    ],
)
def test_what_a_company_looks_after_or_is_stays_a_line(text: str, family: str) -> None:
    assert family in families(text)


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Le labo voisin manipule du HF.", "emergency_first_aid"),
        ("L'équipe du troisième a des lasers, pas nous.", "optical_laser"),
        ("Chez les voisins il y a un irradiateur.", "ionising_radiation"),
        ("The lab next door has a laser.", "optical_laser"),
        ("There is a laser upstairs, not ours.", "optical_laser"),
        ("Die Nachbargruppe hat einen Laser.", "optical_laser"),
        # the past
        ("Le tour est HS, part à la benne.", "machines_equipment"),
        ("Un vieux tour, HS.", "machines_equipment"),
        ("La fraiseuse, bonne pour la ferraille.", "machines_equipment"),
        ("On a arrêté les solvants il y a trois ans.", "chemical_general"),
        ("On soudait à l'arc dans le temps.", "fire"),
        ("L'autoclave ne marche plus, il a rendu l'âme.", "pressure_equipment"),
        ("On ne soude plus.", "fire"),
        ("The old lathe is off to the skip.", "machines_equipment"),
        ("C'est ce qui a remplacé le formol.", "chemical_cmr"),
        ("De l'éthanol en place du formol, dont le dernier fût est parti en 2021.", "chemical_cmr"),
        ("L'ancien générateur de rayons X est reparti à Lyon en 2022.", "ionising_radiation"),
        ("Le gaz en bouteilles, on l'a plus.", "cryogenics_gases_anoxia"),
        ("La découpe laser, on n'a jamais eu.", "optical_laser"),
        ("Les OGM ? Jamais.", "gmo_mot"),
        ("La peinture, on la fait faire.", "chemical_general"),
        ("Rien de radioactif, rien de cryogénique.", "ionising_radiation"),
        ("L'ancienne animalerie sert de réserve.", "animal_facility"),
        ("Mon mari est soudeur.", "fire"),
        # what only words hold
        ("Une équipe de sociologie : un livre sur les explosions.", "explosion_atex_pyro"),
        ("L'histoire de la radioactivité.", "ionising_radiation"),
        ("Des billes de verre au lieu du mercure.", "chemical_general"),
        ("Ça chauffe comme dans un four.", "fire"),
        ("On éteint des incendies toute la journée, dans la boîte mail.", "fire"),
        ("Elle broie du noir.", "asbestos_dusts"),
        ("La comptable s'est mise à péter les plombs.", "chemical_cmr"),
        ("Notre bureau est rue de la Poudrière.", "explosion_atex_pyro"),
        ("Une atmosphère toxique depuis la fusion des équipes.", "chemical_general"),
        ("The meeting was a chain reaction of explosive topics, drowning in mail.", "hyperbaric_diving"),
    ],
)
def test_what_is_named_and_not_here_is_no_line(text: str, family: str) -> None:
    assert family not in families(text)


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Le bruit de l'atelier voisin traverse, il a une scie circulaire.", "noise"),
        ("Deux chaudières HP et une fraiseuse.", "machines_equipment"),
        ("Les chutes et copeaux partent à la benne, scie à ruban.", "machines_equipment"),
        ("Un autoclave, pas nous qui le réglons.", "pressure_equipment"),
    ],
)
def test_what_is_here_beside_others_is_a_line(text: str, family: str) -> None:
    assert family in families(text)


def test_likeness_proposes_no_family_that_only_a_plan_names() -> None:
    text = "On attend un laser pour 2027. Deux bureaux sous les combles."
    draft = drafted(text)
    [clause] = clauses_to_compare(text)
    found = completed(draft, text, {clause: [Alike("optical_laser", 0.9)]})
    assert "optical_laser" not in {line.family for line in found.lines}
    assert found.questions[0] == draft.questions[0]


@pytest.mark.parametrize(
    "words", ["on attend la ", "c'est la société ", "le labo voisin ", "prévu pour la ", "rue de la ", "la société a "]
)
def test_ten_thousand_words_that_begin_a_plan_or_a_company_end(words: str) -> None:
    assert drafted(words * 10_000).language
