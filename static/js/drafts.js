// Drafts: one for each channel and thread, kept by the server for all of one's devices. What the server hasn't
// acknowledged stays in the browser as well, and comes back with the next page.
//
// Each save names a revision and the one it follows. A save that was overtaken, by another device or by the sending of
// its text, learns what stands there, and is made again if there still is something to keep.

const DRAFT_PAUSE = 1200; // ms after a keystroke
const DRAFT_LATEST = 8000; // ms that one types without a pause
const DRAFT_AGAIN = 15_000; // ms after a save that failed
const WRITES = 3000; // ms after a keystroke in which a text isn't replaced under its writer's hands
const drafts = new Map(); // by place
const prepared = new WeakSet(); // composers that show theirs

const composers = () => [...document.querySelectorAll("#channel-composer, #thread-composer")];
const draftName = (channel, thread) => `draft:${me}:${channel}:${thread ?? ""}`;

function draftOf({ dataset, elements }) {
  const name = draftName(dataset.channel, elements.thread?.value);
  if (!drafts.has(name)) {
    drafts.set(name, {
      name,
      channel: dataset.channel,
      thread: elements.thread?.value ?? "",
      url: dataset.draftUrl,
      base: "", // the revision that the server has, as far as this page knows
      known: new Set(), // that one and those before it
      body: "", // the text here
      unsaved: false,
      onItsWay: "", // the revision of a save under way
      before: "", // the same of a page before this one, that may have come through
      told: "", // the newest that another device told of
      timer: 0,
      since: 0, // when the oldest unsaved word was typed, and the newest
      typedAt: 0,
    });
  }
  return drafts.get(name);
}

function follow(draft, revision) {
  draft.base = revision;
  draft.known.add(revision);
}

// A composer that came with a page shows the page's draft, unless this tab or this browser knows a newer one.
function restoreDraft(form) {
  const { body } = form.elements;
  const draft = draftOf(form);
  const { draft: revision, draftEarlier } = form.dataset;
  const isNew = !prepared.has(form);
  prepared.add(form);
  if (draft.unsaved || draft.onItsWay) {
    if (isNew) body.value = draft.body;
    return;
  }
  const sent = outbox.find((item) => revision && words(item.draft).includes(revision));
  if (isNew && body.hasAttribute("aria-invalid")) return; // shown again with what is wrong in it
  if (sent && !draft.known.has(revision)) draft.known.add(revision).add(sent.nonce);
  if (sent && !draft.base) draft.base = sent.nonce;
  if (!draft.known.has(revision)) {
    follow(draft, revision);
    if (!isNew) body.value = body.defaultValue; // another device's
    draft.body = body.value;
  } else if (revision !== draft.base || isNew) body.value = draft.body; // the page is older than what this tab knows
  const local = isNew && storedObject(localStorage, draft.name);
  if (!local) return;
  if (local.revision === revision || draft.known.has(local.revision) || words(draftEarlier).includes(local.revision)) {
    return forgetDraft(draft); // the answer had been lost, not the save
  }
  draft.before = local.revision;
  body.value = local.base === revision ? local.body : together(body.value, local.body);
  keepDraft(form);
}

function together(theirs, ours) {
  if (theirs.includes(ours)) return theirs;
  return ours.includes(theirs) ? ours : `${theirs}\n\n${ours}`;
}

const forgetDraft = ({ name }) => store(localStorage, name, null);
const rememberDraft = ({ name, body, base, onItsWay }) =>
  store(localStorage, name, JSON.stringify({ body, base, revision: onItsWay }));

// What has been typed.
function keepDraft(form) {
  const draft = draftOf(form);
  draft.body = form.elements.body.value;
  draft.unsaved = true;
  draft.typedAt = Date.now();
  draft.since ||= draft.typedAt;
  rememberDraft(draft);
  saveSoon(draft, Math.min(DRAFT_PAUSE, Math.max(0, draft.since + DRAFT_LATEST - Date.now())));
}

function saveSoon(draft, pause) {
  clearTimeout(draft.timer);
  draft.timer = setTimeout(saveDraft, pause, draft);
}

