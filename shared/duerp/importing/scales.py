"""Scales that a file explains: values of each axis, their words, and which end is the worse one."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from shared.duerp.importing.fields import fields_of
from shared.duerp.importing.grid import Cell
from shared.duerp.importing.preview import AXES, Direction, ScaleValue
from shared.duerp.importing.words import plain

_NUMBER = re.compile(r"\d{1,4}(?:[.,]\d+)?")
_VALUE = re.compile(
    r"(?:(?:niveau|note|[gfpme])\s*)?(\d{1,4}(?:[.,]\d+)?)\s*(?:[=:\-\u2013.)]+\s*(.{0,200}))?",
    re.IGNORECASE | re.DOTALL,
)
_PAIR = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[.,]\d+)?)\s*(?:=|:|\u2192|->|\u2013|-)\s*([^\d=;,|()/][^=;,|()\n]*?)(?=\s*(?:[;,"
    r"|()/\n]|$|\d+\s*[=:]))"
)
_RANGE = re.compile(r"(?:de )?(\d)\s*(?:-|\u2013|a|\u00e0|/|\.\.)\s*(\d\d?)(?!\d)")
_VALUE_HEADER = re.compile(r"valeurs?|niveaux?|cotations?|notes?|points?|#|score|coefficients?|indice|n.?")
_AXIS_IN_TEXT = re.compile(
    r"\b(gravite|severite|frequence|probabilite|exposition|maitrise|protection|prevention|efficacite"
    r"|(?:schadens)?schwere|(?:eintritts)?wahrscheinlichkeit|haufigkeit|wirksamkeit"
    r"|severity|frequency|probability|likelihood|exposure|control|effectiveness)\b"
)
_IN_LABEL = re.compile(r"(?:=[^=;,.|()\n]*|\d ?\([^()]*)$")
"""What stands before an axis that is named in what a value means, as in `4 = maîtrisé` and `1 (bien maîtrisé)`."""

_BRACKETED = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d+)?) ?\(([^()\d][^()]*)\)")
_ENDS = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d+)?) ([a-z][a-z' ]{2,40}?)(?= (?:a|bis|to) \d|[),;.\n]|$)")
"""Ends of a scale with what they mean, as in `de 1 (bien maîtrisé) à 4 (aucune mesure)` and `1 bonne à 4 nulle`."""

_AXIS_OF = {"gravite": "gravity", "severite": "gravity", "frequence": "frequency", "probabilite": "probability",
            "exposition": "exposure", "maitrise": "control", "protection": "control",
            "prevention": "control", "efficacite": "control", "schwere": "gravity", "schadensschwere": "gravity",
            "wahrscheinlichkeit": "probability", "eintrittswahrscheinlichkeit": "probability",
            "haufigkeit": "frequency", "wirksamkeit": "control", "severity": "gravity", "frequency": "frequency",
            "probability": "probability", "likelihood": "probability", "exposure": "exposure", "control": "control",
            "effectiveness": "control"}  # fmt: skip
_OF_CONTROL = re.compile(
    r"(?:niveau de |degre de |coefficient de )?(?:prevention|protection|efficacite)s?|wirksamkeit|effectiveness"
)
"""Names of measures in a table of lines, and of how well they hold in the explanation of a scale."""

_TOLD = re.compile(r"[=:(]|\d")
_SECTION = re.compile(
    r"(?:echelle|bareme|grille|legende|criteres?|cotation|definition|niveaux?|indice)s? (?:de |des |du |d'"
    r"|de la )?(?:la |l')?"
)
_LONGEST_AXIS = 60
_LONGEST_VALUE = 30
_MOST_VALUES = 12
_LEAST_TOLD = 3

_GOOD = {
    "control": r"\bmaitrisee?s?\b|maitrise (?:totale|verifiee|complete|forte)|optimal|\bbon(?:ne)?s?\b|totale?\b"
    r"|verifie|\befficace|complet|satisf|conform|adapte|\bcorrecte?|\bwirksam|\beffective"
    r"|vollstandig|\bausreichend|excellent|meilleur|fort\b|elevee?\b|suffisant|tracee?|best|good|gut",
    "": r"trivial|leicht|selten|unwahrscheinlich|slight|unlikely|remote|benin|sans arret|negligeable|faible"
    r"|mineur|inconfort|leger|rare|exceptionnel|annuel|jamais|/ ?an\b"
    r"|improbable|occasionnel|limite|low|minor|gering",
}
_BAD = {
    "control": r"aucun|\brien\b|insuffisan|absen|inexistant|nul(?:le)?s?\b|inefficac|peu efficac|incorrect"
    r"|unwirksam|ineffective|faible|fehl|mangelhaft|unzureichend|nicht |ungenugend|poor|nothing|partial"
    r"|non maitris|pas de |sans |mauvais|worst|none|keine",
    "": r"schwer|todlich|haufig|taglich|standig|\bwahrscheinlich|death|\blikely|daily|fatal|lethal|letal|\btod\b"
        r"|mortel|deces|grave\b|irreversible|critique|catastroph|elevee?|majeur"
    r"|tres (?:grave|probable|frequent|eleve)|quotidien|permanent|journalier"
    r"|frequent|\bjour|certain|continu|invalid|severe|high|fatal|hoch",
}  # fmt: skip
_WORDS = re.compile(
    r"(?:tous les |toutes les |chaque |(?:une|plusieurs|\d+) fois par )?"
    r"(?:tres |assez |plutot |non |peu )?(?:faible|mineure?|moderee?|moyen(?:ne)?|important|forte?|elevee?|grave"
    r"|majeure?|critique|mortel|benigne?|legere?"
    r"|rare(?:ment)?|occasionnel|frequent|permanent|quotidien|hebdomadaire|mensuel|annuel|jour|semaine|mois|an"
    r"|probable|improbable|certain|serieux"
    r"|optimale?|partiel(?:le)?|insuffisante?|bon(?:ne)?|totale?|acceptable|negligeable|low|medium|high|oui|non"
    r"|maitrisee?|nulle?|aucune?|deces|ipp|aaa|asa"
    r"|(?:muy |extremadamente |ligeramente |molto |poco )?(?:alt[ao]|baj[ao]|medi[ao]|moderad[ao]|danino|tolerable"
    r"|trivial|importante|intolerable|lieve|bass[ao]|elevat[ao]|hoog|laag|midden)"
    r"|(?:sehr )?(?:hoch|mittel|gering|tief|niedrig|leicht|schwer|selten|haufig)|(?:un)?likely"
    r"|minor|major|moderate|severe|negligible|possible|often|seldom"
    r"|(?:in)?efficace|correcte?|souvent|parfois|toujours|jamais|exceptionnel|continu|catastrophique|significatif|limite|fort)(?:le|ne)?s?\b.*"
)
"""Words that rate, on whatever axis."""


def axis_named(text: str) -> str | None:
    """Return the axis that a short folded text names."""
    if len(text) > _LONGEST_AXIS:
        return None
    for words in (text, _SECTION.sub("", text)):
        found = fields_of(words)
        if found and found[0] in AXES and len(words) > 1:
            return found[0]
        if _OF_CONTROL.fullmatch(words):
            return "control"
    return None


def read_legend(rows: Mapping[int, Mapping[int, Cell]]) -> dict[str, list[ScaleValue]]:
    """Return the values of each axis that a sheet explains, in a table of any direction or in sentences."""
    found: dict[str, list[ScaleValue]] = {}
    for number, cells in rows.items():
        for column, cell in cells.items():
            axis, told = axis_named(plain(cell.text)), in_text(cell.text)
            for named, values in told.items():
                _keep(found, named, values)
            if axis is None or any(len(values) > 1 for values in told.values()):
                continue
            below = list(_below(rows, number, column))
            beside = list(_beside(cells, column))
            long = list(_long(rows, number, column))
            _keep(found, axis, max((long, below, beside), key=len))
    return found


def _keep(found: dict[str, list[ScaleValue]], axis: str, values: Sequence[ScaleValue]) -> None:
    distinct = list({value.value: value for value in reversed(values)}.values())[::-1]
    if 2 <= len(distinct) <= _MOST_VALUES and len(distinct) > len(found.get(axis, ())):  # noqa: PLR2004
        found[axis] = distinct


def _below(rows: Mapping[int, Mapping[int, Cell]], number: int, column: int) -> Iterator[ScaleValue]:
    """Yield values under an axis: in its own column, or its words beside a column of values on the left."""
    numbered = _value_column(rows.get(number, {}), column)
    for at in (each for each in rows if each > number):
        cells = rows[at]
        cell = cells.get(column)
        if cell is None or axis_named(plain(cell.text)):
            return
        if numbered is not None and (value := cells.get(numbered)) and len(value.text) <= _LONGEST_VALUE:
            yield ScaleValue(value.text.strip(), cell.text.strip())
            continue
        read = _value_of(cell.text, cells.get(column + 1))
        if read is None:
            return
        yield read


def _value_column(header: Mapping[int, Cell], column: int) -> int | None:
    for at in sorted(header):
        if at < column and _VALUE_HEADER.fullmatch(plain(header[at].text)):
            return at
    return None


def _beside(cells: Mapping[int, Cell], column: int) -> Iterator[ScaleValue]:
    """Yield values on the row of an axis: `Gravité | 1 - bénin | 2 - sérieux`."""
    for at in sorted(each for each in cells if each > column):
        read = _value_of(cells[at].text, None)
        if read is None:
            return
        yield read


def _long(rows: Mapping[int, Mapping[int, Cell]], number: int, column: int) -> Iterator[ScaleValue]:
    """Yield values of rows that begin with the axis, as `Gravité | 1 | soins bénins`, or stand under its cell."""
    name = plain(rows[number][column].text)
    for at in (each for each in rows if each >= number):
        cells = rows[at]
        value, label = cells.get(column + 1), cells.get(column + 2)
        own = cells.get(column)
        if value is None or len(value.text) > _LONGEST_VALUE or (own is not None and plain(own.text) != name):
            return
        read = _value_of(value.text, label)
        if read is None:
            return
        yield read


def _value_of(text: str, label: Cell | None) -> ScaleValue | None:
    words = label.text.strip() if label is not None else None
    match = _VALUE.fullmatch(text.strip())
    if match:
        return ScaleValue(match[1], (match[2] or "").strip() or words)
    if text.strip() and len(text) <= _LONGEST_VALUE and words and not _NUMBER.search(text):
        number = _NUMBER.fullmatch(words)
        return ScaleValue(words, text.strip()) if number else ScaleValue(text.strip(), words)
    return None


def in_text(text: str) -> dict[str, list[ScaleValue]]:
    """Return scales that a sentence explains, as `Maîtrise : 1 = aucune, 4 = totale`."""
    if not _TOLD.search(text):
        return {}
    words = plain(text)
    names = [each for each in _AXIS_IN_TEXT.finditer(words) if not _IN_LABEL.search(words[: each.start()])]
    found: dict[str, list[ScaleValue]] = {}
    for place, name in enumerate(names):
        end = names[place + 1].start() if place + 1 < len(names) else len(words)
        pairs = [ScaleValue(value, label.strip()) for value, label in _pairs_in(words[name.end() : end])]
        if pairs:
            found.setdefault(_AXIS_OF[name[1]], []).extend(pairs)
    return found


def _pairs_in(words: str) -> list[tuple[str, str]]:
    """Return values with what they mean; without a sign between them both ends have to be told."""
    for pattern, least in ((_PAIR, 1), (_BRACKETED, 2), (_ENDS, 2)):
        found = pattern.findall(words)
        if len(found) >= least:
            return found
    return []


def range_in(header: str) -> list[ScaleValue]:
    """Return the values of a header such as `Gravité (1-4)`."""
    match = _RANGE.search(header)
    if not match or not int(match[1]) < int(match[2]) <= _MOST_VALUES:
        return []
    return [ScaleValue(str(value)) for value in range(int(match[1]), int(match[2]) + 1)]


def direction_of(axis: str, values: Iterable[ScaleValue]) -> Direction | None:
    """Return which way a scale of numbers goes, as its words tell; None where they do not."""
    good, bad = _GOOD.get(axis, _GOOD[""]), _BAD.get(axis, _BAD[""])
    numbered = [(number_of(each.value), plain(each.label or "")) for each in values]
    best = [
        number
        for number, label in numbered
        if number is not None and re.search(good, label) and not re.search(bad, label)
    ]
    worst = [number for number, label in numbered if number is not None and re.search(bad, label)]
    if best and worst:
        least, most = sum(best) / len(best), sum(worst) / len(worst)
        return None if least == most else "higher_is_worse" if most > least else "higher_is_better"
    numbers = [number for number, _ in numbered if number is not None]
    if len(set(numbers)) >= _LEAST_TOLD and all(label for _, label in numbered) and (best or worst):
        return _by_one_end(best or worst, numbers, is_best=bool(best))
    if len(numbered) == 1 and (best or worst):
        high = (best or worst)[0] > 2  # noqa: PLR2004 - one end of a scale is told: the low one or the high one
        return "higher_is_better" if high is bool(best) else "higher_is_worse"
    return None


def _by_one_end(told: Sequence[float], numbers: Sequence[float], *, is_best: bool) -> Direction | None:
    """Return the direction where words tell the meaning of one end of several explained values alone."""
    if min(numbers) in told and max(numbers) not in told:
        return "higher_is_worse" if is_best else "higher_is_better"
    if max(numbers) in told and min(numbers) not in told:
        return "higher_is_better" if is_best else "higher_is_worse"
    return None


def direction_by_formula(text: str) -> Direction | None:
    """Return the direction of control that a formula of a header tells: `G x P / M` divides by it."""
    words = plain(text)
    if re.search(
        r"[gfpe)]\s*/\s*\(?m\b|/\s*(?:niveau de |note de )?(?:maitrise|prevention|protection|efficacite"
        r"|wirksamkeit|control)|\(\s*1\s*-\s*(?:c|m|coef)",
        words,
    ):
        return "higher_is_better"
    if re.search(
        r"[gfpe)]\s*[x*\u00d7]\s*m\b|[x*\u00d7]\s*(?:niveau de |note de )?(?:maitrise|prevention|protection"
        r"|efficacite)",
        words,
    ):
        return "higher_is_worse"
    return None


def number_of(text: str | None) -> float | None:
    """Return the number that a value is, or begins with: `3 - grave` is 3."""
    if not text:
        return None
    match = _VALUE.fullmatch(text.strip())
    return float(match[1].replace(",", ".")) if match else None


def is_rating_word(words: str) -> bool:
    """Return whether folded words rate something, as `très grave` and `partielle` do."""
    return bool(_WORDS.fullmatch(words))


def parted_value(text: str) -> ScaleValue:
    """Return a rating as it was written, parted into its value and its words: `3 - grave`."""
    match = _VALUE.fullmatch(text.strip())
    return ScaleValue(match[1], (match[2] or "").strip() or None) if match else ScaleValue(text)
