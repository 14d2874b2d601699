"""What people note of a document beside its title: author, date, kind, tags, ... A few short strings by name."""

import re
from collections.abc import Iterable, Mapping

from shared.errors import InvalidInput
from shared.http_api.documents import METADATA_NAME
from shared.language.names import composed, is_name

MOST = 20
_NAME = re.compile(METADATA_NAME)
_LONGEST = 500
_QUESTIONS = re.compile(r"questions(?:-\d{1,2})?")
_BETWEEN_QUESTIONS = re.compile(r"(?<=\?)\s+|\s*\|\s*")


def check_metadata(metadata: Mapping[str, str]) -> None:
    """Refuse what is too much.

    Raises:
        InvalidInput: too many, a name that is none, or a value that is empty, too long or not printable.
    """
    if len(metadata) > MOST:
        raise InvalidInput(reason="metadata-many", most=MOST)
    for name, value in metadata.items():
        if _NAME.fullmatch(name) is None:
            raise InvalidInput(reason="metadata-name", name=name[:40])
        if not value.strip() or len(value) > _LONGEST or not value.isprintable():
            raise InvalidInput(reason="metadata-value", name=name, most=_LONGEST)


def composed_metadata(metadata: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return the metadata with values in the one Unicode form of names."""
    return {name: composed(value) if value is not None else None for name, value in metadata.items()}


def check_names(*names: str | None) -> None:
    """Refuse a title or a file's name that is no line of plain characters (S22).

    Raises:
        InvalidInput: it has line ends, or control or bidi characters.
    """
    if not all(is_name(name) for name in names if name is not None):
        raise InvalidInput(reason="name")


def questions_of(metadata: Mapping[str, str]) -> tuple[str, ...]:
    """Return the questions that a document answers, as its metadata say: they lead to it and are never quoted.

    They stand in `questions`, and in `questions-2` and so on where one value is too short; several in one value each
    end with a question mark, or are parted by `|`.
    """
    values = [value for name, value in sorted(metadata.items()) if _QUESTIONS.fullmatch(name)]
    found = (each.strip() for value in values for each in _BETWEEN_QUESTIONS.split(value))
    return tuple(dict.fromkeys(each for each in found if each))


def parse_metadata_filter(words: Iterable[str]) -> dict[str, str]:
    """What `name=value` words ask for.

    Raises:
        InvalidInput: a word is of another form.
    """
    wanted: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or _NAME.fullmatch(name) is None:
            raise InvalidInput(reason="metadata-name", name=name[:40])
        wanted[name] = composed(value)
    return wanted
