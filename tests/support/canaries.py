"""A word of its own for each thing that people write, through the API and through the pages, to look for afterwards."""

import asyncio
import re
from pathlib import Path
from uuid import uuid4

import httpx

from services.standalone.local_issuer import Person
from shared.access import Role
from shared.client import VigieClient
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.unit import WorkUnit
from shared.http_api.feedback import Verdict
from shared.http_api.questions import QuestionQuery
from tests.e2e.conftest import ended
from tests.support.people import RealmPeople
from tests.support.processes import Processes

KINDS = (
    "document", "filename", "title", "metadata", "question", "conversation", "name", "line", "workunit", "description",
    "feedback", "searched", "broken", "imported", "refused",
)  # fmt: skip
PAGE_KINDS = (
    "document", "filename", "metadata", "question", "conversation", "line", "workunit", "description", "feedback",
    "searched", "broken", "imported", "refused",
)  # fmt: skip
WORDS = {kind: f"serin{kind}" for kind in KINDS}
"""What is written through the API, by kind."""
PAGE_WORDS = {kind: f"pinson{kind}" for kind in PAGE_KINDS}
"""What is typed into pages, by kind."""
PLANTED = "serinplanted"
"""Put by a test where no service would put it: a search that does not find it finds nothing."""
CANARIES = (*WORDS.values(), *PAGE_WORDS.values(), PLANTED)
UNIT = "UMR5219"
ALICE = Person(WORDS["name"], units=(UNIT,), roles=(Role.PREVENTION_ASSISTANT,))


def canaries_in(told: bytes | str) -> set[str]:
    """Return the words that stand somewhere, in letters of any size."""
    lowered = (told if isinstance(told, str) else told.decode("utf-8", "replace")).lower()
    return {word for word in CANARIES if word in lowered}


async def write_through_api(client: VigieClient, folder: Path) -> None:
    """Use each place in which people write, and each way in which it is refused."""
    words = WORDS
    note = f"# {words['document']}\n\nPorter des gants dans l'atelier {words['document']}.\n".encode()
    name, metadata = f"{words['filename']}.md", {"lieu": words["metadata"]}
    sent = await client.submit(name, note, scope=f"unit:{UNIT}", title=words["title"], metadata=metadata)
    assert (await ended(client, sent)).state == "indexed"
    broken = await client.submit(f"{words['broken']}.pdf", f"%PDF-1.7 {words['broken']}".encode(), scope=f"unit:{UNIT}")
    assert (await ended(client, broken)).state == "failed"
    answer = await client.ask(f"Faut-il des gants dans l'atelier {words['document']}, {words['question']} ?")
    assert words["document"] in (answer.answer or "")
    conversation = uuid4()
    for number in range(2):  # the first question is the title of its conversation
        await client.ask(f"Que dire de {words['conversation']} {number} ?", conversation=str(conversation))
    await client.judge(answer.id, Verdict.DOWN, comment=f"Non, {words['feedback']}.")
    duerp = client.duerp(UNIT)
    place = await duerp.add(WorkUnit(name=words["workunit"]))
    await duerp.add(Line(work_unit=place.id, hazard=words["line"], situation=f"Bruit de la {words['line']}"))
    await duerp.draft(place.id, f"Nous portons des charges de 40 kg, dit {words['description']}.")
    file = folder / "duerp.csv"
    file.write_text(_table(words["imported"]), encoding="utf-8")
    await duerp.imports.until_read((await duerp.imports.begin(file)).id)
    for address in ("/v1/questions", "/v1/documents"):
        assert (await client.http.get(address, params={"search": words["searched"]})).status_code < 500
    assert (await client.http.get(f"/v1/{words['refused']}")).status_code == 404
    assert (await client.http.post("/v1/questions", json={"question": [words["refused"]]})).status_code == 422


def _table(hazard: str) -> str:
    return f"Unité de travail;Famille;Danger\nAtelier;Bruit;{hazard}\n"


