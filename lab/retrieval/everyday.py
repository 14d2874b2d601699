"""Make shared/language/everyday.txt: frequent French words, not of public text, that look like errors of its words.

python -m lab.retrieval.everyday WORDS FREQUENT

WORDS: index.json of the npm package an-array-of-french-words (MIT), a list of French words. FREQUENT:
small_fr.msgpack.gz of the package wordfreq (data CC BY-SA 4.0), by which those are chosen that people use (a millionth
of all words). Needs msgpack. What is made is under CC BY-SA 4.0 too (shared/language/everyday.LICENSE). A word that
nothing known is near to is left out: the spelling leaves it alone by itself.
"""

import argparse
import gzip
import importlib
import json
from collections.abc import Iterable
from pathlib import Path

from shared.language.folding import folded
from shared.language.spelling import nearest, vocabulary

_LEAST_LETTERS = 4


def chosen(french: Iterable[str], frequent: Iterable[str]) -> list[str]:
    """Return the folded words that both lists have, that public text has not and that the spelling would mend."""
    known = vocabulary()
    words = {folded(word) for word in french if word.isalpha() and not known.knows(word)} - known.by_folded.keys()
    words &= {folded(word) for word in frequent}
    return sorted(word for word in words if len(word) >= _LEAST_LETTERS and word.isascii() and nearest(word, known))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", type=Path)
    parser.add_argument("frequent", type=Path)
    given = parser.parse_args()
    with gzip.open(given.frequent) as file:
        _, *by_frequency = importlib.import_module("msgpack").load(file)
    french = json.loads(given.words.read_text(encoding="utf-8"))
    found = chosen(french, (word for words in by_frequency for word in words))
    Path("shared/language/everyday.txt").write_text("\n".join(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
