"""What is there one day, perhaps: clauses that tell of a plan, on folded text (French, English, German). Pure.

What is planned is no hazard yet and no hazard that is gone: it makes no line, and it is asked when it comes. That a
thing will be taken away, or that somebody will look after one that is there, is no plan of a hazard.
"""

import re

from shared.duerp.drafting.patterns import either

_MONTHS = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
_SEASONS = "printemps|ete|automne|hiver|rentree|trimestre|semestre"
_COUNT = r"(?:\d+|un|une|deux|trois|quatre|six|quelques|one|two|three|six|a\sfew|ein|zwei|drei|ein\spaar)"
_SOON = (
    r"(?:20(?:2[6-9]|[3-9]\d)"
    r"|(?:l'an|l'annee|la\ssemaine|le\smois|l'ete|l'hiver|au\s\w+)\sprochaine?|bientot|prochainement"
    r"|sous\speu|d'ici\s\w+"
    rf"|dans\s{_COUNT}\s(?:mois|ans?|annees?|semaines?)|fin\sd'annee|plus\stard"
    rf"|next\s(?:year|month|spring|summer|autumn|fall|winter|term)|soon|in\s{_COUNT}\s(?:months|years|weeks)"
    rf"|nachste[sn]\s\w+|bald|demnachst|in\s{_COUNT}\s(?:monaten|jahren|wochen))"
)
"""When, seen from today: a season or a month alone comes every year."""

_TIME = (
    rf"(?:{_SOON}|un\sjour|(?:(?:au|a\sla|a\sl'|en|pour|fin|debut|mi|courant|cet|cette"
    rf"|l')\s?(?:\w+\s)?)?(?:{_SEASONS}|{_MONTHS})(?:\s20\d\d)?\b)"
)
_IN = r"(?:pour\s|en\s|a\s|au\s|vers\s|in\s|for\s|by\s|fin\s|debut\s|courant\s)?"

_COME = (
    r"(?:livre|installe|achete|acquis|monte|recu|implante|construit|cree|ouvert|equipe|demarre|lance|branche|amenage"
    r"|mis\w*\sen\s(?:place|service|route))e?s?\b"
)
_GET = r"(?:avoir|recevoir|acheter|acquerir|(?:s'|nous\s)equiper|passer\sa|se\smettre\sa|faire\svenir|investir)"
_HAVE = rf"(?:{_GET}|installer|monter|commander|demarrer|lancer|construire|creer|disposer|utiliser|embaucher|recruter)"
_WE = r"(?:on|nous|l'equipe|le\slabo|le\sservice|l'unite|la\sdirection|l'atelier)"
_AWAITED = r"(?:le|la|les|l'|un|une|des|du|notre|nos|son|leur)"
_COMES_ANYWAY = (
    r"(?!\s?(?:client|patient|public|eleve|visiteur|camion|livraison|passage|usager|enfant|famille|retour|reponse"
    r"|resultat)\w*)"
)