async function saveDraft(draft) {
  clearTimeout(draft.timer);
  if (draft.onItsWay || !draft.unsaved) return; // one at a time
  const { url, thread, body, base } = draft;
  const revision = newNonce();
  draft.since = 0;
  draft.unsaved = false;
  draft.onItsWay = revision;
  rememberDraft(draft);
  let response, text;
  try {
    const options = { keepalive: body.length < 10_000, signal: AbortSignal.timeout(TIMEOUT) };
    response = await send(url, { body, thread, base, revision }, options);
    text = await response.text();
  } catch {
    response = null;
  }
  draft.onItsWay = "";
  draft.known.add(revision);
  const isStill = draft.base === base; // and wasn't sent meanwhile
  if (response?.status === 204) {
    if (isStill) follow(draft, revision);
    if (body) markDrafted(draft.channel, "1");
    if (isStill && !draft.unsaved) forgetDraft(draft);
  } else if (response?.status === 409) {
    const stands = fragment(text).querySelector("i").dataset;
    if (!isStill) return draft.unsaved && saveSoon(draft, DRAFT_PAUSE);
    if (body.trim() && body !== stands.body) draft.unsaved = true;
    follow(draft, stands.revision);
    if (!draft.unsaved) forgetDraft(draft);
  } else if (isStill && (!response || response.status >= 500)) {
    draft.unsaved = true;
    rememberDraft(draft);
    return saveSoon(draft, DRAFT_AGAIN);
  }
  if (draft.unsaved) saveSoon(draft, DRAFT_PAUSE / 2);
}

// Its text is on its way as a message; returns what the server needs to know, to take this draft away and no other.
function draftSent(form, nonce) {
  const draft = draftOf(form);
  const { base, onItsWay, before } = draft;
  clearTimeout(draft.timer);
  Object.assign(draft, { body: "", unsaved: false, since: 0, before: "" });
  forgetDraft(draft);
  const known = [base, onItsWay, before].filter(Boolean);
  if (!known.length) return "";
  follow(draft, nonce);
  return (base ? known : ["-", ...known]).join(" "); // "-" is that there was none
}

// A message that wasn't sent is given up, and the draft that it was with it.
async function dropSentDraft({ draft, channel, thread, url, nonce }) {
  const mine = drafts.get(draftName(channel, thread));
  if (!draft || mine?.body) return;
  for (const base of words(draft).filter((one) => one !== "-").reverse()) {
    const revision = newNonce();
    const values = { body: "", thread: thread ?? "", base, revision };
    const response = await send(url.replace(/messages\/$/, "draft/"), values).catch(() => null);
    if (response?.status === 204 && mine?.base === nonce) follow(mine, revision);
  }
}

// Another device has written, sent or discarded something.
function takeDraft({ ...told }) {
  markDrafted(told.channel, told.drafted);
  takeStale("drafts");
  showDraft(told);
}

function showDraft(told, again = false) {
  const { channel, thread, revision, body } = told;
  const form = composers().find((one) => one.dataset.channel === channel && (one.elements.thread?.value ?? "") === thread);
  const draft = form ? draftOf(form) : drafts.get(draftName(channel, thread));
  if (!draft || draft.known.has(revision) || draft.unsaved || draft.onItsWay) return; // a save will learn of it
  if (again && draft.told !== revision) return;
  draft.told = revision;
  const typed = draft.body && draft.typedAt + WRITES - Date.now();
  if (typed > 0) return setTimeout(showDraft, typed, told, true);
  follow(draft, revision);
  draft.body = body;
  if (!form) return;
  form.elements.body.value = body;
  refreshComposer(form);
}

function markDrafted(channel, drafted) {
  const link = linkOf(channel);
  if (link) link.dataset.drafted = drafted;
}

function saveAll() {
  for (const draft of drafts.values()) saveDraft(draft);
}

document.addEventListener("visibilitychange", () => visible() || saveAll());
addEventListener("pagehide", saveAll);
addEventListener("online", saveAll);
