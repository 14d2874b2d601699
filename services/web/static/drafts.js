// What is typed or chosen in a form stays in this tab until it has arrived: over a reload, a lost connection, a session that ends.
const PENDING = "pending";
const NEVER = ["hidden", "file", "password", "submit", "reset", "button", "image"];

const isTicked = (field) => field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type);
const isChoice = (field) => isTicked(field) || field instanceof HTMLSelectElement;
// Files cannot be kept; whom they are for is chosen anew with each.
const isKept = (field) => field.form?.method === "post" && field.name && !("upload" in field.form.dataset)
  && (field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement
    || (field instanceof HTMLInputElement && !NEVER.includes(field.type)));
const kept = () => [...document.forms].flatMap((form) => [...form.elements]).filter(isKept);
const key = (field) => {
  if (field.dataset.draft) return `typed-${field.dataset.draft}`;
  const action = new URL(field.form.action).pathname;
  const alike = [...document.forms].filter((each) => new URL(each.action).pathname === action);
  const which = field.type === "checkbox" ? `${field.name}=${field.value}` : field.name;
  return `typed-${location.pathname} ${action} ${which} ${alike.indexOf(field.form)}`;
};
// Of radio buttons, all of one name are one field.
const group = (field) => [...field.form.elements].filter((each) => each.type === "radio" && each.name === field.name);
const told = (field) => {
  if (field.type === "radio") return group(field).find((each) => each.defaultChecked)?.value ?? "";
  if (field.type === "checkbox") return field.defaultChecked ? "1" : "";
  if (!(field instanceof HTMLSelectElement)) return field.defaultValue;
  return ([...field.options].find((each) => each.defaultSelected) ?? field.options[0])?.value ?? "";
};
const said = (field) => {
  if (field.type === "radio") return group(field).find((each) => each.checked)?.value ?? "";
  if (field.type === "checkbox") return field.checked ? "1" : "";
  return field.value;
};
const put = (field, value) => {
  if (field.type === "radio") field.checked = field.value === value;
  else if (field.type === "checkbox") field.checked = value === "1";
  else if (!(field instanceof HTMLSelectElement) || [...field.options].some((each) => each.value === value)) field.value = value;
};
const keep = (field) => sessionStorage.setItem(key(field), JSON.stringify({ was: told(field), is: said(field) }));
// What is ticked in a table is for the act at hand, kept over a refusal and once: later, more would be done than one meant.
const isOfTable = (field) => isChoice(field) && field.hasAttribute("form");
const restore = () => {
  for (const field of kept()) {
    const typed = JSON.parse(sessionStorage.getItem(key(field)) ?? "null");
    // What the server says meanwhile wins over what was typed on something else; a long text waits for its own page.
    if (typed && (!told(field) || typed.was === told(field) || "draftUntil" in field.dataset)) put(field, typed.is);
    if (typed && isOfTable(field)) forget([key(field)]);
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
  if (isKept(target) && !isOfTable(target)) keep(target);
});
document.addEventListener("submit", ({ target }) => {
  const sent = [...target.elements].filter(isKept);
  sent.filter((field) => said(field) !== told(field)).forEach(keep);  // typed before this script was there, or ticked in a table
  sessionStorage.setItem(PENDING, JSON.stringify(sent.filter((field) => !("draftUntil" in field.dataset)).map(key)));
});
document.addEventListener("htmx:after:swap", () => {
  const there = new Set(kept().map(key));
  forget(JSON.parse(sessionStorage.getItem(PENDING) ?? "[]").filter((each) => !there.has(each)));
  restore();
});
