"""Work that others do, and things that others have, in a clause on folded text (French, English, German). Pure.

What a company that is called in does is its hazard, and ours is that it comes (R4511-5); what it does to a thing that
is ours leaves the thing here (`l'autoclave est vérifié par une société`). What neighbours have is theirs, unless it
comes to us.
"""

import re

from shared.duerp.drafting.patterns import either

_COMPANY = (
    r"(?:societe|entreprise|boite|firme|prestataire|sous-traitant|sous\straitant|sous-traitance|artisan"
    r"|couvreur|elagueur|electricien|plombier"
    r"|chauffagiste|desamianteur|deratiseur|paysagiste|frigoriste|demenageur|transporteur|laveur\sde\svitres"
    r"|cordiste|macon|peintre"
    r"|ifremer|inrae|andra|irsn|chu|pompiers|sdis|armee|gendarmerie|edf|enedis|otis|schindler|apave|socotec"
    r"|dekra|artificier|fabricant|constructeur|equipage|chauffeur\sde\sl'?\s?entreprise|interimaire|loueur"
    r"|fournisseur|cabinet|bureau\sd'etudes|installateur|serrurier|menuisier|garagiste|forestier|veterinaire"
    r"|service\stechnique|services\stechniques|bailleur|proprietaire|syndic|copropriete|mairie|commune|ville|agglo\w*"
    r"|company|contractor|subcontractor|outside\sfirm|external\sfirm|landlord|vendor|supplier|roofer"
    r"|electrician|plumber|specialist\sfirm"
    r"|firma|fremdfirma|dienstleister|subunternehmer|hausmeisterdienst|handwerker|vermieter|stadtwerke"
    r"|dachdecker|elektriker)s?\b"
)
_A = r"(?:(?:a|au|aux|l'|une?|le|la|les|des|du|notre|nos|leur|an|the|our|eine?|die|der|das|unsere?)\s?)?"
_KIND = r"(?:\s(?!qui\b|that\b|who\b)[\w'.-]+){0,4}?"
_TENDS = (
    r"(?:l'|les\s|la\s|le\s|en\s|y\s|nous\s|s'en\s)?(?:entreti\w+|verifi\w+|control\w+|maint\w+|revis\w+"
    r"|inspect\w+|livr\w+|rempli\w*|enlev\w+|ramass\w+|recuper\w+|vid\w+"
    r"|collect\w+|fourni\w*|apport\w+|repren\w+|reprend|evacu\w+|depann\w+|recharg\w+|calibr\w+|etalonn\w+"
    r"|loue\w*|prete\w*|services|checks|delivers|collects|supplies"
    r"|maintains|inspects|liefert|wartet|pruft|holt|fullt)\b"
)
"""What is done to what stays ours, or brings it."""

_DOES = rf"(?!\s*{_TENDS})"
_TENDED = re.compile(
    r"\b(?:entreten\w+|entretien|maintenance|verifi\w+|control\w+|maintenu\w*|revise\w*|inspecte\w*|livre\w*"
    r"|rempli\w*|enleve\w*|collecte\w*|fourni\w*|evacue\w*|depann\w+"
    r"|etalonn\w+|repare\w*|loue\w*|dechets?|dasri|maintained|serviced|checked|inspected|delivered|collected"
    r"|supplied|waste|gewartet|gepruft|geliefert|abgeholt|abfall)\b"
)

