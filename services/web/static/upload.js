// Files and folders are sent one by one, each told as it goes; without scripts the form sends them all at once.
const form = document.querySelector("[data-upload]");
if (form) {
  const files = form.querySelector("#files");
  const folder = form.querySelector("#folder");
  const list = form.querySelector(".uploads");
  let dropped = [];

  folder.addEventListener("change", () => { files.required = folder.files.length === 0; });

  // A folder that is dropped is walked through; what is hidden in it is no document.
  const inside = async (entry, path) => {
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      return [{ file, path: path + file.name }];
    }
    const reader = entry.createReader();
    const found = [];
    for (let some; (some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length;) {
      for (const each of some) if (!each.name.startsWith(".")) found.push(...await inside(each, `${path}${entry.name}/`));
    }
    return found;
  };
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", async (event) => {
    event.preventDefault();
    form.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((each) => each.webkitGetAsEntry()).filter(Boolean);
    dropped = (await Promise.all(entries.map((each) => inside(each, "")))).flat();
    send();
  });

  const tell = (line, words, isWrong) => {
    line.lastElementChild.textContent = words;
    line.classList.toggle("problem", isWrong);
  };
  const sendOne = async ({ file, path }, line) => {
    if (file.size > Number(form.dataset.max)) { tell(line, form.dataset.large, true); return; }
    tell(line, form.dataset.sending, false);
    const body = new FormData();
    body.append("scope", form.querySelector("#scope").value);
    body.append("files", file, path);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "x-one-of-many": "1", "hx-request": "true" } });
      if (answer.headers.has("hx-redirect")) { location.assign(answer.headers.get("hx-redirect")); return; }
      const told = new DOMParser().parseFromString(await answer.text(), "text/html");
      const wrong = told.querySelector(".problem");
      if (!answer.ok && !wrong) tell(line, told.querySelector("main p")?.textContent ?? form.dataset.lost, true);
      else tell(line, wrong ? wrong.lastChild.textContent : form.dataset.sent, Boolean(wrong));
    } catch {
      tell(line, form.dataset.lost, true);
    }
  };
  const send = async () => {
    const picked = [...files.files, ...folder.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
    const all = [...dropped, ...picked];
    dropped = [];
    list.replaceChildren(...all.map(({ path }) => {
      const line = document.createElement("li");
      line.append(Object.assign(document.createElement("strong"), { textContent: path }), " ", document.createElement("span"));
      return line;
    }));
    if (!all.length) {
      const line = document.createElement("li");
      line.append("", document.createElement("span"));
      tell(line, form.dataset.empty, true);
      list.append(line);
      return;
    }
    form.setAttribute("aria-busy", "true");
    for (const [n, each] of all.entries()) await sendOne(each, list.children[n]);
    form.removeAttribute("aria-busy");
    if (list.querySelector(".problem")) {
      form.querySelectorAll("input[type=file]").forEach((each) => { each.value = ""; });
      files.required = true;
      const rows = document.querySelector("#documents");
      if (rows) htmx.ajax("GET", "/documents/rows", { target: "#documents", swap: "outerMorph" });
    } else {
      location.assign("/documents");
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (!form.hasAttribute("aria-busy")) send();
  });
}
