// Passkeys, on the pages outside of organizations. A form with data-passkey says what for: "create" one, "get" it
// shown for the account at hand, or "sign-in" by whichever the person picks, also from the address field's list.

const TROUBLE = { InvalidStateError: "known", TypeError: "unreachable" };
let waiting = null; // the browser's offer in the address field

function bytes(text) {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromServer({ publicKey }) {
    const key = (one) => ({ ...one, id: bytes(one.id) });
    const given = { ...publicKey, challenge: bytes(publicKey.challenge) };
    if (given.user) given.user = key(given.user);
    for (const list of ["allowCredentials", "excludeCredentials"]) if (given[list]) given[list] = given[list].map(key);
    return given;
}

function toServer(credential) {
    const { response } = credential;
    const said = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
        if (response[name]) said[name] = text(response[name]);
    if (response.getTransports) said.transports = response.getTransports();
    return JSON.stringify({
        id: credential.id,
        rawId: text(credential.rawId),
        type: credential.type,
        authenticatorAttachment: credential.authenticatorAttachment,
        clientExtensionResults: credential.getClientExtensionResults(),
        response: said,
    });
}

async function challenge(form) {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new TypeError(answer.statusText);
    return (await answer.json()).request_options;
}

function finish(form, credential) {
    form.elements.credential.value = toServer(credential);
    form.submit();
}

async function ask(form) {
    const trouble = form.querySelector("[data-trouble]");
    const button = form.querySelector("button");
    trouble.hidden = true;
    button.setAttribute("aria-disabled", "true");
    try {
        waiting?.abort();
        const publicKey = fromServer(await challenge(form));
        const create = form.dataset.passkey === "create";
        finish(form, await navigator.credentials[create ? "create" : "get"]({ publicKey }));
    } catch (error) {
        trouble.textContent = trouble.dataset[TROUBLE[error.name] ?? "cancelled"];
        trouble.hidden = false;
        button.removeAttribute("aria-disabled");
        button.focus();
    }
}

async function offer(form) {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    waiting = new AbortController();
    const { signal } = waiting;
    try {
        const publicKey = fromServer(await challenge(form));
        finish(form, await navigator.credentials.get({ publicKey, signal, mediation: "conditional" }));
    } catch {
        // Not taken up: the button is still there, and so is the password.
    }
}

const able = Boolean(globalThis.PublicKeyCredential) && !/^[\d.]+$|:/.test(location.hostname);
for (const form of document.querySelectorAll("[data-passkey]")) {
    if (!able) continue;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (form.querySelector("button").getAttribute("aria-disabled") !== "true") ask(form);
    });
    if (form.dataset.passkey === "sign-in") offer(form);
}
for (const note of document.querySelectorAll("[data-passkeys-missing]")) note.hidden = able;
