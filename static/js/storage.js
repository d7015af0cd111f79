// What the browser keeps for this page. Signing out takes it along.

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

// An object that was stored; null for anything else.
function storedObject(storage, name) {
  try {
    const value = JSON.parse(stored(storage, name));
    return value && typeof value === "object" ? value : null;
  } catch {
    return null; // not of our making
  }
}

function forgetAll() {
  for (const storage of [localStorage, sessionStorage]) {
    for (const name of Object.keys(storage)) if (name.startsWith(PREFIX)) storage.removeItem(name);
  }
}

document.addEventListener("submit", ({ target }) => {
  if (target.matches(".sidebar form[action$='/logout/']")) forgetAll();
});

function newNonce() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
