"""S22: whatever somebody gives as an id or a name, the client asks at the address of that id, and at no other one."""

from collections.abc import Awaitable, Callable
from urllib.parse import unquote
from uuid import uuid4

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.client import Problem, VigieClient
from shared.http_api.documents import DocumentEdit
from shared.http_api.questions import AnswerFormat
from tests.shared.test_client import Gateway

ID = uuid4()
ASKED: dict[str, tuple[str, Callable[[VigieClient, str], Awaitable[object]]]] = {
    "document": ("/v1/documents/{}", lambda client, name: client.document(name)),
    "edit": ("/v1/documents/{}", lambda client, name: client.edit(name, DocumentEdit(title="x"))),
    "reindex": ("/v1/documents/{}/reindex", lambda client, name: client.reindex(name)),
    "withdraw": ("/v1/documents/{}", lambda client, name: client.withdraw(name)),
    "keep": ("/v1/documents/{}/keep", lambda client, name: client.keep(name)),
    "passages": ("/v1/documents/{}/passages", lambda client, name: anext(client.passages(name))),
    "events": ("/v1/documents/{}/events", lambda client, name: anext(client.events(name))),
    "passage": ("/v1/passages/{}", lambda client, name: client.passage(name)),
    "picture": ("/v1/passages/{}/picture", lambda client, name: client.picture(name)),
    "picture file": ("/v1/passages/{}/picture.png", lambda client, name: client.picture_file(name)),
    "question": ("/v1/questions/{}", lambda client, name: client.question(name)),
    "cancel": ("/v1/questions/{}/cancel", lambda client, name: client.cancel(name)),
    "forget": ("/v1/questions/{}", lambda client, name: client.forget(name)),
    "feedback": ("/v1/questions/{}/feedback", lambda client, name: client.feedback(name)),
    "take back": ("/v1/questions/{}/feedback", lambda client, name: client.take_back(name)),
    "follow": ("/v1/questions/{}/events", lambda client, name: anext(client.follow(name))),
    "answer": ("/v1/questions/{}/export", lambda client, name: client.export_answer(name, AnswerFormat.MD)),
    "unit": ("/v1/duerp/{}/overview", lambda client, name: client.duerp(name).overview()),
    "figures": ("/v1/duerp/{}/figures", lambda client, name: client.duerp(name).figures.all()),
    "reminders": ("/v1/duerp/{}/reminders", lambda client, name: client.duerp(name).year.reminders(30)),
    "export": ("/v1/duerp/UMR1/exports/{}", lambda client, name: client.duerp("UMR1").export_progress(name)),
    "file": ("/v1/duerp/UMR1/exports/{}/file", lambda client, name: client.duerp("UMR1").export_file(name)),
    "statistics": ("/v1/duerp-statistics/{}", lambda client, name: client.duerp_statistics(name)),
}


@pytest.mark.parametrize(("address", "ask"), ASKED.values(), ids=ASKED)
@given(name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
@example(name=".")
@example(name="..")
@example(name=f"../documents/{ID}")
@example(name=f"..%2Fdocuments%2F{ID}")
@example(name=f"{ID}?grace_s=0#")
@example(name="http://ailleurs.example/")
@example(name="a\r\nx-canari: 1\r\n\r\n")
@example(name="\x1b[31m\x00")
async def test_s22_a_name_leads_to_its_own_address(
    address: str, ask: Callable[[VigieClient, str], Awaitable[object]], name: str
) -> None:
    gateway = Gateway(httpx.Response(404, json={"type": "urn:vigie:problem:not-found", "title": "x", "status": 404}))
    with pytest.raises(Problem):
        await ask(gateway.client(attempts=1), name)
    url = gateway.requests[-1].url
    before, _, after = address.partition("{}")
    asked = url.raw_path.partition(b"?")[0].decode()
    assert url.host == "vigie"
    assert (asked.startswith(before), asked.endswith(after)) == (True, True)
    segment = asked.removeprefix(before).removesuffix(after)
    assert "/" not in segment
    assert unquote(segment) == name
