// What is typed stays until it is sent: one draft for each channel and thread. Signing out takes them along.

const PREFIX = "workchat:";

function stored(storage, name) {
  try {
    return storage.getItem(PREFIX + name);
  } catch {
    return null; // the browser keeps nothing
  }
}

function store(storage, name, value) {
  try {
    if (value) storage.setItem(PREFIX + name, value);
    else storage.removeItem(PREFIX + name);
  } catch {
    // nothing is kept, then
  }
}

const draftName = (form) => `draft:${me}:${new URL(form.action).pathname}:${form.elements.thread?.value ?? ""}`;
const keepDraft = (form) => store(localStorage, draftName(form), form.elements.body.value);

function restoreDraft(form) {
  const { body } = form.elements;
  if (!body.value) body.value = stored(localStorage, draftName(form)) ?? "";
}

function forgetAll() {
  for (const storage of [localStorage, sessionStorage]) {
    for (const name of Object.keys(storage)) if (name.startsWith(PREFIX)) storage.removeItem(name);
  }
}

document.addEventListener("submit", ({ target }) => {
  if (target.matches(".sidebar form[action$='/logout/']")) forgetAll();
});
