"""Citations and sentences as the API gives them out: names of one line, no address but a publisher's. Pure."""

from shared.contracts.questions import Citation, Sentence
from shared.language.names import one_line
from shared.rendering.addresses import official_address
from shared.rendering.plain import plain_answer


def shown_citation(citation: Citation) -> Citation:
    """Return the citation as it is shown; its quote stays word for word."""
    named = {name: one_line(value) for name in ("title", "sheet") if (value := getattr(citation, name)) is not None}
    return citation.model_copy(update={**named, "source_url": official_address(citation.source_url)})


def shown_sentence(sentence: Sentence) -> Sentence:
    """Return the sentence as plain text with its citations."""
    return Sentence(
        text=plain_answer(sentence.text, sentence.citations),
        citations=[shown_citation(citation) for citation in sentence.citations],
    )
