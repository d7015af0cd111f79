// A message is edited where it stands.

async function edit(row) {
  const open = document.querySelector(".message-edit");
  if (open) closeEditor(open.closest(".message"));
  const response = await ask(`${home}m/${row.dataset.id}/edit/`).catch(() => null);
  if (!response?.ok) return toast(response ? "refused" : "unreachable");
  const editor = document.createElement("div");
  editor.className = "message-edit";
  editor.setAttribute("aria-live", "off"); // it stands in a log, and isn't news
  editor.append(fragment(await response.text()));
  row = byId(row.id); // it may have been replaced meanwhile
  if (!row) return;
  keepPlace(row.closest(".log"), () => showEditor(row, editor));
  const { body } = editor.firstElementChild.elements;
  grow(body);
  body.focus();
  body.setSelectionRange(body.value.length, body.value.length);
  row.scrollIntoView({ block: "nearest" });
}

// My last message stands outside of what the page holds: go there first.
async function editFarther() {
  const response = await ask(`${home}c/${main().dataset.channel}/mine/`).catch(() => null);
  const link = response?.status === 200 && fragment(await response.text()).querySelector("a");
  if (!link) return;
  await visit(link.href);
  const row = byId(`c-m-${link.dataset.message}`);
  if (row) edit(row);
}

function showEditor(row, editor) {
  row.querySelector(".message-body").hidden = true;
  row.querySelector(".message-body").after(editor);
}

function closeEditor(row) {
  row.querySelector(".message-edit")?.remove();
  row.querySelector(".message-body").hidden = false;
  const composer = composerBeside(row);
  (composer ? composer.elements.body : row).focus();
}

async function saveEdit(form) {
  let response, text;
  try {
    response = await send(form.action, new FormData(form), { signal: AbortSignal.timeout(TIMEOUT) });
    text = await response.text();
  } catch {
    return showErrors(form, [failureText("unreachable")]);
  }
  const answer = fragment(text);
  if (response.ok && answer.querySelector(".message")) {
    closeEditor(form.closest(".message"));
    return takeChanges(answer);
  }
  const errors = [...answer.querySelectorAll(".errors li")].map((one) => one.textContent);
  const said = answer.querySelector("#main h1 + p")?.textContent;
  showErrors(form, errors.length ? errors : [said || failureText("error")]);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".message .composer.editing")) return;
  event.preventDefault();
  saveEdit(event.target);
});

document.addEventListener("click", (event) => {
  const cancel = within(event, ".message .composer.editing .cancel");
  if (!cancel) return;
  event.preventDefault();
  closeEditor(cancel.closest(".message"));
});
