"""A passage as a page for people: its text is shown and does nothing."""

from html import escape

from services.gateway.documents.passages import OpenedPassage
from services.gateway.documents.views import passage_view
from shared.language.catalogue import Catalogue
from shared.language.names import one_line, shown_text
from shared.rendering.addresses import official_address
from shared.rendering.sources import places, provenance

_catalogue = Catalogue()
HEADERS = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}
_PAGE = (
    '<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n</head>\n'
    "<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
)


def page_of(opened: OpenedPassage, language: str) -> str:
    """The page of a passage."""
    view = passage_view(opened.passage)
    lines = [" > ".join(map(one_line, view.headings)), ", ".join(places(view, language)), provenance(view, language)]
    if opened.document.state == "replaced":
        lines.append(_catalogue.text(language, "passages.superseded"))
    body = "\n".join(f"<p>{escape(line)}</p>" for line in lines if line)
    body += f"\n<pre>{escape(shown_text(view.text))}</pre>"
    if address := official_address(view.source_url):
        body += f'\n<p><a href="{escape(address)}" rel="noreferrer">{escape(address)}</a></p>'
    return _PAGE.format(language=language, title=escape(one_line(view.title)), body=body)


def ended_page(language: str) -> str:
    """The page of a link that has ended."""
    title = escape(_catalogue.text(language, "passages.link-ended-title"))
    text = escape(_catalogue.text(language, "passages.link-ended"))
    return _PAGE.format(language=language, title=title, body=f"<p>{text}</p>")
