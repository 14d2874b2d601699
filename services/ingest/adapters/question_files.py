"""Files of questions that articles answer: the one that is shipped, and an operator's own beside it."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from services.ingest.article_questions import UnreadableQuestions, by_article, read_questions
from services.ingest.ports import ArticleQuestions
from shared.errors import InternalError


class QuestionFiles:
    """Reads what leads to the articles of codes (port: services.ingest.ports.KnownQuestions).

    Args:
        folder: an operator's own files, `*.jsonl` in the shape of the shipped one; None for none.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def load(self) -> Mapping[str, Sequence[ArticleQuestions]]:
        """Read all files anew: codes are sent rarely, and what is read of them takes 20 MB.

        Raises:
            InternalError: a file cannot be read.
        """
        return by_article(self._lines())

    def _lines(self) -> Iterator[ArticleQuestions]:
        shipped = files("services.ingest.article_questions").joinpath("code_du_travail.jsonl")
        own = sorted(self._folder.glob("*.jsonl")) if self._folder else []
        for file in (shipped, *own):
            try:
                yield from read_questions(file.read_bytes())
            except UnreadableQuestions as error:
                raise InternalError(reason=f"questions of {file.name}: {error.place}") from error
            except (OSError, ValueError) as error:
                raise InternalError(reason=f"questions of {file.name}: {type(error).__name__}") from error
