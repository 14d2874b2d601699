"""Whose each operation of the API is, and a right request of it: a table that a new operation has to enter (S7)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from shared.http_api.duerp.kinds import PATHS

Json = dict[str, Any]

_DUERP = "/v1/duerp/{unit}"
_DECIDED = ("lines", "shared-lines")
_ONCE = ("statements", "shared-ratings", "cycles", "confirmations")


class Whose(Enum):
    """Who an operation answers to."""

    EVERYBODY = "no token is asked"
    CALLERS = "tells and takes what is the caller's own, whoever that is"
    ADMINS = "admins"
    READERS = "whoever reads the scope"
    KEEPERS = "whoever reads the scope, and writes in it by a role"
    ASKERS = "who asked the question"
    SENDERS = "whoever writes in the scope, and admins, who read nothing of it"
    ADVISORS = "who advises the delegation on prevention"
    LINK = "who has a signed link of an answer"


@dataclass(frozen=True)
class Operation:
    """A request of an operation; `body` and `query` may name ids, as paths do.

    Attributes:
        file: the body is a form with a file.
        at_door: people who write nowhere are refused before it is looked at what the path names.
        ids: what stands in place of an id that others have too, by its name in the path.
        otherwise: what whoever may do it is answered where there is nothing to do it to, or it is there already.
    """

    whose: Whose
    body: Json | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    file: bool = False
    at_door: bool = False
    ids: Mapping[str, str] = field(default_factory=dict)
    otherwise: int | None = None


def _reads(**query: str) -> Operation:
    return Operation(Whose.READERS, query=query)


def _keeps(body: Json | None = None, *, at_door: bool = False, **ids: str) -> Operation:
    return Operation(Whose.KEEPERS, body, headers={"if-match": "*"}, at_door=at_door, ids=ids)


def _asks(body: Json | None = None) -> Operation:
    return Operation(Whose.ASKERS, body)


def _entries(contents: Mapping[str, Json]) -> Iterator[tuple[str, Operation]]:
    """The operations that each kind of entry has; `contents`: what an entry of each kind says."""
    for name in PATHS.values():
        at, one = f"{_DUERP}/{name}", f"{_DUERP}/{name}/{{entry_id}}"
        yield f"GET {at}", _reads()
        yield f"GET {one}", Operation(Whose.READERS, ids={"entry_id": name})
        yield f"PUT {one}", _keeps(contents[name], at_door=True, entry_id=name)
        if name in _DECIDED:
            yield f"POST {one}/decision", _keeps({"state": "rejected", "why": "x"}, entry_id=name)
        yield f"POST {one}/archive", _keeps({"why": "x"}, entry_id=name)
        yield f"POST {one}/restore", _keeps({"why": "x"}, entry_id=name)
        again = 409 if name in _ONCE else None
        yield f"POST {at}", replace(_keeps(contents[name], at_door=True), otherwise=again)


def operations(contents: Mapping[str, Json]) -> Mapping[str, Operation]:
    """Every operation by method and path, in an order in which the one whom they answer to may do them all."""
    import_ = f"{_DUERP}/imports/{{import_id}}"
    return {
        **dict.fromkeys(
            ["GET /livez", "GET /readyz", "GET /metrics", "GET /.well-known/oauth-protected-resource"],
            Operation(Whose.EVERYBODY),
        ),
        **dict.fromkeys(
            ["GET /v1/status", "GET /v1/backends", "GET /v1/models", "GET /v1/me", "GET /v1/duerp-scales"],
            Operation(Whose.CALLERS),
        ),
        "GET /v1/models/{model}": Operation(Whose.CALLERS, ids={"model": "model"}),
        "GET /v1/documents": Operation(Whose.CALLERS, query={"search": "fluorhydrique"}),
        "GET /v1/questions": Operation(Whose.CALLERS, query={"conversation": "{conversation}"}),
        "POST /v1/questions": Operation(
            Whose.CALLERS,
            {"question": "Et pour lui ?", "conversation": "{conversation}"},
            headers={"prefer": "respond-async"},
        ),
        "POST /v1/chat/completions": Operation(
            Whose.CALLERS, {"model": "vigie", "messages": [{"role": "user", "content": "Que dit la note ?"}]}
        ),
        "POST /v1/documents": Operation(Whose.SENDERS, {"scope": "unit:{unit}"}, file=True, at_door=True),
        "GET /v1/feedback": Operation(Whose.ADMINS),
        "GET /v1/usage": Operation(Whose.ADMINS),
        "GET /v1/dead-letters": Operation(Whose.ADMINS),
        "GET /v1/dead-letters/{letter_id}": Operation(Whose.ADMINS),
        "DELETE /v1/dead-letters/{letter_id}": Operation(Whose.ADMINS),
        "GET /v1/embedding": Operation(Whose.ADMINS),
        "POST /v1/embedding": Operation(Whose.ADMINS, {"model": "hashing"}),
        "DELETE /v1/embedding/next": Operation(Whose.ADMINS),
        "DELETE /v1/embedding/previous": Operation(Whose.ADMINS, otherwise=404),
        "GET /v1/admin/users": Operation(Whose.ADMINS, otherwise=404),
        "GET /v1/admin/groups": Operation(Whose.ADMINS, otherwise=404),
        "GET /v1/passages/{passage_id}": _reads(),
        "GET /v1/passages/{passage_id}/picture": Operation(Whose.READERS, otherwise=404),
        "GET /v1/passages/{passage_id}/picture.png": Operation(Whose.READERS, otherwise=404),
        "GET /v1/passages/{passage_id}/page": Operation(Whose.LINK),
        "GET /v1/documents/{document_id}": _reads(),
        "GET /v1/documents/{document_id}/passages": _reads(),
        "GET /v1/documents/{document_id}/events": _reads(),
        "PATCH /v1/documents/{document_id}": _keeps({"metadata": {"auteur": "x"}}),
        "POST /v1/documents/{document_id}/reindex": _keeps(),
        "POST /v1/dead-letters/{letter_id}/send": Operation(Whose.ADMINS, ids={"letter_id": "letter_to_send"}),
        "POST /v1/documents/{document_id}/rechunk": _keeps({"strategy": "sentences"}),
        "POST /v1/documents/{document_id}/keep": _keeps(),
        "DELETE /v1/documents/{document_id}": _keeps(),
        "GET /v1/questions/{question_id}": _asks(),
        "GET /v1/questions/{question_id}/events": _asks(),
        "GET /v1/questions/{question_id}/export": _asks(),
        "POST /v1/questions/{question_id}/cancel": _asks(),
        "PUT /v1/questions/{question_id}/feedback": _asks({"verdict": "down", "comment": "x"}),
        "POST /v1/questions/{question_id}/feedback": _asks({"verdict": "up"}),
        "GET /v1/questions/{question_id}/feedback": _asks(),
        "DELETE /v1/questions/{question_id}/feedback": _asks(),
        "PATCH /v1/conversations/{conversation_id}": _asks({"title": "x"}),
        "DELETE /v1/questions/{question_id}": _asks(),
        f"GET {_DUERP}": _reads(),
        f"GET {_DUERP}/overview": _reads(),
        f"GET {_DUERP}/review": _reads(),
        f"GET {_DUERP}/obligations": _reads(),
        f"GET {_DUERP}/reminders": _reads(),
        f"GET {_DUERP}/programme": _reads(year="2026"),
        f"GET {_DUERP}/figures": _reads(),
        f"GET {_DUERP}/figures/{{figure}}.svg": _reads(),
        "GET /v1/duerp-statistics/{delegation}": Operation(Whose.ADVISORS),
        f"GET {_DUERP}/exports/{{export_id}}": _reads(),
        f"GET {_DUERP}/exports/{{export_id}}/file": _reads(),
        f"GET {_DUERP}/year": _reads(year="{year}"),
        f"POST {_DUERP}/year": replace(_keeps({"year": 2026}, at_door=True), otherwise=409),
        f"POST {_DUERP}/year/answers": _keeps(
            {"year": 2026, "answers": [{"id": "{lines}", "revision": 1, "answer": "yes"}]}, at_door=True
        ),
        f"POST {_DUERP}/together": _keeps(
            {"what": "accept", "lines": [{"id": "{lines}", "revision": 1}]}, at_door=True
        ),
        f"POST {_DUERP}/share": replace(
            _keeps({"lines": [{"id": "{lines}", "revision": 99}]}, at_door=True), otherwise=412
        ),
        f"POST {_DUERP}/work-units/{{entry_id}}/duplicate": _keeps({"name": "x"}, at_door=True, entry_id="work-units"),
        f"GET {_DUERP}/changes": _reads(),
        f"GET {_DUERP}/versions": _reads(),
        f"GET {_DUERP}/versions/{{sequence}}": _reads(),
        f"GET {_DUERP}/versions/{{sequence}}/comparison": _reads(before="1"),
        f"GET {_DUERP}/verification": _reads(),
        f"GET {_DUERP}/export": _reads(format="csv"),
        f"GET {_DUERP}/extract": _reads(format="csv", work_unit="Salle blanche", since="2020-01-01"),
        f"GET {_DUERP}/work-units/{{work_unit}}/sheet": _reads(format="docx"),
        f"GET {_DUERP}/imports": _keeps(),
        f"GET {import_}": _keeps(),
        f"GET {import_}/lines": _keeps(),
        f"GET {import_}/actions": _keeps(),
        f"GET {import_}/report": _keeps(),
        f"GET {import_}/plan": _keeps(),
        f"PUT {import_}/mapping": _keeps({"columns": {}}, at_door=True),
        f"POST {import_}/write": _keeps({"replace": False}, at_door=True),
        f"POST {import_}/take-back": _keeps({"why": "x"}, at_door=True),
        f"POST {import_}/discard": _keeps(import_id="another_import"),
        f"POST {_DUERP}/imports": Operation(Whose.KEEPERS, {}, file=True, at_door=True),
        f"POST {_DUERP}/remarks": _keeps({"text": "x"}, at_door=True),
        f"POST {_DUERP}/drafts": _keeps({"work_unit": "{work_unit}", "description": "Un laser."}, at_door=True),
        f"POST {_DUERP}/versions": _keeps({"title": "x"}, at_door=True),
        f"PUT {_DUERP}": _keeps({"name": "x"}, at_door=True),
        **dict(_entries(contents)),
    }