class Browser:
    """Whoever signs in to the pages of a stack at its Keycloak, and fills in their forms."""

    def __init__(self, stack: Processes, http: httpx.AsyncClient) -> None:
        self._stack = stack
        self._http = http

    async def sign_in(self, person: Person) -> None:
        people = self._stack.people
        assert isinstance(people, RealmPeople)
        left = await self._http.get("/sign-in")
        account = people.account(person)
        back = await asyncio.to_thread(people.realm.fill_in, left.headers["location"], account)
        assert (await self._http.get(back)).headers["location"] == "/"

    async def page(self, address: str, status: int = 200, **parameters: str) -> str:
        response = await self._http.get(address, params=parameters)
        assert response.status_code == status, (address, response.status_code)
        return response.text

    async def send(self, form: str, files: dict[str, tuple[str, bytes]] | None = None, **fields: str) -> str:
        """Send a form; return where it leads."""
        response = await self._http.post(form, data=fields, files=files)
        assert response.status_code == 303, (form, response.status_code, response.text)
        return str(response.headers["location"])


async def type_into_pages(browser: Browser, client: VigieClient) -> None:
    """Fill in the forms of the pages, one of each kind; `client` tells what has ended."""
    await _ask_on_a_page(browser, client)
    await _send_on_a_page(browser, client)
    await _keep_on_pages(browser, client)
    for page in ("/documents", "/conversations"):
        await browser.page(page, search=PAGE_WORDS["searched"])
    await browser.page(f"/{PAGE_WORDS['refused']}", status=404)


async def _ask_on_a_page(browser: Browser, client: VigieClient) -> None:
    words, conversation = PAGE_WORDS, str(uuid4())
    question = f"Faut-il des gants, {words['question']} ?"
    await browser.send("/ask", conversation=conversation, key=uuid4().hex, question=question)
    [asked] = [each async for each in client.questions(QuestionQuery()) if words["question"] in each.question]
    assert words["question"] in await browser.page(f"/questions/{asked.id}/events")  # until it is whole
    await browser.send(f"/questions/{asked.id}/feedback", verdict="down", comment=words["feedback"])
    await browser.send(f"/conversations/{conversation}/title", title=words["conversation"])


async def _send_on_a_page(browser: Browser, client: VigieClient) -> None:
    words, scope = PAGE_WORDS, f"unit:{UNIT}"
    note = f"# Consigne\n\nPorter des lunettes dans l'atelier {words['document']}.\n".encode()
    for name, content, state in (
        (f"{words['filename']}.md", note, "indexed"),
        (f"{words['broken']}.pdf", f"%PDF-1.7 {words['broken']}".encode(), "failed"),
    ):
        await browser.send("/documents", {"files": (name, content)}, scope=scope)
        [sent] = [each async for each in client.documents() if each.file_name == name]
        assert (await ended(client, sent)).state == state
        if state == "indexed":
            page = await browser.page(f"/documents/{sent.id}")
            revision = re.search(r'name="revision" value="([0-9a-f]{16})"', page)
            assert revision
            await browser.send(f"/documents/{sent.id}", title=name, author=words["metadata"], revision=revision[1])


async def _keep_on_pages(browser: Browser, client: VigieClient) -> None:
    words, home = PAGE_WORDS, f"/duerp/{UNIT}"
    await browser.send(f"{home}/work-units", name=words["workunit"])
    [place] = [each async for each in client.duerp(UNIT).entries(WorkUnit) if each.content.name == words["workunit"]]
    await browser.send(f"{home}/lines", work_unit=str(place.id), hazard=words["line"])
    described = f"Nous soudons à l'arc, dit {words['description']}."
    await browser.send(f"{home}/work-units/{place.id}/describe", description=described, revision=str(place.revision))
    table = {"file": ("duerp.csv", _table(words["imported"]).encode())}
    begun = await browser.send(f"{home}/imports", table)
    await client.duerp(UNIT).imports.until_read(begun.rpartition("/")[2])
    assert words["imported"] in await browser.page(begun, step="lines")
