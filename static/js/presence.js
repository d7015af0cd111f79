// Who is here: dots beside people, as the stream tells.

function takePresence({ active, away, offline }) {
  for (const [state, members] of Object.entries({ active, away, offline })) {
    for (const member of words(members)) {
      for (const dot of document.querySelectorAll(`[data-presence-of="${member}"]`)) showPresence(dot, state);
    }
  }
}

function showPresence(dot, state) {
  dot.dataset.state = state === "offline" ? "" : state;
  dot.firstElementChild.textContent = byId("presence-words").dataset[state] ?? "";
}