_FIRM = (
    r"(?:societe|entreprise|prestataire|sous-traitant|boite|artisan|contractor|subcontractor|outside\sfirm"
    r"|fremdfirma|firma)s?\b"
)
_BY_COMPANY = either(
    rf"\bc'est\s{_A}{_COMPANY}{_KIND}\squi\s{_DOES}",
    rf"\w\s(?:c'est|ce\ssont)\s{_A}{_FIRM}(?:\s[\w'.-]+){{0,3}}\s*$",
    rf"^\s*(?:pour\s[\w' ]{{1,40}}\s)?{_A}{_COMPANY}{_KIND}\s(?:vient|viennent|passe|passent|fait|font"
    r"|monte|montent|intervient|interviennent|grimpe"
    r"|s'occupe|s'occupent|s'en\soccupe|s'en\scharge|se\scharge|gere|gerent|assure|realise|effectue"
    r"|nettoie|elague|coupe|abat|taille|soude|perce"
    r"|traite|demolit|desamiante|pose|peint|deneige|descend|plonge|manipule|does|do|climbs|comes"
    r"|handles|cuts|cleans|macht|machen|ubernimmt|kommt)\b",
    rf"\b(?:passages?|interventions?|venues?)\s(?:\w+\s)?(?:d'une?|de\sla|de\sl'|du|par\sune?)\s?{_COMPANY}",
    r"\b(?:fait|realise|assure|effectue|confie|gere|execute|pris\sen\scharge|done|handled|carried\sout"
    r"|erledigt|ausgefuhrt|gemacht)e?s?\s(?:\w+\s)?"
    rf"(?:par|a|au|aux|by|von)\s{_A}{_COMPANY}",
    r"\b(?:sous-traite|sous\straite|externalise)e?s?\b|\b(?:outsourced|contracted\sout"
    r"|subcontracted)\b|\b(?:fremdvergeben|ausgelagert|vergeben\swir)\b",
    r"\b(?:on|nous)\s(?:y\s)?(?:fait|faisons|font)\s(?:appel\sa|venir|intervenir"
    rf"|faire)\s(?:[\w' ]{{0,40}}\s(?:par|a)\s)?{_A}{_COMPANY}",
    rf"\b(?:on|nous)\s(?:appelle|appelons|prend|prenons|paie|payons|sollicite)\s{_A}{_COMPANY}",
    rf"\bwe\s(?:call\sin|hire|bring\sin|pay|get\sin|use)\s{_A}(?:\w+\s){{0,2}}{_COMPANY}",
    rf"\b(?:macht|machen|erledigt|ubernimmt)\s{_A}(?:\w+\s){{0,2}}{_COMPANY}",
)
_OUT = r"(?:sous-traite|sous\straite|externalise|outsourced|contracted\sout|fremdvergeben)e?s?"
_FIRM_ALONE = re.compile(rf"\s*(?:par\s)?{_A}{_FIRM}(?:\s[\w'.-]+){{0,3}}\s*")
_COMPANY_ALONE = re.compile(
    rf"\s*(?:c'est|ce\ssont|it's|that's|das\sist|das\smacht|machen)\s{_A}{_COMPANY}(?:\s[\w'.-]+){{0,4}}\s*"
    rf"|\s*{_A}{_COMPANY}{_KIND}\s(?:s'en\s(?:occupe|charge)|vient\sle\sfaire|gere(?:\s(?:ca|cela|tout))?"
    r"|takes\scare\sof\s(?:it|that)|does\s(?:it|that)"
    r"|macht\sdas|kummert\ssich\w*)(?:nt)?\s*"
    rf"|\s*(?:c'est\s|tout\sest\s|entierement\s)?(?:{_OUT}|confiee?s?\sa\s{_A}{_COMPANY}(?:\s\w+){{0,3}})\s*"
)
"""A clause that says of the one before who does it: `les vitres en hauteur, c'est une société`."""

