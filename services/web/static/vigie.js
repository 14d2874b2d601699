// What a page does beside its links and forms. Without scripts everything works all the same, one page after another.

// Enter sends a question, Shift+Enter begins a new line; on a telephone Enter is a new line and the button sends.
const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)");
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !hasKeyboard.matches) return;
  if (!(field instanceof HTMLTextAreaElement) || !field.matches("#question")) return;
  event.preventDefault();
  field.form.requestSubmit();
});

// Who signs out leaves no words behind.
document.addEventListener("submit", (event) => {
  if (new URL(event.target.action).pathname === "/sign-out") sessionStorage.clear();
});

// A form is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get") return; // what it asks for may be a file, and the page stays
  if (form.dataset.submitted) event.preventDefault();
  form.dataset.submitted = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.submitted;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

// What is copied of an answer keeps its sources.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  button.setAttribute("role", "status");
  button.textContent = button.dataset.done;
});

// Who opens a passage is taken to it, and back to the mark with Escape.
let opener = null;
document.addEventListener("click", (event) => {
  const mark = event.target.closest("a[hx-get]");
  if (mark && !mark.closest("#source")) opener = mark;
});
let shown = null;
document.addEventListener("htmx:after:swap", () => {
  const title = document.querySelector("#source #passage-title");
  if (!title || !opener || title === shown) return;
  shown = title;
  title.focus({ preventScroll: true });
  const words = document.querySelector("#source .as-picture") ? null : document.querySelector("#source mark");
  (words ?? title).scrollIntoView({ block: "center" });
});
// A page's picture is moved to the words that are marked in it; what one reads beside it stays where it is.
document.addEventListener("htmx:after:swap", () => {
  for (const picture of document.querySelectorAll(".page-picture figure:not([data-seen])")) {
    picture.dataset.seen = "1";
    const view = picture.querySelector(".scrolled");
    const mark = picture.querySelector("rect")?.getBoundingClientRect();
    if (mark) view.scrollTop += mark.top - view.getBoundingClientRect().top - view.clientHeight / 3;
  }
});
// Who edits a row goes on in it, and is back at its link when it is saved.
let edited = null;
document.addEventListener("htmx:after:swap", () => {
  const field = document.querySelector("tr.editing textarea");
  if (field) {
    edited = field.closest("tr").id;
    if (!field.closest("tr").contains(document.activeElement)) field.focus();
  } else if (edited) {
    document.querySelector(`#${CSS.escape(edited)} a[hx-get]`)?.focus();
    edited = null;
  }
});

// Who decides on a proposal goes on from where it stood.
document.addEventListener("htmx:after:swap", () => {
  const answered = document.querySelector("[data-answer]");
  answered?.removeAttribute("data-answer");
  answered?.focus();
});

document.addEventListener("keydown", (event) => {
  const panel = document.querySelector("#source");
  if (event.key !== "Escape" || !panel?.firstChild) return;
  panel.replaceChildren();
  opener?.focus();
  opener = null;
});

// A link to a passage that stands on another page of its document goes there: `#p412`.
const passage = /^#p(\d+)$/.exec(location.hash);
if (passage && document.querySelector(".passages") && !document.querySelector(location.hash)) {
  const there = new URL(location);
  there.search = `?passage=${passage[1]}`;
  if (there.search !== location.search) location.replace(there);
}
