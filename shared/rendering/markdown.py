"""An answer as Markdown (S22): quotes are block quotes, all in them is escaped, links are Vigie's or a publisher's."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.contracts.questions import Citation, Outcome
from shared.language.catalogue import Catalogue
from shared.language.names import one_line, shown_text
from shared.rendering.addresses import official_address
from shared.rendering.escaping import escaped, escaped_line
from shared.rendering.parts import Marker, Own, Paragraph, Part, Quote, inner_marks, is_quotation, paragraphs_of
from shared.rendering.sources import cited_once, provenance, reference

_catalogue = Catalogue()


@dataclass(frozen=True, slots=True)
class Link:
    """What `content[start:end]`, a marker such as `[1]`, opens."""

    start: int
    end: int
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class RenderedAnswer:
    content: str
    links: tuple[Link, ...] = ()

    def behind(self, said: str) -> "RenderedAnswer":
        """The same after words that a client has already; they stay, and count in the places of the links."""
        shift = len(said)
        links = (Link(link.start + shift, link.end + shift, link.url, link.title) for link in self.links)
        return RenderedAnswer(said + self.content, tuple(links))


def markdown_sentence(text: str, citations: Sequence[Citation]) -> str:
    """One sentence of an answer: what `markdown_answer` begins with, sentence by sentence."""
    return linked_sentence(text, citations, "fr", "").content


def linked_sentence(text: str, citations: Sequence[Citation], language: str, base_url: str) -> RenderedAnswer:
    """One sentence of an answer with what its markers open, as of `markdown_answer`."""
    return _Writing(language, base_url).sentences(text, citations)


def markdown_answer(outcome: Outcome, language: str, base_url: str) -> RenderedAnswer:
    """An answer or abstention with how it was made and what its markers open.

    Args:
        base_url: where people reach the gateway, without a slash at its end; empty: sources have their publisher's
            address alone.
    """
    written = _Writing(language, base_url).sentences(outcome.answer, outcome.citations)
    notes = [_notice(outcome, language)] if outcome.notice else []
    if outcome.citations:
        notes = [*_made(outcome, language), *notes, *_sources(outcome, language, base_url)]
    return RenderedAnswer("\n\n".join([written.content, *notes]), written.links)


def _made(outcome: Outcome, language: str) -> list[str]:
    mode = _catalogue.text(language, f"answers.mode.{outcome.mode}")
    if not (outcome.model and outcome.removed):
        return [escaped_line(mode)]
    return [escaped_line(mode), escaped_line(_catalogue.text(language, "answers.removed", count=outcome.removed))]


def _notice(outcome: Outcome, language: str) -> str:
    notice = outcome.notice
    words = _catalogue.text(language, f"answers.notice.{notice.code}", **notice.params) if notice else ""
    return escaped_line(one_line(words))


def _sources(outcome: Outcome, language: str, base_url: str) -> list[str]:
    """A list that reads well both as it is and as Markdown, which would run bare lines together."""
    heading = _catalogue.text(language, "answers.reference.sources")
    return [heading, "\n".join(_source(citation, language, base_url) for citation in cited_once(outcome.citations))]


def _source(citation: Citation, language: str, base_url: str) -> str:
    words = f"{escaped(reference(citation, language))} ({escaped(provenance(citation, language))})"
    addresses = [official_address(citation.source_url), f"{base_url}{citation.url}" if base_url else None]
    return "\n  ".join([f"- [{citation.n}] {words}", *(f"<{address}>" for address in addresses if address)])


class _Writing:
    """Writes paragraphs, and notes where markers come to stand."""

    def __init__(self, language: str, base_url: str) -> None:
        self._language = language
        self._base_url = base_url
        self._content = ""
        self._links: list[Link] = []

    def sentences(self, answer: str, citations: Sequence[Citation]) -> RenderedAnswer:
        for n, paragraph in enumerate(paragraphs_of(answer, citations)):
            self._content += "\n\n" if n else ""
            (self._quotation if is_quotation(paragraph) else self._prose)(paragraph)
        return RenderedAnswer(self._content, tuple(self._links))

    def _quotation(self, paragraph: Paragraph) -> None:
        quote = next(part.text for part in paragraph if isinstance(part, Quote))
        self._content += f"> \u00ab\u00a0{_block(quote)}\u00a0\u00bb "
        self._mark([part for part in paragraph if isinstance(part, Marker)])

    def _prose(self, paragraph: Paragraph) -> None:
        former: Part | None = None
        for part in paragraph:
            if isinstance(part, Marker):
                self._mark([part])
            elif isinstance(part, Quote):
                self._content += f"\u00ab\u00a0{escaped(_run(inner_marks(part.text)))}\u00a0\u00bb"
            else:
                self._content += _own(part, former)
            former = part

    def _mark(self, markers: Sequence[Marker]) -> None:
        for marker in markers:
            citation, start = marker.citation, len(self._content)
            self._content += f"[{citation.n}]"
            title, url = (
                reference(citation, self._language),
                official_address(citation.source_url) or f"{self._base_url}{citation.url}",
            )
            self._links.append(Link(start, len(self._content), url, title))


def _own(part: Own, former: Part | None) -> str:
    """Words of a model or of Vigie, with the spaces that part them from what stands beside them."""
    text = _run(part.text)
    if former is None:
        return escaped_line(text) + (" " if text.endswith(" ") else "")
    if isinstance(former, Marker) and text.startswith(("(", ":")):  # would make a link, or what one leads to, of it
        return f"\\{text[0]}{escaped(text[1:])}"
    return escaped(text)


def _run(text: str) -> str:
    """A text of several lines on one; its own spaces stay at both ends."""
    return shown_text(text).replace("\n", " ")


def _block(quote: str) -> str:
    """The lines of a quote; two spaces at the end of one break it where Markdown would run it into the next."""
    first, *others = [line.strip() for line in inner_marks(quote).strip().split("\n")]
    lines = [escaped(first), *(escaped_line(line) for line in others)]
    return "\n".join(_broken(line, n, lines) for n, line in enumerate(lines))


def _broken(line: str, n: int, lines: Sequence[str]) -> str:
    start = "> " if n else ""
    if not line:
        return ">"
    follows = n + 1 < len(lines) and lines[n + 1]
    return f"{start}{line}  " if follows else f"{start}{line}"
