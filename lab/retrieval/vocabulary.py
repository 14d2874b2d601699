"""Write the words that the corpus knows, for the correction of typing errors (shared/language/vocabulary.txt).

python -m lab.retrieval.vocabulary [--data DIR]        # npm, for the Code du travail

A line a word: the word as it is written most, in small letters, and in how many passages it stands. The words come from
the articles and headings of the Code du travail, and from the questions and words that lead to them; of these, one
without its accents is left out where another text has it with them.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from lab.bench.corpus import code
from services.ingest.adapters.question_files import QuestionFiles
from services.ingest.chunking import STRATEGIES
from services.ingest.extraction import extract
from services.ingest.parsers import FORMATS
from services.ingest.ports import ExtractionRequest
from services.ingest.settings import IngestSettings
from shared.language.folding import folded
from shared.language.spelling import WORD

TARGET = Path(__file__).parents[2] / "shared" / "language" / "vocabulary.txt"
CAPITALS = 5
"""How many times as frequent a word with accents must be for the one without to be it in capitals (`Evaluation`)."""

LEAST_FROM_QUESTIONS = 2
"""Questions that must have a word which no article has: one that stands once may be a typing error."""


def passages(data: Path) -> Iterator[tuple[str, str, str]]:
    """Return the passages of the whole code: article, headings and text."""
    document = code(data, None)
    request = ExtractionRequest(document.media_type, document.file_name, None, IngestSettings().max_chars)
    found = extract(request, document.read(), formats=FORMATS, strategies=STRATEGIES, max_text=100_000_000, budget=None)
    for chunk in map(found.text_of, found.chunks):
        yield chunk.section.article or "", "\n".join(chunk.section.headings[-3:]), chunk.text


def count(texts: Iterable[str]) -> Counter[str]:
    """Return in how many texts each word of letters stands."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update({word.lower() for word in WORD.findall(text)})
    return counted


def vocabulary(articles: Iterable[str], questions: Iterable[str]) -> dict[str, int]:
    known, asked = count(articles), count(questions)
    accented = {folded(word) for word in (known | asked) if folded(word) != word}
    for word, times in asked.items():
        plain = folded(word) == word and word in accented
        if word in known or (times >= LEAST_FROM_QUESTIONS and not plain):
            known[word] += times
    most: dict[str, int] = {}
    for word, times in known.items():
        most[folded(word)] = max(times, most.get(folded(word), 0))
    return {
        word: times
        for word, times in sorted(known.items())
        if len(word) > 1 and (folded(word) != word or times * CAPITALS >= most[word])
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("vigie-data"), help="folder with the corpora")
    data = parser.parse_args().data
    led = [line for lines in QuestionFiles().load().values() for line in lines]
    asked = [text for line in led for text in (*line.questions, *line.terms)]
    known = vocabulary((f"{headings}\n{text}" for _, headings, text in passages(data)), asked)
    TARGET.write_text("".join(f"{word} {times}\n" for word, times in known.items()), encoding="utf-8")
    print(f"{len(known)} words: {TARGET}")


if __name__ == "__main__":
    main()
