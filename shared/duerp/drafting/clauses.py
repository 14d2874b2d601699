"""Clauses of a description, each with what it does to what it names: says, denies, or puts it elsewhere or off.

Rules on folded text (French, English), by patterns.py; what they know by name stands in readings.toml. A denial holds
to the end of its clause, or to a word that ends it (`mais`, `sauf`, `dans`), and goes on in a list (`pas de laser, ni
de gaz`); one of a protection (`sans hotte`) denies no hazard. What is gone is what stands before the verb (`le laser
a été retiré`), unless its going is its ordinary course (`déchets enlevés le jeudi`) or lies ahead. What stands
elsewhere is denied by the clause after it, where that says that nobody goes there. What is planned (plans.py), and what
a company or neighbours do (others.py), is neither said nor denied of the unit.
"""

import re
from collections.abc import Iterator, Sequence

from shared.duerp.drafting.patterns import (
    ALONE,
    CLOSES_LIST,
    DELIMITER,
    DENIES,
    DONE_BY_OTHERS,
    ENDS_DENIAL,
    FILL,
    GOES_ON,
    GONE,
    IS_BACK,
    IS_PAST,
    IS_PLURAL,
    IS_THE_LAST,
    IS_TOPIC,
    LIES_AHEAD,
    NO_LONGER,
    NO_SUBJECT,
    NOT_GONE_TO,
    NOTHING_LEFT,
    ON_PAPER,
    OPENS_NEW,
    PLACE_ALONE,
    REGULARLY,
    STANDS_ELSEWHERE,
    STAYS_WITH_OTHERS,
    WORD,
)
from shared.duerp.drafting.pieces import Chunk, Clause, Reading, whole
from shared.duerp.drafting.readings import readings
from shared.duerp.drafting.set_apart import set_apart
from shared.duerp.drafting.words import flat, singular
from shared.language.sentences import sentence_spans

_MOST_LISTED_WORDS = 7
"""Words of an item of a list."""

_MOST_ASKED = 60
"""Characters of a question that its answer is read with."""

_MOST_LISTED = 12
"""Items of a list that are looked back on."""


def clauses_of(text: str) -> list[Clause]:
    """Return the clauses of a description in order, each read; linear in its length."""
    plain = flat(text)
    found: list[Clause] = []
    for start, end in _answered(plain, sentence_spans(text)):
        found.extend(_sentence(plain, start, end))
    return [trimmed for each in found if (trimmed := _trimmed(text, each)) is not None]


