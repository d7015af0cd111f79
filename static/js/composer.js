// Composers: Enter sends, the text grows, errors stand by it. A form that edits a message answers to the same keys.

const growsItself = CSS.supports("field-sizing", "content");
const composerBeside = (row) => row.closest(".conversation, .panel")?.querySelector("form.composer:not(.editing)");

function grow(area) {
  countLeft(area);
  if (growsItself) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
}

function prepareComposers() {
  for (const form of composers()) {
    restoreDraft(form);
    refreshComposer(form);
  }
  showTyping();
}

// Its text was put there, not typed.
function refreshComposer(form) {
  grow(form.elements.body);
}

function showErrors(form, errors) {
  const { body } = form.elements;
  form.querySelector(".errors").replaceChildren(...errors.map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
  if (errors.length) body.setAttribute("aria-invalid", "true");
  else body.removeAttribute("aria-invalid");
  grow(body);
  if (errors.length) body.focus();
}

function submitComposer(form) {
  const { body, thread, also_in_channel: also } = form.elements;
  body.focus();
  if (!body.value.trim()) return;
  const nonce = newNonce();
  post({
    nonce,
    member: me,
    url: form.action,
    channel: main().dataset.channel,
    thread: thread?.value,
    also: also?.checked,
    body: body.value,
    draft: draftSent(form, nonce),
    at: new Date().toISOString(),
  });
  body.value = "";
  if (also) also.checked = false;
  showErrors(form, []);
  const rows = byId("c-rows");
  if (!thread && rows.dataset.newest === "0") fetchNewest().then((came) => came && toEnd(rows.closest(".log")));
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("#channel-composer, #thread-composer")) return;
  event.preventDefault();
  submitComposer(event.target);
});

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form.composer");
  if (!form || target.name !== "body") return;
  if (target.hasAttribute("aria-invalid")) showErrors(form, []);
  grow(target);
  if (!form.matches(".editing")) keepDraft(form);
});

const isComposing = (event) => event.isComposing || event.keyCode === 229; // Safari tells it by the code alone

document.addEventListener("keydown", (event) => {
  const area = within(event, "form.composer textarea");
  if (!area || isComposing(event)) return;
  if (event.key === "Enter" && !event.shiftKey && !event.altKey && (!coarse.matches || event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    area.form.requestSubmit();
  } else if (event.key === "ArrowUp" && isPlain(event) && !area.value && !area.form.matches(".editing")) {
    const rows = area.closest(".conversation, .panel").querySelector(".rows");
    const last = rowsIn(rows).findLast((row) => row.dataset.id && isMine(row) && !row.matches(".deleted"));
    event.preventDefault();
    if (last) edit(last);
    else if (rows.id === "c-rows") editFarther();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.shiftKey || event.defaultPrevented || isComposing(event) || within(event, "dialog, [popover]")) return;
  const row = within(event, ".message");
  if (within(event, ".composer.editing") && row) return closeEditor(row);
  const close = within(event, ".panel") && document.querySelector("#panel .close");
  if (close) close.click();
  else if (row) composerBeside(row)?.elements.body.focus();
});
