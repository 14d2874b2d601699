"""An answer as plain text (S22): for the JSON of the API and for terminals, which render no Markdown. Pure."""

from collections.abc import Sequence

from shared.contracts.questions import Citation
from shared.language.names import shown_text
from shared.rendering.parts import Marker, Own, Paragraph, Quote, is_quotation, paragraphs_of, plain_quote

BAR = "\u2502 "
"""What stands before each line of a quote in a terminal."""


def plain_answer(answer: str, citations: Sequence[Citation]) -> str:
    """Return an answer, or a sentence of it, whose quotes keep within their quotation marks and within a paragraph."""
    return "\n\n".join(map(_paragraph, paragraphs_of(answer, citations)))


def barred_answer(answer: str, citations: Sequence[Citation]) -> str:
    """Return an answer for a terminal: each line of a quote behind a bar, which no text can leave."""
    return "\n\n".join(
        BAR + _paragraph(paragraph).replace("\n", f"\n{BAR}") if is_quotation(paragraph) else _paragraph(paragraph)
        for paragraph in paragraphs_of(answer, citations)
    )


def _paragraph(paragraph: Paragraph) -> str:
    return "".join(map(_part, paragraph)).strip()


def _part(part: Own | Quote | Marker) -> str:
    if isinstance(part, Marker):
        return f"[{part.citation.n}]"
    if isinstance(part, Own):
        return shown_text(part.text)
    return f"\u00ab\u00a0{plain_quote(part.text)}\u00a0\u00bb"
