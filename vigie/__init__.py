"""A typed client of Vigie's HTTP API: `pip install 'vigie[client]'`, then `from vigie import VigieClient`.

What stands here keeps its name; where it is defined (`shared`) may change. docs/client.md shows its use.
"""

from shared.client import LIMITS, TIMEOUT, Problem, Retries, Token, UnexpectedResponse, VigieClient
from shared.contracts.confidentiality import Confidentiality
from shared.contracts.documents import Chunking
from shared.contracts.passages import Origin
from shared.contracts.questions import Citation, Evidence, Sentence, Timings
from shared.http_api.admin import EmbeddingModelView, EmbeddingView, QuotaView, StatusView
from shared.http_api.backends import BackendView
from shared.http_api.directory import GroupView, PersonView
from shared.http_api.documents import (
    DocumentEdit,
    DocumentOrder,
    DocumentQuery,
    DocumentState,
    DocumentView,
    RemarkView,
)
from shared.http_api.feedback import FeedbackEntry, FeedbackQuery, FeedbackView, Reason, Verdict
from shared.http_api.passages import OpenedPassageView, PassageView
from shared.http_api.questions import AnswerView, NoticeView, QuestionBody, QuestionQuery, QuestionState, QuestionView

__all__ = [
    "LIMITS",
    "TIMEOUT",
    "AnswerView",
    "BackendView",
    "Chunking",
    "Citation",
    "Confidentiality",
    "DocumentEdit",
    "DocumentOrder",
    "DocumentQuery",
    "DocumentState",
    "DocumentView",
    "EmbeddingModelView",
    "EmbeddingView",
    "Evidence",
    "FeedbackEntry",
    "FeedbackQuery",
    "FeedbackView",
    "GroupView",
    "NoticeView",
    "OpenedPassageView",
    "Origin",
    "PassageView",
    "PersonView",
    "Problem",
    "QuestionBody",
    "QuestionQuery",
    "QuestionState",
    "QuestionView",
    "QuotaView",
    "Reason",
    "RemarkView",
    "Retries",
    "Sentence",
    "StatusView",
    "Timings",
    "Token",
    "UnexpectedResponse",
    "Verdict",
    "VigieClient",
]
