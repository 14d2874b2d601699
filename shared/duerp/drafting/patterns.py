"""Patterns of clauses on folded text (French, English): what parts them, denies, or tells that something is gone."""

import re

_VERBS_OF_USE = r"utilis\w+|manipul\w+|emplo\w+|fai\w+|font|detien\w+|possed\w+|stock\w+|travaill\w+"
_USED = "utilise|employe|manipule|present|exploite|en\\sservice|stocke|pratique"
_TAKEN = (
    "retire|enleve|demonte|evacue|demantele|declasse|desaffecte|supprime|abandonne|vendu|cede|demenage|transfere"
    "|reforme|rendu|jete|ferraille|debarrasse"
)
_NOT_DOING = r"(?<!\bon\s)(?<!\bje\s)(?<!\bil\s)(?<!\belle\s)(?<!\bqui\s)"
"""`on démonte des moteurs` without its accents is no `démonté`; nor is a `démonte-pneu`."""

_SUBJECTS = "nous|on|il|elle|ils|elles"
_NUMBERS = "un|une|deux|trois|quatre|cinq"


def _either(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_ON_PAPER_HEADS = (
    r"\b(?:commandes|factures|devis)\s(?:de\s(?!la\b|l')|d'(?!une?\b))"
    r"|\b(?:simulations?|modelisations?)\s(?:numeriques?\s)?d(?:e\b|es\b|u\b|')"
    r"|\b(?:purchase\sorders|invoices)\sfor\b|\bsimulations?\sof\b|\b(?:bestellungen|rechnungen)\s(?:von|fur)\b"
)
"""What is ordered, paid or computed by those who write so is not where they work."""

DELIMITER = _either(
    r"[;()\[\]\u2013\u2014\u2022!?]|(?<!effectif)(?<!effectif\s):|\n|,|\s-\s|\.(?=\s|$)",
    r"(?<!personne)(?<!agent)(?<!technicien)\s(?=(?:seulement|uniquement)\s)",
    r"\s(?=(?:mais|sauf|hormis|excepte|puis|but|except|however|although|whereas|while)\s)",
    rf"(?<!chaud)\s(?:et|and)\s(?=(?:{_NUMBERS}|{_SUBJECTS}|les?|la|l'|du|de\sla|quelques|beaucoup|plusieurs|pas|aucune?|sans|plus"
    r"|travail|poste|bureau|a|an|the|two|three|we|they|it|there|no|not|without|work|\d)\b)",
)

DENIES = _either(
    r"\b(?:pas|jamais|point)\s(?:encore\s|du\stout\s|non\splus\s)?(?:de\b|d'|du\b|des\b|la\smoindre|le\smoindre)",
    rf"\bn(?:e\s|')(?:y\s)?(?:a|avons|ont|{_VERBS_OF_USE})\s(?:pas|plus|jamais)\b",
    r"(?:\bn(?:e\s|')[\w' ]{1,24}?|\ba\s|^\s*)\bplus\s(?:de\b|d'|du\b|aucune?\b)"
    r"(?!\s*(?:\d|deux|trois|dix|cent|mille|la\smoitie))",
    r"\baucune?s?\b|\bsans\b(?!\s(?:arret|cesse|doute|compter|oublier))|\bni\b|\bnul(?:le)?\s(?:part|besoin)?",
    r"\b(?:absence|exempte?s?|depourvue?s?)\sd|\binterdiction\sd",
    r"^\s*(?:pas|jamais)\b(?!\s(?:loin|mal|moins|seulement|que|tres|trop|assez|toujours|si|encore\sassez))",
    r"\bno\b(?!\s(?:doubt|later|more|fewer|less|one))(?!\.)|\bnot\sany\b|\bwithout\b|\bnever\b|\bneither\b|\bnor\b",
    r"\bnone\b|\bfree\sof\b|\bno\slonger\s(?:use|handle|have|work)\b",
    r"\b(?:do|does|did)(?:\snot|n't)\s(?:use|handle|have|keep|store|contain|do|work)\b",
    r"\bkein(?:e[nmrs]?)?\b|\bohne\b|\bweder\b|\bniemals\b",
    r"\bzero\b(?!\s(?:degres?|depuis)\b)",
    _ON_PAPER_HEADS,
)

ENDS_DENIAL = _either(
    r"\b(?:mais|sauf|hormis|excepte|seulement|uniquement|autres?\sque|a\spart|en\sdehors\sde)\b",
    r"\b(?:but|except|other\sthan|only|apart\sfrom)\b",
    r"\b(?:dans|pour|avec|chez|ou\sl'on|lequel|laquelle|in|for|with|inside)\b",
)

GONE = _either(
    rf"{_NOT_DOING}\b(?:{_TAKEN})e?s?\b(?!-\w)",
    r"\bmis(?:es?)?\s(?:au\srebut|hors\sservice|a\sl'arret)|\bhors\s(?:service|d'usage)|\bmise?s?\sa\sla\scasse",
    r"\bn(?:e\ss(?:ont|er\w+|ervent)|'est|'existe|'y\sest|e\ss'utilise|e\sfonctionne|e\ssert|'a)\s(?:desormais\s)?plus\b"
    rf"(?!\s(?:de|d')\b)(?:\s(?:{_USED}|la|alimente|en\susage|depuis|aucun|active)\w*)?",
    rf"\bn(?:e\ssont|'est|'etait)\spas\s(?:{_USED}|concerne)\w*|\bplus\s(?:{_USED})\w*\sdepuis\b",
    r"\b(?:est|sont|a\sete|ont\sete)\sarretee?s?\b|\barretee?s?\s(?:en|depuis)\s(?:\w+\s)?\d{4}",
    r"\binterdit(?:e|s|es)?\b(?!\s(?:a|aux|au)\b)|\brempla(?:ce|cee|ces|cees|cement)\s(?:par|en)\b",
    r"\breconverti\w*\s(?:en|pour)\b|\btransformee?s?\sen\b(?=\s(?:salle|bureau|reserve|local|espace))",
    r"\bdevenue?s?\b(?=\s(?:salle|bureau|un|une|des)\b)|\b(?:a|ont)\sferme\b",
    r"\bfermee?s?\s(?:en|depuis)\s(?:\w+\s)?\d{4}|\bparti(?:e|s|es)?\sa\sla\s(?:casse|benne)",
    r"\bnon\sconcernee?s?|\bsans\sobjet|\btout\sest\sparti\b|\bc'est\s(?:fini|termine)\b|\bdebranchee?s?\b",
    r"\b(?:on|nous)\sn'y\stouch\w+\splus\b|\b(?:zero|0)\sdepuis\b",
    r"\best\spartie?s?\s(?:a|au|en|chez|avec|depuis|pour)\b(?=.{0,160}(?:\b\d{4}\b|\brenovation|\bdemenagement|\btravaux))",
    r"\b(?:went|moved|given|sent|transferred|handed\sover)\s(?:back\s)?to\b(?=.{0,160}\b(?:years?\sago|in\s(?:19|20)\d\d|last\syear)\b)",
    r"\b(?:is|are|has|have)\s(?:all\s|long\s)?(?:been\s)?gone\b|\b(?:ist|sind)\s(?:\w+\s){0,3}(?:raus|fort)\b(?!\saus)",
    r"\b(?:was|were|been|got|now|since)\s(?:sold|retired|scrapped|taken\sout|disposed\sof|moved\sout|shut\sdown)",
    r"\bremoved\b|\bdecommissioned\b|\bdismantled\b|\bphased\sout\b|\bout\sof\s(?:use|service)|\breplaced\sby\b",
    r"\b(?:ist|sind|wurden?|worden)\s(?:\w+\s){0,3}(?:weg|verkauft|entfernt|abgebaut|stillgelegt|abgeschafft|ausgebaut)\b",
    r"\bausser\sbetrieb\b|\bnicht\smehr\s(?:in\sbetrieb|da|vorhanden|benutzt|verwendet|genutzt)\b",
    r"\b(?:benutzen|verwenden|haben|nutzen|brauchen)\swir\s(?:\w+\s)?nicht\b|\bgibt\ses\s(?:hier\s)?nicht\b",
    r"\bno\slonger\s(?:used|in\suse|here|present|operated|there)|\bnot\s(?:used|present|in\suse)\b",
)

LIES_AHEAD = re.compile(
    r"\b(?:sera|seront|doit|doivent|devra|devront|a|etre|prevue?s?|cours\sde|va|vont"
    r"|will\sbe|to\sbe|should\sbe|must\sbe)\s*$"
)
IS_PAST = re.compile(r"\b(?:a|ont)\s(?:ete|deja\sete)\s*$|\b(?:il|elle|laser|qui)\s+a\s*$")
IS_BACK = re.compile(r"\b(?:remis|remise|remises|reinstall\w+|remonte\w*|put\sback)\b")
REGULARLY = re.compile(
    r"\b(?:tous\sles|toutes\sles|chaque|regulierement|hebdomadaire\w*|quotidien\w*|mensuel\w*"
    r"|par\s(?:un|le|la|une)\s(?:prestataire|societe|entreprise|service)|every|weekly|regularly|daily)\b"
)

ALONE = re.compile(r"\s*(?:aucune?s?|neant|non|none|no|nil|sans\sobjet|n/?a|0|zero|pas\sconcerne\w*)\s*$")
"""What denies what stands before a colon or a bracket: `Lasers : aucun`."""

NOT_GONE_TO = re.compile(
    r"(?:mais\s|et\s|donc\s|ou\s)?\s*(?:on|nous|il|elle|ils|elles|personne|l'equipe)\s(?:(?:on|nous)\s)?n'y\s"
    r"(?:va|allons|vont|entre|entrons|entrent|travaille|travaillons|travaillent|accede|accedons|accedent|met|mettons"
    r"|mettent)\s(?:pas|jamais|plus)(?:\s(?:du\stout|les\spieds|nous|non\splus))?\s*"
    r"|(?:mais\s|et\s)?\s*(?:on|nous|ils|elles)\sne\s(?:met|mettons|mettent)\s(?:pas|jamais)\sles\spieds\s.*"
    r"|(?:et\s)?\s*(?:on|nous|ils|elles)\sn'y\s(?:a|avons|ont)\s(?:pas|jamais|plus)\sacces\s*"
    r"|(?:but\s|and\s)?\s*(?:we|they|nobody\shere)\s(?:never|don't|do\snot)\s(?:go|enter|work)\s(?:there|in)\s*"
)
"""A whole clause by which nobody goes to the place of the one before: `La RMN est au bout du campus, on n'y va pas`."""

_MEDIUM = r"(?:logiciel|papier|ordinateur|tableur|plans?|fichiers?|application|informatique)"
ON_PAPER = _either(
    rf"\b(?:juste|seulement|uniquement|que)\s(?:sur|dans|par|via)\s(?:le\s|la\s|l'|une?\s)?{_MEDIUM}\b",
    r"\b(?:only|just|merely)\s(?:on\spaper|in\sthe\ssoftware|as\sdata)\b|\bas\s(?:files|scans|images|pdfs?)\b",
    r"\bnur\s(?:auf\sdem\spapier|am\srechner|im\ssystem)\b|\bals\s(?:datei(?:en)?|scans?)\b",
)
"""A clause by which what is named before it is met in writing alone: `on suit les lasers, juste sur le logiciel`."""

STAYS_WITH_OTHERS = _either(
    r"\b(?:voisine?s?|d'a\scote|d'en\sface)\b.{0,160}\bn(?:e\s|')(?:nous\s)?(?:rentre|entre|vient|passe|sort|concerne|arrive)\w*"
    r"\s(?:pas|jamais)\b",
    r"\b(?:neighbou?r\w*|next\sdoor)\b.{0,160}\b(?:never|not)\s(?:come|enter|reach|concern)\w*",
    r"\bnachbar\w*\b.{0,160}\b(?:kommt|kommen|geht|gehen)\s(?:\w+\s){0,2}nicht\b",
)
"""A clause of what a neighbour has and keeps: `le laser du labo voisin ne rentre pas ici`."""

_IMPERFECT = r"(?=.{0,160}\b\w{3,}(?:ait|aient|ions)\b)"
NO_LONGER = _either(
    rf"^{_IMPERFECT}.{{0,160}}\b(?:autrefois|jadis|a\sl'epoque|(?:avant|jusqu'en)\s(?:19|20)\d\d)\b|\bil\sy\savait\b|^\s*finie?s?\s(?:les?\s|la\s|l')",
    r"(?<!are\s)(?<!is\s)(?<!get\s)\bused\sto\s(?:be|have|handle|use|work|do|keep|store|run|make)\b",
    r"^\s*fruher\s(?:wurden?|war|waren|hatten?|gab)\b|\bbis\s(?:19|20)\d\d\s(?:wurden?|war|waren|hatten?|gab)\b",
)
"""A clause of what people did and do no more: `autrefois on utilisait du formol`, `we used to handle asbestos`."""

DONE_BY_OTHERS = _either(
    r"\b(?:fait|gere|assure|manipule|realise|utilise)e?s?\spar\s(?:nos\scollegues|une\sautre|un\sautre|d'autres)\b",
    r"\bbelongs?\sto\s(?:the|another|our)\s(?:\w+\s)?(?:group|team|lab|neighbours?|neighbors?)\b",
    r"\b(?:is|are)\s(?:done|made|run|handled|kept)\s(?:at\sthe\shospital|by\s(?:another|our\scolleagues|the\sgroup))\b",
    r"\b(?:machen|macht|haben|hat)\s(?:die|unsere)\s(?:kollegen|nachbarn)\b|\bim\snachbar\w+",
    r"\bpour\sle\splaisir\b|\bin\s(?:his|her|their)\sspare\stime\b|\bin\s(?:der|seiner|ihrer)\sfreizeit\b",
    r"\bs'appelle(?:nt)?\b|\bdans\s(?:les|la|des)\s(?:textes|litterature|presse|romans|films)\b",
)
"""A clause of what is done elsewhere, in spare time or in texts, or of a name."""

NOTHING_LEFT = re.compile(r"\s*plus\sune?\b")
"""`plus une bouteille` behind what is gone; elsewhere it counts one more."""

_PLACE = (
    r"(?:a|au|aux|dans|en|chez|sur|sous|de\sl'autre|loin|hors|derriere|ailleurs|la-bas"
    r"|in|at|across|next|down|over|elsewhere)\b"
)
STANDS_ELSEWHERE = re.compile(
    r"\b(?:est|sont|reste|restent|se\strouve|se\strouvent|loge|logent|is|are|stands?)\s"
    rf"(?:situe\w*\s|installe\w*\s|heberge\w*\s|loge\w*\s)?{_PLACE}"
)
PLACE_ALONE = re.compile(rf"\s*(?:c'est\s|ils?\sest\s|elles?\sest\s)?{_PLACE}")
"""A clause that names a place and nothing else: what stands there was named before it."""

IS_TOPIC = re.compile(r"\b(?:on|nous)\sn'y\s\w+\splus\b|\bc'est\s(?:fini|termine)\b")
"""A verb of what is gone whose subjects stand before it as topics: `l'élagage et la nacelle, on n'y touche plus`."""

NO_SUBJECT = re.compile(
    r"\s*+(?:\b(?:il|elle|ils|elles|qui|est|sont|a|ont|ete|aujourd'hui|depuis|desormais|maintenant|actuellement|now"
    r"|since|has|have|been|was|were|it|which|is|are|tout|tous|toutes|deux|lui|completement|enfin|mais|en|and|et|but|the|\d+)"
    r"\b\s*+)*+$"
)
"""Words before a verb that name nothing: what is gone was named in the clause before."""

GOES_ON = re.compile(r"\s*(?:de\b|d'|du\b|ni\b|ou\b|or\b|nor\b|et\sd|and\sno\b)")
CLOSES_LIST = re.compile(r"\b(?:ou|ni|or|nor)\b")
OPENS_NEW = re.compile(
    rf"\s*(?:(?:{_NUMBERS}|\d+|le|la|les|{_SUBJECTS}|quelques|plusieurs|a|an|the|two|three|we|they|there|it)\b|l')"
)
IS_PLURAL = re.compile(r"\b(?:ont|sont|were|have|are)\b|(?:ees|es)\b")
"""A verb of what is gone that may have several subjects."""

WORD = re.compile(r"[a-z0-9]+")
FILL = frozenset(
    {
        "de",
        "d",
        "du",
        "des",
        "la",
        "le",
        "les",
        "l",
        "un",
        "une",
        "the",
        "a",
        "an",
        "any",
        "in",
        "encore",
        "plus",
        "pas",
    }
)
"""Words between a denial and what it denies."""
