"""XML parts of an office file's zip archive, read without following references.

XML may name files and addresses to be fetched (external entities) and text that grows as it is put in (entities within
entities). Office files need none of it: a document type declaration is refused (S19), and libxml2 is told to load
nothing. Sizes are bounded by the process that this runs in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from posixpath import join, normpath
from typing import Any, TypeAlias

from lxml import etree

from services.ingest.archives import Archive
from shared.errors import UnreadableDocument

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml names the type of its elements in no other way

_SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


class XmlParts:
    """The parts of an office file, by name.

    Raises:
        UnreadableDocument: it is no sound archive (services/ingest/archives.py).
    """

    def __init__(self, data: bytes) -> None:
        self._archive = Archive(data)

    def __contains__(self, name: str) -> bool:
        return name in self._archive

    def tree(self, name: str) -> Element | None:
        """Return the root of a part; None if the file has no such part.

        Raises:
            UnreadableDocument: it is damaged, or has a document type declaration.
        """
        if name not in self._archive:
            return None
        parser = etree.XMLParser(remove_comments=True, remove_pis=True, **_SAFE)
        with _said():
            root = etree.fromstring(self._archive.read(name), parser)
        _refuse_document_type(root)
        return root

    def read(self, name: str) -> bytes:
        """Return a part's bytes, as of `Archive.read`."""
        return self._archive.read(name)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return kind and target of a part's relations within the file, by id."""
        folder, _, name = part.rpartition("/")
        root = self.tree(join(folder, "_rels", f"{name}.rels"))
        return {
            each.get("Id", ""): (each.get("Type", ""), normpath(join("/", folder, each.get("Target", ""))).lstrip("/"))
            for each in (root if root is not None else ())
            if each.get("TargetMode") != "External"
        }

    def needed(self, name: str) -> Element:
        """Return the root of a mandatory part, as of `tree`."""
        root = self.tree(name)
        if root is None:
            raise UnreadableDocument(reason="damaged")
        return root

    def elements(self, name: str, *tags: str) -> Iterator[Element]:
        """Yield a large part's elements of these tags as they end; each is emptied before the next."""
        with _said():
            first = True
            for _, element in etree.iterparse(BytesIO(self._archive.read(name)), ("end",), tag=tags, **_SAFE):
                if first:
                    _refuse_document_type(element)
                    first = False
                yield element
                _empty(element)


def names(text: str) -> frozenset[str]:
    """Return the set of element names in a text."""
    return frozenset(text.split())


def local(element: Element) -> str:
    """Return the element's name without namespace; "" for a comment or an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _empty(element: Element) -> None:
    """Release the memory of an element and its preceding siblings."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _refuse_document_type(element: Element) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocument(reason="document-type")


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except etree.LxmlError as error:
        beyond_limits = getattr(error, "code", None) == etree.ErrorTypes.ERR_RESOURCE_LIMIT
        raise UnreadableDocument(reason="archive-bomb" if beyond_limits else "damaged") from error
