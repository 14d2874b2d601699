"""Patterns of clauses on folded text (French, English): what parts them, denies, or tells that something is gone."""

import re

_VERBS_OF_USE = (
    r"utilis\w+|manipul\w+|emplo\w+|fai\w+|font|detien\w+|possed\w+|stock\w+|travaill\w+|soud\w+|plong\w+"
    r"|grimp\w+|mont\w+|broy\w+|broie\w*|tond\w*"
    r"|pulveris\w+|decap\w+|pein\w+|ponc\w+|distill\w+|irradi\w+|elag\w+|tronconn\w+|soulev\w+|condui\w+"
)
_USED = "utilise|employe|manipule|present|exploite|en\\sservice|stocke|pratique"
_TAKEN = (
    "retire|enleve|demonte|evacue|demantele|declasse|desaffecte|supprime|abandonne|vendu|cede|demenage|transfere"
    "|reforme|rendu|jete|ferraille|debarrasse"
)
_NOT_DOING = r"(?<!\bon\s)(?<!\bje\s)(?<!\bil\s)(?<!\belle\s)(?<!\bqui\s)"
"""`on démonte des moteurs` without its accents is no `démonté`; nor is a `démonte-pneu`."""

_SUBJECTS = "nous|on|il|elle|ils|elles"
_NUMBERS = "un|une|deux|trois|quatre|cinq"


def either(*patterns: str) -> re.Pattern[str]:
    """Return one pattern of several."""
    return re.compile("|".join(patterns))


_ON_PAPER_HEADS = (
    r"\b(?:commandes|factures|devis)\s(?:de\s(?!la\b|l')|d'(?!une?\b))"
    r"|\b(?:simulations?|modelisations?)\s(?:numeriques?\s)?d(?:e\b|es\b|u\b|')"
    r"|\b(?:purchase\sorders|invoices)\sfor\b|\bsimulations?\sof\b|\b(?:bestellungen|rechnungen)\s(?:von|fur)\b"
)
"""What is ordered, paid or computed by those who write so is not where they work."""

_IN_WORDS = (
    r"\b(?:livre|article|film|roman|documentaire|podcast|colloque|conference|expo|exposition|rapport"
    r"|memoire)s?\ssur\s(?:le\b|la\b|les\b|l'|une?\b|des\b|du\b)"
    r"|\b(?:histoire|sociologie|philosophie|anthropologie|droit|economie|litterature)\sd(?:e\sla\b|e\sl'|u\b|es\b)"
    r"|\b(?:simul|modelis)(?:e|ent|ons)\s(?:le\b|la\b|les\b|l'|une?\b|des\b|du\b)"
    r"|\b(?:books?|papers?|films?|novels?|articles?|podcasts?)\s(?:on|about)\b|\bhistory\sof\b"
    r"|\bwe\s(?:simulate|model)\b|\bgeschichte\s(?:der|des)\b|\bwir\ssimulieren\b"
    r"|\b(?:au\slieu\sd|a\sla\splace\sd)(?:e\b|u\b|es\b|')|\bplutot\squ(?:e\b|')|\bcontrairement\sa"
    r"|\ba\sla\sdifference\sd|\binstead\sof\b|\bunlike\b|\brather\sthan\b"
    r"|\b(?:a|ont)\sremplace\s(?:le\b|la\b|les\b|l'|nos\b|notre\b|du\b)|\ben\sremplacement\sd(?:e\b|u\b|es\b"
    r"|')|\b(?:has|have)\sreplaced\s(?:the|our)\b"
    r"|\banstatt\b|\bim\sgegensatz\szu"
    r"|\bcomme\s(?:une?|dans\sune?|si)\b|\b(?:is|are|feels?|it's|works?)\slike\san?\b|\bwie\sein(?:e|em|en)?\b"
)
"""What books are about, what something stands in the place of, and what it is likened to."""

