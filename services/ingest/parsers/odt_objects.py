"""What stands in an OpenDocument text beside its paragraphs: fields of forms, formulas, sheets and charts within it."""

from posixpath import normpath

from services.ingest.parsers.mathml import math_text
from services.ingest.parsers.xml_parts import Element, XmlParts, local, names

_FORM = "{urn:oasis:names:tc:opendocument:xmlns:form:1.0}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_HREF = "{http://www.w3.org/1999/xlink}href"
_TICKS = names("checkbox radio")
_CHOICES = names("listbox combobox")
_UNTOLD = names("password hidden image-frame file grid button image")
_TICKED, _UNTICKED = "☒", "☐"
_CONTENT = "content.xml"


def controls_of(body: Element) -> dict[str, str]:
    """Return what each field of a document's forms shows, by its id: a tick with its label, a choice, a value."""
    found: dict[str, str] = {}
    for form in body.iter(_FORM + "form"):
        for each in form:
            words = _shown(each)
            for identity in filter(None, (each.get(_FORM + "id"), each.get(_XML_ID))):
                found[identity] = words
    return found


def formula_of(element: Element) -> str | None:
    """Return the text of a formula that stands in its frame itself; None without one."""
    root = next((each for each in element if local(each) == "math"), None)
    return math_text(root) if root is not None else None


def object_of(parts: XmlParts, element: Element) -> Element | None:
    """Return the root of an object within the file; None where there is none that is XML."""
    name = normpath(f"{element.get(_HREF, '').removeprefix('./')}/{_CONTENT}")
    return parts.tree(name) if not name.startswith(("/", "..")) else None


def titles_of(root: Element) -> list[str]:
    """Return the titles of a chart."""
    named = (each for each in root.iter() if local(each) in ("title", "subtitle"))
    return [words for each in named if (words := " ".join("".join(map(str, each.itertext())).split()))]


def _shown(field: Element) -> str:
    kind = local(field)
    label = field.get(_FORM + "label", "")
    if kind in _TICKS:
        state = field.get(_FORM + "current-state") or field.get(_FORM + "state")
        selected = field.get(_FORM + "current-selected") or field.get(_FORM + "selected")
        return f"{_TICKED if state == 'checked' or selected == 'true' else _UNTICKED} {label}".strip()
    if kind in _UNTOLD:
        return ""
    if kind in _CHOICES:
        given = field.get(_FORM + "current-value")
        return given or ", ".join(each.get(_FORM + "label", "") for each in field if _is_chosen(each))
    lines = (words for each in field if local(each) == "p" and (words := "".join(map(str, each.itertext())).strip()))
    return field.get(_FORM + "current-value") or field.get(_FORM + "value") or " ".join(lines) or label


def _is_chosen(option: Element) -> bool:
    return (option.get(_FORM + "current-selected") or option.get(_FORM + "selected")) == "true"
