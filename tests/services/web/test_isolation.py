"""No page of one person shows anything of another: fifty sessions, at random, at once; what they send is theirs too."""

import asyncio
import random
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from services.web.app import create_app
from services.web.http.assets import FOLDER
from services.web.settings import SessionSettings, WebSettings
from services.web.sign_in.local import OneTimeCode
from tests.services.web.conftest import LocalPeopleOfTest, an_answer, browser
from tests.services.web.test_ask import QUESTION, events, listed
from tests.services.web.test_documents import ME, a_document
from tests.services.web.test_duerp import LINE, UNIT, WORK_UNIT, a_line, entry
from tests.services.web.test_passages import a_passage

SESSIONS, VISITS = 50, 8


READ = (
    "/",
    "/conversations",
    f"/conversations/{uuid4()}",
    "/passages/x",
    "/duerp/UMR1",
    "/duerp",
    "/documents",
    "/admin",
    f"/questions/{QUESTION}/events",
    f"/questions/{QUESTION}/file?format=md",
    "/passages/v.1",
    "/passages/v.1/picture",
    "/passages/v.1/picture.png",
    "/duerp/UMR5219/lines",
    f"/duerp/UMR5219/lines/{LINE}",
    "/duerp/UMR5219/file?format=csv",
    f"/duerp/UMR5219/work-units/{WORK_UNIT}/proposals",
)
ROW = f"/duerp/UMR5219/lines/{LINE}/row"


def marked(person: str) -> str:
    return f"secret of {person} end"


def told_to(owner: str, request: httpx.Request) -> httpx.Response:
    """What the gateway tells somebody bears their mark; the line that they change is another one by now."""
    path, mark = request.url.path, marked(owner)
    if path in {f"{UNIT}/export", f"/v1/questions/{QUESTION}/export", "/v1/passages/v.1/picture.png"}:
        return httpx.Response(200, text=mark)
    if path.endswith("/events"):
        stream = events(
            ("sentence", {"text": mark, "citations": []}), ("answer", an_answer(question=mark, answer=mark))
        )
        return httpx.Response(200, text=stream, headers={"content-type": "text/event-stream"})
    told = an_answer(question=mark, answer=mark, id=str(uuid4()))
    scopes = [ME["scopes"][-1] | {"scope": f"unit:{mark} {n}"} for n in range(2)] + [*ME["scopes"]]
    answers = {
        "/v1/questions": listed(told),
        "/v1/me": ME | {"subject": owner, "scopes": scopes},
        "/v1/documents": {"documents": [a_document(title=mark)], "next": None},
        f"{UNIT}/lines/{LINE}": a_line(hazard=mark),
        f"{UNIT}/work-units": {"entries": [], "next": None},
        f"{UNIT}/work-units/{WORK_UNIT}": entry("work_unit", {"name": mark, "description": mark}, WORK_UNIT),
        f"{UNIT}/lines": {"entries": [a_line(hazard=mark)], "next": None},
        f"{UNIT}/statements": {"entries": [], "next": None},
        f"{UNIT}/shared-lines": {"entries": [], "next": None},
        "/v1/passages/v.1": a_passage(title=mark, text=mark),
    }
    if request.method == "PUT":
        return httpx.Response(412, json={"type": "x", "title": "x", "status": 412, "detail": mark})
    if path in answers:
        return httpx.Response(200, json=answers[path])
    if path.startswith("/v1/questions/") and not path.endswith("feedback"):
        return httpx.Response(200, json=told)
    return httpx.Response(404, json={"type": "x", "title": "x", "status": 404, "detail": mark})


@pytest.mark.thorough
async def test_fifty_sessions_at_random_see_nothing_of_each_other(tmp_path: Path) -> None:
    people = [f"person-{n:02}" for n in range(SESSIONS)]
    order = random.Random(14)

    async def answer(request: httpx.Request) -> httpx.Response:
        """Tell what is that person's, after a while that differs."""
        await asyncio.sleep(order.random() / 200)
        owner = request.headers["authorization"].rpartition("-of-")[2]
        return told_to(owner, request)

    settings = WebSettings(
        gateway_url="http://gateway.test",
        secure_cookies=False,
        sign_in_code_file=tmp_path / "sign-in",
        sessions=SessionSettings(url=f"sqlite+aiosqlite:///{tmp_path / 'web.db'}"),
    )
    known = LocalPeopleOfTest(known=("local-operator", *people))
    app = create_app(settings, known, transport=httpx.MockTransport(answer))
    async with AsyncExitStack() as opened:
        await opened.enter_async_context(app.router.lifespan_context(app))
        browsers = {person: await opened.enter_async_context(browser(app)) for person in people}
        for person, http in browsers.items():
            await http.get(f"/sign-in?code={OneTimeCode(tmp_path / 'sign-in').current()}")
            await http.post("/people", data={"name": person})

        async def visit(person: str) -> None:
            for _ in range(VISITS):
                path = order.choice([*READ, ROW])
                form = {"revision": "2", "hazard": f"Mine, {marked(person)}"}
                http = browsers[person]
                text = (await (http.post(path, data=form) if path == ROW else http.get(path))).text
                seen = {each for each in people if marked(each) in text}
                assert seen == {person}, (path, person, seen)

        await asyncio.gather(*map(visit, people))


def test_nothing_that_is_served_names_another_host() -> None:
    for file in FOLDER.glob("*.*"):
        assert "http://" not in file.read_text().replace("http://www.w3.org", ""), file.name
        assert "https://" not in file.read_text(), file.name