_NEAR = (
    r"(?:voisine?s?|d'a\scote|a\scote|d'en\sface|en\sface|d'en\s(?:haut|bas)|du\s(?:dessus|dessous|fond)"
    r"|de\sl'etage|mitoyenne?s?|du\s(?:rez|premier|deuxieme|second|troisieme|\d)\w*)"
)
_GROUP = (
    r"(?:collegues?|labo\w*|equipes?|ateliers?|services?|groupes?|unites?|instituts?|entreprises?|societes?"
    r"|usines?|salons?|magasins?|cabinets?|cliniques?|hopital|ecoles?|umr|locataires?"
    r"|commerces?|boutiques?|garages?|restaurants?|teams?|labs?|groups?|offices?|shops?|companies|company|factory)"
)
_HAVE = (
    r"(?:a|ont|utilise\w*|manipule\w*|fait|font|possede\w*|travaille\w*|stocke\w*|detien\w*|gere\w*|eleve\w*"
    r"|soude\w*|produi\w*|fabrique\w*|has|have|uses?|works?|keeps?|does|do|handles?|makes?"
    r"|hat|haben|arbeite\w*|nutz\w*)"
)
_NEIGHBOUR = either(
    rf"\b{_GROUP}\s(?:\w+\s)?{_NEAR}\s(?:y\s|en\s|eux\s|lui\s)?{_HAVE}\b",
    r"\b(?:le|la|les|nos|notre|leurs?)\svoisine?s?\s(?:du\s\w+\s|d'\w+\s)?(?:y\s|en\s|eux\s"
    rf"|lui\s)?{_HAVE}\b|\bchez\s(?:le|la|les|nos|notre)\s(?:\w+\s)?voisine?s?\b",
    r"\b(?:celui|celle|ceux|celles|appartien\w+|appartenant)\s(?:du|de\sla|de\sl'|des|a\s|au|aux"
    rf"|a\sl')\s?(?:\w+\s)?(?:{_GROUP}|voisine?s?|collegues|autres?)\b",
    rf"\b(?:the\s)?(?:neighbou?r\w*|{_GROUP}\snext\sdoor|next\sdoor|{_GROUP}\s(?:upstairs|downstairs"
    rf"|across\sthe\s\w+))\s{_HAVE}\b",
    r"^\s*(?:au-dessus|en\sdessous|au-dessous|a\scote|en\sface|de\sl'autre\scote|upstairs|downstairs"
    rf"|next\sdoor)\s(?:il\sy\sa|c'est|on\strouve|there\sis|is|sits)\s(?:\w+\s|l'){{1,2}}{_GROUP}\b",
    rf"\b(?:die\s|unsere\s)?nachbar\w*\s{_HAVE}\b|\bnebenan\b",
)
_REACHES_US = re.compile(
    r"\b(?:chez\snous|jusqu'(?:ici|a\snous|au|a\sla)|(?:pour|avec|de|sur|a)\snous|nous\s(?:gene|arrive"
    r"|atteint|entend|parvient)\w*|traverse\w*|on\s(?:entend|sent|subit|partage|respire|va)"
    r"|nous\s(?:entendons|sentons|subissons|partageons)|bruits?|bruyant\w*|vibr\w*|odeurs?|fumees?"
    r"|poussieres?|reaches|we\s(?:hear|smell|share)|noise|noisy|smoke|dust|larm|larm\w*|staub|geruch)\b"
)
_NOT_US = re.compile(
    r"\s*(?:mais\s|et\s|but\s|and\s|aber\s)?(?:(?:ce\s)?n'est\s|c'est\s|it's\s|that's\s)?(?:pas|not|nicht)\s"
    r"(?:nous|chez\snous|ici|a\snous|le\snotre|la\snotre|les\snotres|notre\s(?:affaire|materiel|travail"
    r"|probleme|metier)|de\schez\snous|us|ours|here|our\s\w+|wir|bei\suns|unser\w*|hier)\s*"
)
"""A clause that says of the one before that it is not ours: `l'équipe du rez a des lasers, pas nous`."""


def is_by_company(plain: str) -> bool:
    """Return whether a clause, folded, tells of work that a company that is called in does."""
    return _BY_COMPANY.search(plain) is not None and _TENDED.search(plain) is None


def says_a_company_does_it(plain: str, *, is_apart: bool) -> bool:
    """Return whether a clause, folded, says no more than that a company does what was named before.

    Args:
        is_apart: it stands behind a colon or in brackets, where naming the company is enough; in a list it is an item.
    """
    return _COMPANY_ALONE.fullmatch(plain) is not None or (is_apart and _FIRM_ALONE.fullmatch(plain) is not None)


def is_tended(plain: str) -> bool:
    """Return whether a clause, folded, names what is done to a thing that stays ours."""
    return _TENDED.search(plain) is not None


def is_of_neighbours(plain: str) -> bool:
    """Return whether a clause, folded, tells of what neighbours have, and that does not come to us."""
    return _NEIGHBOUR.search(plain) is not None and _REACHES_US.search(plain) is None


def says_not_us(plain: str) -> bool:
    """Return whether a clause, folded, says no more than that what was named before is not ours."""
    return _NOT_US.fullmatch(plain) is not None
