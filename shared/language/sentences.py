"""Sentence boundaries of French legal and administrative text; good enough for English and German."""

import re

_BOUNDARY = re.compile(
    r"""(?P<mark>[.!?\u2026]++)
        (?:[ \u00a0\u202f]{0,2}\u00bb|["\u201d\u2019')\]])*+   # French quotation marks stand off by a space
        (?=\s|\Z)
    |   \n\s*+
    """,
    re.VERBOSE,
)
_SPACE = re.compile(r"\s*+")
_OPENING = re.compile(r"\s*+[\s\u00ab\u201c\"'\u2019(\[]{0,16}+")
_WORDS = re.compile(r"[\s'\u2019]+")
_INITIALS = re.compile(r"[A-Z]\.-[A-Z]")  # `J.-P. Martin`
_LIST_MARK = re.compile(
    r"[-\u2013\u2014\u2022*|#>\u25aa\u25cf]"
    r"|\(?(?:\d{1,3}|[IVXLC]{1,6}|[A-Za-z])(?:\s?[\u00b0).]|\s[\u2013\u2014-])"
)
_MARK_ALONE = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,2})*|[IVXLC]{1,6}|[A-Za-z])\Z")
_LONGEST_MARK = len("(188.88.88")
_CELLS = " | "
"""Separator of the cells of a table's row, which is a line by itself."""

_LINE = 300
"""Characters of a line in which a table's row is recognised."""

_LOOK_BACK = 48
"""Characters before a full stop that decide whether it ends a sentence."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words("M MM Mme Mmes Mlle Me Mgr Mr Mrs Ms Dr Pr Prof St Ste")
"""Titles of persons, in this case only; in small letters some are units (`mm`) or words (`me`)."""

_NEVER_LAST = _words("""
    al art arts av avr bd bull cass cf ch chap circ coll concl conf déc décr dir doc ed éd env fasc fév févr fig hon
    ibid janv juil nos nov oct op ord pp préc réf règl req resp sect sq sqq suppl tab tél tit trad univ vol vs
    bzw nr vgl
""")
"""Abbreviations that never end a sentence, in small letters."""

_BEFORE_NUMBERS = _words("ca ex id n no p")
"""Abbreviations when a number follows, words otherwise (`Non, no. The ...`)."""

_SOMETIMES_LAST = _words("apr etc inc ltd soc s.a s.a.r.l j.-c i.e e.g p.ex z.b d.h")
"""Abbreviations that may end a sentence: a capital tells."""

_LABELS = _words("""
    a annexe appendice article au aux catégorie classe colonne des du figure groupe hépatite le les liste niveau
    paragraphe partie phase plan point section tableau titre type vitamine zone
""")
"""Words after which a single capital is a label (`annexe A.`), not a person's initial."""

_LONGEST = max(map(len, _TITLES | _NEVER_LAST | _BEFORE_NUMBERS | _SOMETIMES_LAST))
_BEFORE_WORD = "'\u2019/(["  # `l'art.`, `et/ou M.`

_NOT_AT_LINE_END = _words("""
    a à au aux avec ce ces cet cette chez dans de des du en entre et la le les leur leurs ou où par pour que qui sa sans
    se ses si son sous sur un une vers and at by for from in of on or the to with der die das und
""")
"""Words that a line of prose may break after, but that end no heading and no list item."""


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return start and end of each sentence, in order, without the white space around it.

    A sentence ends at its full stop, at an empty line, and at the line end of a list item, a heading or a table's row,
    but not at a line end that wraps prose, nor at the full stop of an abbreviation (`art.`, `R. 4412-16`, `M.`), an
    initial or a list mark (`I. -`). Every character that is not white space is in exactly one span. Linear in time.
    """
    spans: list[tuple[int, int]] = []
    start = _skip_space(text, 0)
    for match in _BOUNDARY.finditer(text):
        if match.start() < start:
            continue
        if match["mark"] is None:
            end, ends = match.start(), _line_ends_sentence(text, start, match)
        else:
            end, ends = match.end(), _stop_ends_sentence(text, start, match)
        if ends:
            spans.append((start, end - _spaces_before(text, start, end)))
            start = _skip_space(text, match.end())
    if start < len(text):
        spans.append((start, len(text) - _spaces_before(text, start, len(text))))
    return spans


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _spaces_before(text: str, start: int, end: int) -> int:
    position = end
    while position > start and text[position - 1].isspace():
        position -= 1
    return end - position


def _first_letter(text: str, position: int) -> str:
    """Return the first character after white space, quotation marks and brackets; "" at the end of the text."""
    match = _OPENING.match(text, position)
    after = match.end() if match else position
    return text[after : after + 1]


def _stop_ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    end = match.end()
    first = _first_letter(text, end)
    if not first:
        return True
    if text.find("\n", end, end + 3) >= 0 and _LIST_MARK.match(text, _skip_space(text, end)):
        return True
    if first.islower() or first in ",;:":
        return False
    if match["mark"] != ".":
        return text[match.start() - 1 : match.start()] not in ("(", "[")
    before = text[max(start, match.start() - _LOOK_BACK) : match.start()]
    if match.start() - start <= _LONGEST_MARK and _MARK_ALONE.match(before):
        return False
    return not _is_abbreviation(before, first)


def _is_abbreviation(before: str, first: str) -> bool:
    """Return whether the full stop after `before` belongs to an abbreviation; `first` is the next letter."""
    *earlier, last = before.rsplit(None, 2) or [""]
    word = last[max(map(last.rfind, _BEFORE_WORD)) + 1 :]
    if len(word) > _LONGEST:
        return False
    if len(word) == 1 and word.isupper():
        return _is_initial(word, _last_word(earlier[-1]) if earlier else "", first)
    if word in _TITLES or _INITIALS.fullmatch(word):
        return True
    token = word.lower()
    if token in _BEFORE_NUMBERS:
        return first.isdigit()
    return token in _NEVER_LAST or (token in _SOMETIMES_LAST and not first.isupper())


def _is_initial(letter: str, previous_word: str, first: str) -> bool:
    """Return whether a capital is a person's initial, `M.`, or an article's letter, not a label as in `annexe A`."""
    if letter in _TITLES:
        return True
    if first.isdigit():
        return letter in "LRDAN"
    return previous_word not in _LABELS


def _last_word(text: str) -> str:
    words = _WORDS.split(text)
    return words[-1].lower()


def _line_ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    end = match.end()
    if end >= len(text) or text.find("\n", match.start() + 1, end) >= 0 or _LIST_MARK.match(text, end):
        return True
    line = text[max(start, match.start() - _LINE) : match.start()].rpartition("\n")[2]
    following = text[end : end + _LINE].partition("\n")[0]
    if _CELLS in line or _CELLS in following:
        return True
    before = text[max(start, match.start() - _LOOK_BACK) : match.start()].rstrip()
    if before.endswith((".", ";", ":", "?", "!", "\u2026", "\u00bb")):
        return True
    if _first_letter(text, end).islower() or before.endswith((",", "-", "'", "\u2019", "(")):
        return False
    return _last_word(before) not in _NOT_AT_LINE_END
