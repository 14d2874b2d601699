"""From records of documents to the JSON of the API (shared/http_api)."""

from typing import Any

from services.gateway.database.ports import fields_of
from services.gateway.documents.model import DocumentRecord
from services.gateway.documents.page_pictures import FoundPicture, has_picture
from services.gateway.documents.passages import OpenedPassage
from services.gateway.http.failures import problem_of_failure
from services.gateway.policy import may_read
from shared.access import Principal
from shared.contracts.passages import Origin, Passage
from shared.contracts.remarks import Remark
from shared.http_api.documents import DocumentState, DocumentView, RemarkView
from shared.http_api.passages import OpenedPassageView, PagePictureView, PassageView, PictureMark
from shared.language.catalogue import Catalogue
from shared.language.names import one_line
from shared.rendering.addresses import official_address

_COPIED = frozenset(DocumentView.model_fields) & {*DocumentRecord.model_fields, "revision"} - {
    "failure", "key", "remarks",
}  # fmt: skip

_catalogue = Catalogue()

_NAMES = frozenset({"title", "file_name"})
_OF_OTHERS: dict[str, Any] = {"sequence": 1, "metadata": {}, "revision": ""}
"""In the place of what others had a part in, for who sent a document to a scope that they do not read."""


def document_view(record: DocumentRecord, reader: Principal, language: str) -> DocumentView:
    told = {} if may_read(reader, record.scope) else _OF_OTHERS
    return DocumentView(
        **fields_of(record, _COPIED - _NAMES - told.keys()),
        **told,
        **{name: one_line(getattr(record, name)) for name in _NAMES},
        id=record.document_id,
        key="" if record.state is DocumentState.WITHDRAWN else record.key,
        version=record.version_id,
        failure=problem_of_failure(record.failure, language),
        remarks=[remark_view(each, language) for each in record.remarks.listed],
        more_remarks=record.remarks.more,
        url=f"/v1/documents/{record.document_id}",
        events=f"/v1/documents/{record.document_id}/events",
    )


def remark_view(remark: Remark, language: str) -> RemarkView:
    return RemarkView(
        code=remark.code,
        page=remark.page,
        part=remark.part,
        detail=remark.detail,
        count=remark.count,
        sentence=_sentence(remark, language),
    )


def _sentence(remark: Remark, language: str) -> str:
    """Return where it is, what it is, its name and how many there are, as far as these are known."""
    words = _catalogue.text(language, f"remarks.{remark.code}")
    if remark.detail:
        words = _catalogue.text(language, "remarks.named", what=words, detail=remark.detail)
    if remark.count > 1:
        words = _catalogue.text(language, "remarks.counted", what=words, count=remark.count)
    if remark.page and remark.part:
        return _catalogue.text(language, "remarks.page-part", page=remark.page, part=remark.part, what=words)
    if remark.page:
        return _catalogue.text(language, "remarks.page", page=remark.page, what=words)
    return _catalogue.text(language, "remarks.part", part=remark.part, what=words) if remark.part else words


def passage_view(passage: Passage) -> PassageView:
    return PassageView(**_passage_fields(passage))


def opened_passage_view(opened: OpenedPassage) -> OpenedPassageView:
    before, behind = opened.previous, opened.following
    return OpenedPassageView(
        **_passage_fields(opened.passage),
        superseded=opened.document.state == "replaced",
        previous=before.text if before else None,
        previous_url=_url(before) if before else None,
        next=behind.text if behind else None,
        next_url=_url(behind) if behind else None,
        picture_url=f"{_url(opened.passage)}/picture" if has_picture(opened) else None,
    )


def picture_view(identity: str, found: FoundPicture | None) -> PagePictureView:
    """The picture of a passage's page; None: it is being drawn."""
    if found is None:
        return PagePictureView(state="drawing")
    if not found.shows:
        return PagePictureView(state="absent")
    marks = [PictureMark(left=mark.left, top=mark.top, width=mark.width, height=mark.height) for mark in found.marks]
    url = f"/v1/passages/{identity}/picture.png"
    return PagePictureView(state="drawn", width=found.head.width, height=found.head.height, marks=marks, url=url)


def _passage_fields(passage: Passage) -> dict[str, Any]:
    fields = passage.model_dump()
    renamed = {"document_id": "document", "version_id": "version", "article_version": "version_id"}
    more: dict[str, Any] = {"cells": passage.cells, "url": _url(passage), "origin": passage.origin}
    more |= {"title": one_line(passage.title), "headings": [one_line(words) for words in passage.headings]}
    if passage.origin is Origin.CORPUS:
        more["source_url"] = official_address(passage.source_url)
    else:  # nobody else's document is a version of the law (S23)
        more |= dict.fromkeys(("version_id", "in_force_from", "in_force_to", "source_url"))
    return {renamed.get(name, name): value for name, value in fields.items()} | more


def _url(passage: Passage) -> str:
    return f"/v1/passages/{passage.id}"