def _answered(plain: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Generate sentences, a short question with its answer: `Des OGM ? Jamais.`."""
    asked: int | None = None
    for start, end in spans:
        begin = start if asked is None else asked
        is_short = asked is None and end - start <= _MOST_ASKED
        asked = start if is_short and plain[start:end].rstrip().endswith("?") else None
        if asked is None:
            yield begin, end
    if asked is not None:
        yield asked, spans[-1][1]


def _sentence(plain: str, start: int, end: int) -> Iterator[Clause]:
    chunks: list[Chunk] = []
    for at, until, before in _chunks(plain, start, end):
        chunk = Chunk(at, until, before, [])
        if ALONE.fullmatch(plain, at, until) and chunks and before in (":", "(", "-", "\u2013"):
            chunks[-1].pieces = [whole(chunks[-1], Reading.DENIED)]
            chunk.pieces = [whole(chunk, Reading.DENIED)]
        elif NOT_GONE_TO.fullmatch(plain, at, until):
            _deny_place(plain, chunks)
            chunk.pieces = [whole(chunk, Reading.DENIED)]
        elif ON_PAPER.search(plain, at, until):
            _deny_listed(plain, chunk, chunks)
        elif (reading := set_apart(plain, chunk, chunks)) is not None:
            chunk.pieces = [whole(chunk, reading)]
        elif _is_not_here(plain, chunk, chunks):
            chunk.pieces = [whole(chunk, Reading.DENIED)]
        else:
            chunk.pieces = _read(plain, chunk, chunks)
        chunks.append(chunk)
    for chunk in chunks:
        yield from chunk.pieces


def _is_not_here(plain: str, chunk: Chunk, earlier: list[Chunk]) -> bool:
    """Return whether a chunk tells of what others keep, or says once more that what was gone before it is gone."""
    text = plain[chunk.start : chunk.end]
    if any(each.search(text) for each in (STAYS_WITH_OTHERS, NO_LONGER)):
        return True
    if DONE_BY_OTHERS.search(text):
        _deny_subject(plain, chunk, earlier)
        return True
    is_gone = bool(earlier) and earlier[-1].pieces[-1].reading is Reading.GONE
    return is_gone and NOTHING_LEFT.match(plain, chunk.start, chunk.end) is not None


def _deny_subject(plain: str, chunk: Chunk, earlier: list[Chunk]) -> None:
    """Read as denied what stands before a participle alone: `les lasers sont en bas, gérés par une autre équipe`."""
    match = DONE_BY_OTHERS.search(plain, chunk.start, chunk.end)
    if earlier and match is not None and not plain[chunk.start : match.start()].strip():
        earlier[-1].pieces = [whole(earlier[-1], Reading.DENIED)]


def _deny_listed(plain: str, chunk: Chunk, earlier: list[Chunk]) -> None:
    """Read a chunk as denied with the one that it tells of, and with the list that this one ends."""
    chunk.pieces = [whole(chunk, Reading.DENIED)]
    for other in reversed(earlier[-_MOST_LISTED:]):
        other.pieces = [whole(other, Reading.DENIED)]
        if not GOES_ON.match(plain, other.start, other.end):
            return


def _deny_place(plain: str, earlier: list[Chunk]) -> None:
    """Read as denied what stands where nobody goes: the clause before, and the one before a place alone."""
    for chunk in reversed(earlier[-2:]):
        is_place = PLACE_ALONE.match(plain, chunk.start, chunk.end) is not None
        if chunk is earlier[-1] and not (is_place or STANDS_ELSEWHERE.search(plain, chunk.start, chunk.end)):
            return
        if chunk is not earlier[-1] and _long(plain, chunk):
            return
        chunk.pieces = [whole(chunk, Reading.DENIED)]
        if not is_place:
            return


def _chunks(plain: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    at, before = start, ""
    for match in DELIMITER.finditer(plain, start, end):
        if match.start() > at:
            yield at, match.start(), before
        at, before = match.end(), match[0].strip()
    if at < end:
        yield at, end, before


def _read(plain: str, chunk: Chunk, earlier: list[Chunk]) -> list[Clause]:
    if earlier and _list_goes_on(plain, chunk, earlier):
        return _until_end_of_denial(plain, chunk.start, chunk.start, chunk.end)
    gone = _gone(plain, chunk)
    if gone is not None:
        return _read_gone(plain, chunk, gone, earlier)
    denial = _denial(plain, chunk)
    if denial is not None:
        return _read_denial(plain, chunk, denial)
    return [whole(chunk, Reading.SAID)]


def _gone(plain: str, chunk: Chunk) -> re.Match[str] | None:
    text = plain[chunk.start : chunk.end]
    if IS_BACK.search(text):
        return None
    for match in GONE.finditer(text):
        head = text[: match.start()]
        ahead = LIES_AHEAD.search(head) is not None and IS_PAST.search(head) is None
        subject = _names(head) if IS_THE_LAST.match(text) is None else set()
        if not ahead and not (subject & readings().taken_away) and not REGULARLY.search(text):
            return match
    return None


def _names(plain: str) -> set[str]:
    return {singular(word) for word in WORD.findall(plain)}


def _read_gone(plain: str, chunk: Chunk, gone: re.Match[str], earlier: list[Chunk]) -> list[Clause]:
    verb, after = chunk.start + gone.start(), chunk.start + gone.end()
    head = plain[chunk.start : verb]
    if (
        earlier
        and NO_SUBJECT.fullmatch(head)
        and (chunk.before in (",", "(", "-", ":", "\u2013", "\u2014", "mais") or not head.strip())
    ):
        if not (
            {singular(word) for word in WORD.findall(plain, earlier[-1].start, earlier[-1].end)} & readings().taken_away
        ):
            earlier[-1].pieces = [whole(earlier[-1], Reading.GONE)]
            if IS_TOPIC.search(plain, chunk.start, after):
                _read_back(plain, earlier[-1], earlier[:-1])
    elif earlier and IS_THE_LAST.match(plain, chunk.start, chunk.end):
        earlier[-1].pieces = [whole(earlier[-1], Reading.GONE)]
    elif earlier and (IS_PLURAL.search(plain, chunk.start, after) or IS_TOPIC.search(plain, chunk.start, after)):
        _read_back(plain, chunk, earlier)
    replaced = gone[0].endswith((" par", " by", " en", " pour", "place a")) or gone[0].startswith("devenu")
    tail = [Clause(after, chunk.end, Reading.SAID)] if replaced and after < chunk.end else []
    return [Clause(chunk.start, after if tail else chunk.end, Reading.GONE), *tail]


def _read_back(plain: str, chunk: Chunk, earlier: list[Chunk]) -> None:
    """Read the other subjects of a verb in the plural as gone too: `le laser et l'autoclave ont été retirés`."""
    joined = chunk.before
    for other in reversed(earlier[-_MOST_LISTED:]):
        words = WORD.findall(plain, other.start, other.end)
        if (
            joined not in (",", "et", "and")
            or len(words) > _MOST_LISTED_WORDS
            or other.pieces[0].reading is not Reading.SAID
        ):
            return
        other.pieces = [whole(other, Reading.GONE)]
        joined = other.before


def _denial(plain: str, chunk: Chunk) -> re.Match[str] | None:
    """Return the first denial of a chunk that is not one of a protection."""
    for match in DENIES.finditer(plain[chunk.start : chunk.end]):
        if not _denies_protection(plain, chunk.start + match.end(), chunk.end):
            return match
    return None


def _denies_protection(plain: str, at: int, end: int) -> bool:
    for word in WORD.findall(plain[at:end])[:4]:
        if word not in FILL:
            return word in readings().protections or singular(word) in readings().protections
    return False


def _read_denial(plain: str, chunk: Chunk, denial: re.Match[str]) -> list[Clause]:
    start = chunk.start + denial.start()
    before = [Clause(chunk.start, start, Reading.SAID)] if start > chunk.start else []
    return before + _until_end_of_denial(plain, start, chunk.start + denial.end(), chunk.end)


def _until_end_of_denial(plain: str, start: int, scan_from: int, end: int) -> list[Clause]:
    """Return the denied part from `start`, and what is said after a word that ends the denial."""
    stop = ENDS_DENIAL.search(plain, scan_from, end)
    if stop is None or (
        stop[0] in ("dans", "avec", "in", "with", "for", "pour") and _is_general(plain, scan_from, stop.start())
    ):
        return [Clause(start, end, Reading.DENIED)]
    return [Clause(start, stop.start(), Reading.DENIED), Clause(stop.start(), end, Reading.SAID)]


def _is_general(plain: str, at: int, end: int) -> bool:
    words = [word for word in WORD.findall(plain[at:end]) if word not in FILL]
    return not words or (len(words) == 1 and singular(words[0]) in readings().general)


def _list_goes_on(plain: str, chunk: Chunk, earlier: list[Chunk]) -> bool:
    """Return whether a chunk is one more thing that is denied; a list's items before it are denied with it."""
    if chunk.before not in (",", "et", "and"):
        return False
    goes_on = GOES_ON.match(plain, chunk.start, chunk.end) is not None
    if not goes_on and (
        OPENS_NEW.match(plain, chunk.start, chunk.end) or not CLOSES_LIST.search(plain, chunk.start, chunk.end)
    ):
        return False
    bare: list[Chunk] = []
    for other in reversed(earlier[-_MOST_LISTED:]):
        if other.pieces[-1].reading is Reading.DENIED:
            for each in bare:
                each.pieces = [whole(each, Reading.DENIED)]
            return True
        is_bare = other.pieces[0].reading is Reading.SAID and other.before == ","
        if not is_bare or OPENS_NEW.match(plain, other.start, other.end) or _long(plain, other):
            return False
        bare.append(other)
    return False


def _long(plain: str, chunk: Chunk) -> bool:
    return len(WORD.findall(plain, chunk.start, chunk.end)) > _MOST_LISTED_WORDS


def _trimmed(text: str, clause: Clause) -> Clause | None:
    start, end = clause.start, clause.end
    while start < end and not (text[start].isalnum() or text[start] in "-°"):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in ")%°+"):
        end -= 1
    return Clause(start, end, clause.reading) if start < end else None