_PLANNED = either(
    # what is awaited, ordered or wished for
    rf"\b(?:{_WE}|ils|elles)\s(?:attend|attendons|attendent)\s(?:toujours\s"
    rf"|encore\s)?{_AWAITED}\b{_COMES_ANYWAY}",
    r"\b(?:on|nous)\s(?:l'|les\s)(?:attend|attendons|aura|aurons|espere|esperons)\b",
    rf"\battendue?s?\s{_IN}{_TIME}|\b(?:est|sont)\sattendue?s?\s*$|\ben\scommande\b",
    r"\b(?:est|sont|a\sete|ont\sete)\s(?:deja\s|bien\s)?(?:commandee?s?|demandee?s?\s(?:au|a\sla"
    r"|dans\sle))(?:\s|$)|\binscrite?s?\sau\s(?:cper|budget|plan)"
    r"|\b(?:pas\spour|n'est\spas\spour)\s(?:tout\sde\ssuite|demain|cette\sannee)|\bsi\s(?:le|la|l'"
    r"|les)\s?\w+\s(?:passe|suit|arrive|est\saccept\w+|l'accepte)\b"
    r"|\bif\sthe\s\w+\s(?:comes|goes)\sthrough\b|\bonce\s(?:the\s\w+\s)?(?:funded|funding|grant)\b|\b(?:has"
    r"|have|was|were)\s(?:been\s)?ordered\b",
    r"\ben\s(?:cours|attente)\sd(?:e\s|')(?:la\s|l')?(?:achat|acquisition|installation|commande"
    r"|livraison|financement|montage)",
    r"\b(?:en\sprojet|a\sl'etude|a\svenir|en\sdiscussion)\s*$|\bprojet\sd(?:'achat|'acquisition|'installation)",
    r"\bdemande\sde\s(?:financement|subvention)|\bdossier\s(?:de\sfinancement\s)?depose\b",
    r"\b(?:mise\sen\sservice|livraison|installation|arrivee"
    rf"|reception)\s(?:\w+\s){{0,4}}?{_IN}(?:prevue|attendue|annoncee|{_SOON})",
    # what is to come, with or without a day
    r"\b(?:prevue?s?|planifiee?s?|programmee?s?|annoncee?s?|promise?s?|budgetee?s?"
    rf"|financee?s?)\s(?:\w+\s){{0,2}}?{_IN}{_TIME}",
    r"\b(?:est|sont|etait|serait|seraient)\s(?:bien\s|aussi\s)?(?:prevue?s?|planifiee?s?|envisagee?s?"
    r"|annoncee?s?)\s*$",
    rf"\b(?:sera|seront|serait)\s(?:\w+\s){{0,2}}?{_COME}|\b(?:va|vont|doit|doivent|devrait"
    rf"|devraient)\s(?:\w+\s)?etre\s{_COME}",
    r"\b(?:doit|doivent|devrait|devraient|devra|devront)\s(?:\w+\s)?(?:arriver|nous\sarriver|venir)\b",
    rf"\b{_WE}\s(?:va|allons)\s(?:\w+\s)?{_GET}\b",
    rf"\b{_WE}\s(?:devrait|devrions|voudrait|voudrions|aimerait|aimerions|pense|pensons|compte"
    r"|comptons|espere|esperons"
    rf"|envisage|envisageons|prevoit|prevoyons|souhaite|souhaitons|projette)\s(?:\w+\s)?(?:d'|de\s)?{_HAVE}\b",
    rf"\b{_WE}\s(?:reve|revons|parle|parlons)\sd(?:e\s|')(?=une?\b|achet|install|acquer)"
    r"|\bil\sest\squestion\sd",
    rf"\b(?:{_WE}|ils|elles)\s(?:aura|aurons|recevra|recevrons|disposera|disposerons|achetera"
    r"|acheterons|fera|ferons|utilisera)\b",
    r"\b(?:arrivera|arriveront|viendra|viendront|demarrera|demarreront|ouvrira|entrera\sen\sservice)\b",
    rf"\b(?:arrive|arrivent|vient|viennent)\s(?:\w+\s){{0,2}}?{_IN}{_SOON}",
    r"\b(?:pas\sencore|toujours\spas)\s(?:la\b|livre|recu|arrive|installe|monte|branche|achete|commande|deballe"
    r"|en\s(?:service|route|place|marche))",
    r"\b(?:le|la|un|une|notre|du)\sfuture?\s\w|\bsi\s(?:un\sjour|jamais|le\sbudget|on\sobtient"
    r"|nous\sobtenons)\b"
    r"|\ble\sjour\sou\b|\bpeut-etre\sun\sjour\b|\bun\sjour\speut-etre\b",
    # English
    r"\b(?:is|are)\s(?:\w+\s)?(?:planned|being\s(?:bought|built|ordered|considered)|(?:due"
    rf"|expected)\s(?:\w+\s)?{_SOON})|\bon\sorder\b",
    r"\bwill\s(?:\w+\s)?(?:be\s(?:delivered|installed|built|bought|set\sup)|arrive)\b|\bwe(?:\swill"
    r"|'ll)\s(?:\w+\s)?(?:get|have|receive|buy|install)\b",
    r"\bwe(?:\sare|'re)\s(?:\w+\s)?(?:waiting\sfor|getting|planning|hoping|going\sto\s(?:get|buy|have"
    r"|install|build))\b",
    r"\bwe\s(?:plan|hope|intend|would\slike)\sto\b|\bnot\syet\s(?:here|installed|delivered|arrived"
    r"|in\suse|unpacked|running)\b",
    rf"\b(?:arriv|com)(?:es?|ing|ive|ives)\s(?:in\s|by\s)?{_SOON}|\bone\sday\b|\bsomeday\b|\b(?:the"
    r"|our|a)\sfuture\s\w",
    # German
    r"\b(?:ist|sind)\s(?:\w+\s){0,4}(?:geplant|bestellt|vorgesehen|angekundigt|beantragt)\b"
    r"|\bwir\s(?:warten|hoffen)\s(?:\w+\s)?auf\b",
    rf"\b(?:kommt|kommen)\s(?:\w+\s){{0,3}}?{_SOON}|\bsoll(?:en)?\b.{{0,60}}\b(?:geliefert|angeschafft"
    r"|installiert|eingebaut)\b",
    r"\b(?:wird|werden)\b.{0,60}\b(?:angeschafft|beschafft)\b|\bnoch\snicht\s(?:da|geliefert"
    r"|installiert|aufgebaut|in\sbetrieb)\b",
)