DELIMITER = either(
    r"[;()\[\]\u2013\u2014\u2022!?]|(?<!effectif)(?<!effectif\s):|\n|,|\s-\s|\.(?=\s|$)",
    r"(?<!personne)(?<!agent)(?<!technicien)\s(?=(?:seulement|uniquement)\s)",
    r"\s(?=(?:mais|sauf|hormis|excepte|puis|but|except|however|although|whereas|while)\s)",
    rf"(?<!chaud)\s(?:et|and)\s(?=(?:{_NUMBERS}|{_SUBJECTS}|les?|la|l'|du|de\sla|quelques|beaucoup|plusieurs"
    r"|pas|aucune?|sans|plus"
    r"|travail|poste|bureau|a|an|the|two|three|we|they|it|there|no|not|without|work|\d)\b)",
)

DENIES = either(
    r"\b(?:pas|jamais|point)\s(?:encore\s|du\stout\s|non\splus\s)?(?:de\b|d'|du\b|des\b|la\smoindre|le\smoindre)",
    rf"\bn(?:e\s|')(?:y\s)?(?:a|avons|ont|{_VERBS_OF_USE})\s(?:pas|plus|jamais)\b",
    r"(?:\bn(?:e\s|')[\w' ]{1,24}?|\ba\s|^\s*)\bplus\s(?:de\b|d'|du\b|aucune?\b)"
    r"(?!\s*(?:\d|deux|trois|dix|cent|mille|la\smoitie))",
    r"\baucune?s?\b|\bsans\b(?!\s(?:arret|cesse|doute|compter|oublier))|\bni\b|\bnul(?:le)?\s(?:part|besoin)?",
    r"\b(?:absence|exempte?s?|depourvue?s?)\sd|\binterdiction\sd",
    r"^\s*(?:pas|jamais)\b(?!\s(?:loin|mal|moins|seulement|que|tres|trop|assez|toujours|si|encore\sassez))",
    r"\bno\b(?!\s(?:doubt|later|more|fewer|less|one))(?!\.)|\bnot\sany\b|\bwithout\b|\bnever\b|\bneither\b|\bnor\b",
    r"\bnone\b|\bfree\sof\b|\bno\slonger\s(?:use|handle|have|work|weld|dive|climb|do|run|make|grow|breed"
    r"|spray|fly|drive)\b",
    r"\b(?:do|does|did)(?:\snot|n't)\s(?:use|handle|have|keep|store|contain|do|work|weld|dive|climb|run|make"
    r"|grow|breed|spray|fly|drive)\b",
    r"\bkein(?:e[nmrs]?)?\b|\bohne\b|\bweder\b|\bniemals\b",
    r"\brien\s(?:de\b|d'|qui\b)(?!\s?(?:grave|neuf|nouveau|plus|special|particulier|anormal))"
    rf"|\bpersonne\sne\s(?:{_VERBS_OF_USE})\b",
    r"\bnothing\s(?:is\b|that\b|with\b|\w+(?:ive|ous|al)\b)|\bnobody\s(?:uses|handles|dives|climbs|welds)\b"
    r"|\bjamais\seu\sd|\bnever\shad\b|\bnichts\smit\b",
    r"\bzero\b(?!\s(?:degres?|depuis)\b)",
    _ON_PAPER_HEADS,
    _IN_WORDS,
)

ENDS_DENIAL = either(
    r"\b(?:mais|sauf|hormis|excepte|seulement|uniquement|autres?\sque|a\spart|en\sdehors\sde)\b",
    r"\b(?:but|except|other\sthan|only|apart\sfrom)\b",
    r"\b(?:dans|pour|avec|chez|ou\sl'on|lequel|laquelle|in|for|with|inside)\b",
)

