// What is typed into a form stays in this tab until it has arrived: over a reload, a lost connection, a session that ends.
const PENDING = "pending";

const isKept = (field) => field.form?.method === "post" && field.name
  && (field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && ["text", "search"].includes(field.type)));
const key = (field) => {
  if (field.dataset.draft) return `typed-${field.dataset.draft}`;
  const action = new URL(field.form.action).pathname;
  const alike = [...document.forms].filter((each) => new URL(each.action).pathname === action);
  return `typed-${location.pathname} ${action} ${field.name} ${alike.indexOf(field.form)}`;
};
const restore = () => {
  for (const field of [...document.forms].flatMap((form) => [...form.elements]).filter(isKept)) {
    const kept = JSON.parse(sessionStorage.getItem(key(field)) ?? "null");
    // What the server says meanwhile wins over what was typed on something else; a long text waits for its own page.
    if (kept && (!field.defaultValue || kept.was === field.defaultValue || "draftUntil" in field.dataset)) field.value = kept.is;
  }
};
const forget = (keys) => keys.forEach((each) => sessionStorage.removeItem(each));

// A page that came of sending tells that it has arrived, unless it is a refusal or the session had ended.
const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "[]");
sessionStorage.removeItem(PENDING);
const isUnsent = document.cookie.split("; ").includes("vigie-unsent=1") || document.querySelector("[data-unsent]");
document.cookie = "vigie-unsent=; path=/; max-age=0; samesite=lax";
const [came] = performance.getEntriesByType("navigation");
if (!isUnsent && came?.type === "navigate") forget(pending);
for (const each of document.querySelectorAll("[data-draft-done]")) forget([`typed-${each.dataset.draftDone}`]);
restore();

document.addEventListener("input", ({ target }) => {
  if (isKept(target)) sessionStorage.setItem(key(target), JSON.stringify({ was: target.defaultValue, is: target.value }));
});
document.addEventListener("submit", ({ target }) => {
  const sent = [...target.elements].filter((field) => isKept(field) && !("draftUntil" in field.dataset)).map(key);
  sessionStorage.setItem(PENDING, JSON.stringify(sent));
});
document.addEventListener("htmx:after:swap", () => {
  const there = new Set([...document.forms].flatMap((form) => [...form.elements]).filter(isKept).map(key));
  forget(JSON.parse(sessionStorage.getItem(PENDING) ?? "[]").filter((each) => !there.has(each)));
  restore();
});