_NO_PLAN = re.compile(
    r"\b(?:maintenance|entretien\w*|verifi\w+|controle\w*|formation\w*|visite\w*|revision|inspection\w*"
    r"|requalif\w+|reparation\w*|recyclage"
    r"|exercice\w*|reorganisation|restructuration|fusion\sde|demenagement|suppression\w*|depart\w*|evaluation"
    r"|audit\w*|reunion\w*"
    r"|maintained|serviced|inspected|checked|training|repair\w*|wartung|prufung|schulung|reparatur"
    r"|(?:retir|enlev|demont|evacu|demantel|declass|desaffect|supprim|abandonn|cede|vendu|ferraill|jete"
    r"|remplac|arret|ferm)\w*"
    r"|removed|dismantled|scrapped|replaced|closed|shut\sdown|abgebaut|entfernt|ersetzt|geschlossen)\b"
)
"""What is done to what is there, or to people: to plan it is to have the thing, or the worry."""

_ALONE = re.compile(
    r"\s*(?:mais\s|et\s|but\s)?(?:(?:c'est|ce\ssera)\s)?"
    r"(?:(?:pas\savant|prevue?s?|planifiee?s?|attendue?s?|livraison|livree?s?|installation|mise\sen\sservice"
    r"|commande|arrivee|arrive|reception"
    rf"|planned|expected|due|delivery|not\sbefore|geplant)\s{_IN}{_TIME}"
    rf"|(?:pour\s|en\s|a\spartir\sde\s|a\scompter\sde\s|from\s|for\s|ab\s|erst\s)?{_SOON})"
    r"(?:\s(?:au\smieux|au\splus\stot|normalement|sans\sdoute|peut-etre|si\s.{1,40}|at\sthe\searliest|if\s.{1,40}))?\s*"
    r"|\s*(?:mais\s|et\s)?(?:(?:c'est|il\sest|elle\sest|ils\ssont)\s)?(?:a\sl'etude|en\sprojet|en\scommande"
    r"|en\sdiscussion|a\svenir|prevue?s?"
    r"|pas\sencore\s(?:la|livre|recu|arrive|installe)\w*|planned|on\sorder|geplant|bestellt|not\syet)\s*"
)
"""A clause that says of the one before when it comes, and nothing else: `un laser, livraison en mars 2027`."""


_OF_IT = re.compile(
    r"\b(?:on|nous)\s(?:l'|le\s|la\s|les\s)|^\s*(?:mais\s|et\s)?(?:il|elle|ils|elles|it|they|er|sie|es|qui)\s"
)
"""A plan of what the clause before names: `un laser, on l'attend pour 2027`."""


def is_of_what_was_named(plain: str) -> bool:
    """Return whether a clause, folded, that tells of a plan says so of what was named before."""
    return _OF_IT.search(plain) is not None


_HEADING = re.compile(
    r"\s*(?:en\s)?(?:projets?|a\svenir|prevue?s?|perspectives?|plus\stard|futur|planned|upcoming|plans?"
    r"|geplant)(?:\s\w+){0,2}\s*"
)


def is_heading_of_plans(plain: str) -> bool:
    """Return whether a clause, folded, stands before a colon behind which plans are told."""
    return _HEADING.fullmatch(plain) is not None


def is_planned(plain: str) -> bool:
    """Return whether a clause, folded, tells of what is to come."""
    return _PLANNED.search(plain) is not None and _NO_PLAN.search(plain) is None


def says_when_it_comes(plain: str) -> bool:
    """Return whether a clause, folded, says no more than that the one before is to come."""
    return _ALONE.fullmatch(plain) is not None


def may_come(plain: str) -> bool:
    """Return whether a clause, folded, names something that a clause behind it may put off."""
    return _NO_PLAN.search(plain) is None