GONE = either(
    rf"{_NOT_DOING}\b(?:{_TAKEN})e?s?\b(?!-\w)",
    r"\bmis(?:es?)?\s(?:au\srebut|hors\sservice|a\sl'arret)|\bhors\s(?:service|d'usage)|\bmise?s?\sa\sla\scasse",
    r"\bn(?:e\ss(?:ont|er\w+|ervent)|'est|'existe|'y\sest|e\ss'utilise|e\sfonctionne|e\ssert"
    r"|'a)\s(?:desormais\s)?plus\b"
    rf"(?!\s(?:de|d')\b)(?:\s(?:{_USED}|la|alimente|en\susage|depuis|aucun|active)\w*)?",
    rf"\bn(?:e\ssont|'est|'etait)\spas\s(?:{_USED}|concerne)\w*|\bplus\s(?:{_USED})\w*\sdepuis\b",
    r"\b(?:est|sont|a\sete|ont\sete)\sarretee?s?\b|\barretee?s?\s(?:en|depuis)\s(?:\w+\s)?\d{4}",
    r"\binterdit(?:e|s|es)?\b(?!\s(?:a|aux|au)\b)|\brempla(?:ce|cee|ces|cees|cement)\s(?:par|en)\b",
    r"\breconverti\w*\s(?:en|pour)\b|\btransformee?s?\sen\b(?=\s(?:salle|bureau|reserve|local|espace))",
    r"\bdevenue?s?\b(?=\s(?:salle|bureau|un|une|des)\b)|\b(?:a|ont)\sferme\b",
    r"\bfermee?s?\s(?:en|depuis)\s(?:\w+\s)?\d{4}",
    r"\bhs\b|\b(?:part|partie?s?|partis|file|finit|finira|bon(?:ne)?s?|mure?s?|va|vont)\s(?:a|pour|au|vers"
    r"|chez)\s(?:le\s|la\s|l')?(?:casse|ferraille\w*|rebut|musee)\b",
    r"\b(?:part|partie?s?|partis|file|finit|finira|bon(?:ne)?s?|mure?s?)\s(?:a|pour|en)\s(?:la\s)?(?:benne"
    r"|dechett?erie)\b|\b(?:a|ont)\srendu\sl'ame\b",
    r"\b(?:a|ont)\s(?:laisse|cede)\s(?:la\s)?place\sa\b|\best\smorte?s?\s(?:en|depuis)\s(?:\w+\s)?\d{4}"
    r"|\ben\spanne\sdepuis\s(?:\w+\s)?(?:19|20)\d\d",
    r"\b(?:ancien(?:ne)?s?|ex)[\s-][\w' ]{1,40}?\s(?:sert|servent|abrite|accueille|heberge|tient\slieu"
    r"|fait\soffice)\b|\bsert(?:ent)?\s(?:maintenant\s|aujourd'hui\s)?d(?:e\s|')"
    r"(?:etagere|reserve|debarras|table|placard|rangement|decoration|presentoir|porte-\w+)\b",
    r"\bne\s(?:marche|tourne|demarre|fonctionne|sert)(?:nt)?\splus\b|\b(?:on|nous)\s(?:a|avons|ai)\s(?:tout\s"
    r"|completement\s|definitivement\s)?"
    r"(?:arrete|stoppe|cesse|banni|abandonne|renonce\sa|laisse\stomber)\b|\btombee?s?\sa\sl'eau\b|\b(?:est"
    r"|sont|a\sete|ont\sete)\s(?:annule|refuse|proscrit|banni)e?s?\b",
    r"\b(?:is|are)\s(?:dead|broken\sfor\sgood|off\sto\sthe\s\w+|beyond\srepair)\b|\b(?:to|for|in"
    r"|into)\sthe\s(?:skip|scrapyard|scrap\sheap|tip)\b",
    r"\b(?:schrottreif|ausgemustert|entsorgt|verschrottet)\b|\b(?:auf\sden|zum)\sschrott\b",
    r"\bnon\sconcernee?s?|\bsans\sobjet|\btout\sest\sparti\b|\bc'est\s(?:fini|termine)\b|\bdebranchee?s?\b",
    r"\b(?:on|nous)\sn'y\stouch\w+\splus\b|\b(?:zero|0)\sdepuis\b",
    r"\b(?:on|nous|y|ils|elles)\s(?:n')?(?:l'|les\s|en\s|y\s)?(?:a|ont|avons|fait|faisons|utilise"
    r"|utilisons)\splus\b(?!\s(?:de\b|d'|que\b|qu'|du\b|aucun|en\splus))",
    r"\b(?:est|sont|a\sete|ont\sete)\s(?:\w+\s)?(?:reparti|retourne|renvoye|restitue|revendu|repris|rapatrie"
    r"|recupere\spar|donne\s(?:a|au)|mure|condamne|demoli)e?s?\b",
    r"\b(?:depose|demonte|coupe|vide|neutralise|obture)e?s?\s(?:en|depuis|debut|fin)\s(?:\w+\s)?(?:19|20)\d\d",
    r"\b(?:stopped|gave\sup|quit|got\srid\sof)\s(?:\w+ing\b|the\b|all\b)|\b(?:was|were|been"
    r"|got)\s(?:\w+\s)?(?:returned|sent\sback|given\saway|handed\sback|given\sup)\b",
    r"\best\spartie?s?\s(?:a|au|en|chez|avec|depuis|pour)\b(?=.{0,160}(?:\b\d{4}\b|\brenovation"
    r"|\bdemenagement|\btravaux))",
    r"\b(?:went|moved|given|sent|transferred|handed\sover)\s(?:back\s)?to\b(?=.{0,160}\b(?:years?\sago"
    r"|in\s(?:19|20)\d\d|last\syear)\b)",
    r"\b(?:is|are|has|have)\s(?:all\s|long\s)?(?:been\s)?gone\b|\b(?:ist|sind)\s(?:\w+\s){0,3}(?:raus|fort)\b(?!\saus)",
    r"\b(?:was|were|been|got|now|since)\s(?:sold|retired|scrapped|taken\sout|disposed\sof|moved\sout|shut\sdown)",
    r"\bremoved\b|\bdecommissioned\b|\bdismantled\b|\bphased\sout\b|\bout\sof\s(?:use|service)|\breplaced\sby\b",
    r"\b(?:ist|sind|wurden?|worden)\s(?:\w+\s){0,3}(?:weg|verkauft|entfernt|abgebaut|stillgelegt|abgeschafft"
    r"|ausgebaut)\b",
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
ON_PAPER = either(
    rf"\b(?:juste|seulement|uniquement|que)\s(?:sur|dans|par|via)\s(?:le\s|la\s|l'|une?\s)?{_MEDIUM}\b",
    r"\b(?:only|just|merely)\s(?:on\spaper|in\sthe\ssoftware|as\sdata)\b|\bas\s(?:files|scans|images|pdfs?)\b",
    r"\bnur\s(?:auf\sdem\spapier|am\srechner|im\ssystem)\b|\bals\s(?:datei(?:en)?|scans?)\b",
)
"""A clause by which what is named before it is met in writing alone: `on suit les lasers, juste sur le logiciel`."""

STAYS_WITH_OTHERS = either(
    r"\b(?:voisine?s?|d'a\scote|d'en\sface)\b.{0,160}\bn(?:e\s|')(?:nous\s)?(?:rentre|entre|vient|passe|sort"
    r"|concerne|arrive)\w*"
    r"\s(?:pas|jamais)\b",
    r"\b(?:neighbou?r\w*|next\sdoor)\b.{0,160}\b(?:never|not)\s(?:come|enter|reach|concern)\w*",
    r"\bnachbar\w*\b.{0,160}\b(?:kommt|kommen|geht|gehen)\s(?:\w+\s){0,2}nicht\b",
)
"""A clause of what a neighbour has and keeps: `le laser du labo voisin ne rentre pas ici`."""

_IMPERFECT = r"(?=.{0,160}\b\w{3,}(?:ait|aient|ions)\b)"
_ONCE = (
    r"autrefois|jadis|a\sl'epoque|a\sune\sepoque|dans\sle\stemps|du\stemps\sd\w+|il\sy\sa\s\w+\s(?:ans"
    r"|annees)|jusqu'(?:en\s\d|a\sl'an|a\sl'annee|au\sdemenagement)"
    r"|dans\sles\sannees|avant\s(?:19|20)\d\d"
)
_DID = (
    r"\b(?:on|nous|ils?|elles?|qui|y|labo|equipe)\s(?:y\s|en\s)?"
    r"(?!extrait|refait|defait|soustrait|distrait|abstrait|satisfait|connait|parait|plait)\w{2,}(?:ait|aient|ions)\b"
)
NO_LONGER = either(
    rf"^(?=.{{0,160}}(?:{_DID})).{{0,160}}\b(?:{_ONCE})\b",
    rf"^{_IMPERFECT}.{{0,160}}\b(?:autrefois|jadis|a\sl'epoque|(?:avant|jusqu'en)\s(?:19|20)\d\d)\b"
    r"|\bil\sy\savait\b|^\s*finie?s?\s(?:les?\s|la\s|l')",
    r"(?<!are\s)(?<!is\s)(?<!get\s)\bused\sto\s(?:be|have|handle|use|work|do|keep|store|run|make)\b",
    r"^\s*fruher\s(?:wurden?|war|waren|hatten?|gab)\b|\bbis\s(?:19|20)\d\d\s(?:wurden?|war|waren|hatten?|gab)\b",
)
"""A clause of what people did and do no more: `autrefois on utilisait du formol`, `we used to handle asbestos`."""

DONE_BY_OTHERS = either(
    r"\b(?:fait|gere|assure|manipule|realise|utilise)e?s?\spar\s(?:nos\scollegues|une\sautre|un\sautre|d'autres)\b",
    r"\bbelongs?\sto\s(?:the|another|our)\s(?:\w+\s)?(?:group|team|lab|neighbours?|neighbors?)\b",
    r"\b(?:is|are)\s(?:done|made|run|handled|kept)\s(?:at\sthe\shospital|by\s(?:another|our\scolleagues|the\sgroup))\b",
    r"\b(?:machen|macht|haben|hat)\s(?:die|unsere)\s(?:kollegen|nachbarn)\b|\bim\snachbar\w+",
    r"\bse\s(?:fait|font|deroule\w*|passe|passent)\s(?:ailleurs|dehors|a\sl'exterieur|hors\s\w+"
    r"|chez\s(?!nous)|(?:a\sla|dans\sla|sur\sla|a\sune)\splate-?forme|au\schu|a\sl'hopital|dans\sun\sautre)",
    r"\b(?:fait|faite|faits|faites|realise\w*)\s(?:ailleurs|dehors|a\sl'exterieur|a\sl'hopital|au\schu"
    r"|chez\s(?!nous)|(?:a|par|sur)\s(?:la|une)\splate-?forme|par\sl'(?:equipage|hopital|autre|equipe\s(?:de"
    r"|d'|du|voisine)))",
    r"\b(?:on|nous)\s(?:envoie|envoyons|confie|confions|expedie)\s(?:tout\s|ca\s|cela\s|les?\s\w+\s|la\s\w+\s"
    r"|l'\w+\s|des\s\w+\s)?(?:a|au|aux|chez|dehors|ailleurs|en\sprestation)\b",
    r"\b(?:happens?|takes\splace|is\sdone|are\sdone|is\smade|lives?|sits?)\s(?:\w+\s)?(?:elsewhere|off\ssite"
    r"|in\s(?:the|another)\s(?:\w+\s){1,3}(?:across|next|down|over|opposite)|in\sanother)\b",
    r"\b(?:mon|ma|son|sa|leur|my|his|her)\s(?:mari|femme|conjointe?|frere|soeur|pere|mere|fils|fille"
    r"|beau-pere|husband|wife|brother|sister|father|mother)\s(?:est|etait|fait|travaille|bosse|is|was|does"
    r"|works)\b",
    r"\b(?:farmed?|farms|contract|hire|send|sent)\s(?:\w+\s)?out\b|\bbelongs?\sto\sthe\s(?:landlord|hospital"
    r"|museum|council|company|owner|school)\b",
    r"\b(?:landlord|council|contractor|hospital|neighbou?r|owner)'s\s(?:business|job|problem|responsibility)\b",
    r"\b(?:affaire|boulot|probleme|responsabilite|ressort)\sd(?:e\sla|u|es|e\sl')\s?(?:mairie|bailleur"
    r"|proprietaire|voisine?s?|syndic|commune|service\stechnique|hopital|client)\b",
    r"\bfacon\sde\sparler\b|\bsens\sfigure\b|\bpour\srire\b|\bso\sto\sspeak\b|\bsozusagen\b|\bon\sdirait\b"
    r"|\bsurnomm\w+|\bbaptise\w*\b",
    r"\b(?:a\stitre\sperso\w*|temps\slibre|as\sa\shobby|als\shobby)\b",
    r"\bpour\sle\splaisir\b|\bin\s(?:his|her|their)\sspare\stime\b|\bin\s(?:der|seiner|ihrer)\sfreizeit\b",
    r"\bs'appelle(?:nt)?\b|\bdans\s(?:les|la|des)\s(?:textes|litterature|presse|romans|films)\b",
)
"""A clause of what is done elsewhere, in spare time or in texts, or of a name."""

_HAS = r"(?:a|avons|ont|fait|faisons|font|utilis\w+|manipul\w+|detien\w*|pratiqu\w+|possed\w+)"
NONE_OF_IT = re.compile(
    r"\s*(?:ca\s|mais\s|et\s|donc\s)?(?:on|nous|ils|elles|il|y)\s(?:n'|ne\s)?(?:en\s|y\s(?:en\s)?|l'"
    rf"|les\s)?{_HAS}\s(?:pas|jamais|plus)"
    r"(?:\s(?:eu|fait|utilise\w*|vu|manipule\w*|du\stout|ici|chez\snous|non\splus|encore|besoin))*\s*"
    r"|\s*(?:on|nous)\s(?:le|la|les|l')\s?(?:fait|faisons)\sfaire(?:\s\w+){0,4}\s*|\s*(?:jamais|non|aucune?"
    r"|nein|never|nope?|none|pas\s(?:ici|chez\snous))\s*"
    r"|\s*(?:mais\s|et\s)?(?:nous|on)\s(?:jamais|non|pas)\s*|\s*(?:tres\speu\spour\snous"
    r"|jamais\s(?:chez\s)?(?:nous|ici))\s*"
    r"|\s*(?:but\s|and\s)?we\s(?:(?:do\snot|don't|never)\s(?:have|had|use|do|keep)(?:\s(?:any|it|one|that"
    r"|those))?|have\snone|never\sdid)\s*"
    r"|\s*(?:aber\s)?(?:haben|machen|nutzen|hatten)\swir\s(?:\w+\s)?(?:nicht|nie)\s*"
)
"""A clause that denies what was named before it: `la découpe laser, on n'a jamais eu`."""

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

IS_NAMED_FIRST = re.compile(
    r"\s*(?:et\s|mais\s)?(?:(?:le|la|les|pour|du|de\sla|des|quant|the|for|die|der|das|den)\s|l')(?!.*\b(?:a"
    r"|ont|est|sont|avons|on|nous|il|elle|is|are|have|has)\b).{1,60}"
)
"""A subject that stands first and by itself: `la toiture, c'est une société qui monte`."""

IS_TOPIC = re.compile(r"\b(?:on|nous)\sn'y\s\w+\splus\b|\bc'est\s(?:fini|termine)\b")
"""A verb of what is gone whose subjects stand before it as topics: `l'élagage et la nacelle, on n'y touche plus`."""

IS_THE_LAST = re.compile(r"\s*dont\s(?:le|la|les)\sdernier")
"""The beginning of a clause by which what was named is used up: `le formol, dont le dernier fût est parti`."""

NO_SUBJECT = re.compile(
    r"\s*+(?:\b(?:il|elle|ils|elles|qui|est|sont|a|ont|ete|aujourd'hui|depuis|desormais|maintenant|actuellement|now"
    r"|since|has|have|been|was|were|it|which|is|are|tout|tous|toutes|deux|lui|completement|enfin|mais|en|and"
    r"|et|but|the|\d+)"
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
