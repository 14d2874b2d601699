"""Ask a running Open WebUI in Chromium, as a person would, and keep pictures of what was seen.

python -m lab.open_webui http://127.0.0.1:3000 --pictures open-webui-pictures     # `make test-openwebui`

Open WebUI is connected to a Vigie with the demo's corpora (docs/open-webui.md) and asks nobody to sign in. It ends with
1 when something that a person would expect was not seen. By hand: it needs playwright and Debian's chromium.
"""

import argparse
import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from playwright.sync_api import sync_playwright

_log = logging.getLogger("vigie.lab")

_PATIENCE_MS = 180_000
_REPLY = ".chat-assistant"
_ANSWERED = """([question, words]) => {
  const plain = text => (text || '').replaceAll('\u2019', "'");
  const asked = [...document.querySelectorAll('.chat-user')].at(-1);
  const told = [...document.querySelectorAll('.chat-assistant')].at(-1);
  return asked && told && plain(asked.innerText).includes(question)
    && asked.compareDocumentPosition(told) === Node.DOCUMENT_POSITION_FOLLOWING
    && words.some(word => plain(told.innerText).includes(word));
}"""
"""Whether the last reply is to this question and has one of the words; a long chat shows its last turns alone."""
_FILE = "Consigne interne : le palan Rho est vérifié chaque mardi.\n"


class Page:
    """A chat in the browser.

    Args:
        page: of the browser.
        pictures: folder of the pictures.
    """

    def __init__(self, page: Any, pictures: Path) -> None:
        self._page = page
        self._pictures = pictures
        self._asked = ""
        self.failures: list[str] = []

    def open(self, address: str) -> None:
        """Open a new chat, past the page's welcome."""
        self._page.goto(address)
        self._page.wait_for_selector("#chat-input")
        try:
            self._page.get_by_role("button", name="Okay, Let's Go!").click(timeout=5_000)
        except PlaywrightTimeoutError:
            _log.info("no welcome")

    def ask(self, question: str) -> None:
        """Type a question and send it."""
        self._page.click("#chat-input")
        self._page.keyboard.type(question)
        self._page.keyboard.press("Enter")
        self._asked = question

    def expect(self, what: str, *words: str) -> None:
        """Wait for the reply to have one of the words; keep a picture."""
        last = self._page.locator(_REPLY).last
        try:
            self._page.wait_for_function(_ANSWERED, arg=[self._asked, list(words)])
            self._page.get_by_role("button", name="Stop").wait_for(state="detached")
            self._note(what, ok=True, seen=last.inner_text())
        except PlaywrightTimeoutError:
            self._note(what, ok=False, seen=last.inner_text() if last.count() else "no reply")

    def stop(self, question: str) -> None:
        """Ask, and stop the answer at once."""
        self.ask(question)
        try:
            self._page.get_by_role("button", name="Stop").first.click(timeout=20_000)
            self._note("stop", ok=True, seen="stopped")
        except PlaywrightTimeoutError:
            self._note("stop", ok=False, seen="the answer was there before it could be stopped")

    def regenerate(self) -> None:
        """Ask for another answer to the last question."""
        self._page.evaluate("[...document.getElementsByClassName('regenerate-response-button')].at(-1).click()")

    def expect_second_answer(self) -> None:
        """Wait for the reply to be the second of two."""
        try:
            self._page.get_by_text("2/2").first.wait_for()
            self.expect("another answer", "Sources", "Je n'ai pas trouvé")
        except PlaywrightTimeoutError:
            self._note("another answer", ok=False, seen="no second answer")

    def attach(self, path: Path) -> None:
        """Attach a file to the next question."""
        self._page.set_input_files("input[type=file]", str(path))
        self._page.get_by_text(path.name).first.wait_for()

    def _note(self, what: str, *, ok: bool, seen: str) -> None:
        self._page.screenshot(path=self._pictures / f"{what.replace(' ', '-')}.png")
        _log.info("%s %s: %s", "ok  " if ok else "FAIL", what, " ".join(seen.split())[:300])
        self.failures += [] if ok else [what]


def visit(chat: Page, address: str) -> None:
    """Do what a person does on a first visit."""
    chat.open(address)
    chat.ask("À quelle fréquence mettre à jour le document unique ?")
    chat.expect("first question", "Sources")
    chat.ask("Et pour les entreprises de moins de onze salariés ?")
    chat.expect("follow-up", "Question comprise")
    chat.ask("Quel est le prix du billet de train pour Lyon ?")
    chat.expect("abstention", "Je n'ai pas trouvé")
    chat.ask("Merci")
    chat.expect("thanks", "Avec plaisir")
    chat.ask("Quelle est la valeur limite d'exposition professionnelle du plomb ?")
    chat.expect("before another answer", "Sources", "Je n'ai pas trouvé")
    chat.regenerate()
    chat.expect_second_answer()
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder) / "note.txt"
        note.write_text(_FILE, encoding="utf-8")
        chat.attach(note)
        chat.ask("Quand mettre à jour le document unique ?")
        chat.expect("file", "n'ont pas été lus")
    chat.stop("Quelles précautions prendre pour des travaux exposant à des agents cancérogènes ?")


def main() -> int:
    """Run the visit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--pictures", type=Path, default=Path("open-webui-pictures"))
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    options.pictures.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 900})
        page.set_default_timeout(_PATIENCE_MS)
        chat = Page(page, options.pictures)
        visit(chat, options.address)
        browser.close()
    return 1 if chat.failures else 0


if __name__ == "__main__":
    sys.exit(main())
