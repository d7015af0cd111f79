// What the other files share: who reads, the page's parts, requests for fragments, words in passing.

const me = document.body.dataset.member;
const home = `/o/${document.body.dataset.organization}/`;
const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
const coarse = matchMedia("(pointer: coarse)");

let goingHome = false; // on the way home, since what the page shows isn't the reader's any more

const byId = (id) => document.getElementById(id);
const main = () => byId("main");
const visible = () => document.visibilityState === "visible";
const words = (text) => (text ?? "").split(" ").filter(Boolean);

// The element that an event began in; a click may begin in a text or an icon.
const within = (event, selector) => event.target instanceof Element && event.target.closest(selector);

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// Asks as htmx would, so that the server answers with a fragment. Whoever has been signed out is sent to sign in.
async function ask(url, { headers, ...options } = {}) {
  const own = { "HX-Request": "true", "HX-Current-URL": location.href, "X-CSRFToken": token };
  const response = await fetch(url, { ...options, headers: { ...own, ...headers } });
  if (response.status === 401) location.reload();
  return response;
}

const send = (url, values, options) => ask(url, { method: "POST", body: new URLSearchParams(values), ...options });

// Says in passing one of the words that the page has; `offer` is a button beside it.
function toast(word, offer) {
  const box = document.querySelector(".toasts");
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = box.dataset[word];
  if (offer) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = box.dataset[offer.word];
    button.addEventListener("click", () => {
      note.remove();
      offer.act();
    });
    note.append(" ", button);
  }
  box.replaceChildren(note);
  setTimeout(() => note.remove(), offer ? 12_000 : 4000);
}
