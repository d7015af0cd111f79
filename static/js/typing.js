// Who is typing, here and now: told a few seconds apart while one types, shown until it isn't told any more.

const TYPING_TOLD = 4000; // ms between two notes of mine
const TYPING_SHOWN = 6000; // ms that another's is believed
const typists = new Map(); // topic → member → { name, until }
const typingTold = new Map(); // topic → when

const topicOf = (form) => (form.elements.thread ? `t:${form.elements.thread.value}` : `c:${form.dataset.channel}`);

function tellTyping(form) {
  const topic = topicOf(form);
  if (Date.now() - (typingTold.get(topic) ?? 0) < TYPING_TOLD) return;
  typingTold.set(topic, Date.now());
  const values = form.elements.thread ? { thread: form.elements.thread.value } : {};
  send(form.dataset.draftUrl.replace(/draft\/$/, "typing/"), values).catch(() => {}); // it may be lost
}

function takeTyping({ topic, member, name }) {
  if (member === me) return;
  if (!typists.has(topic)) typists.set(topic, new Map());
  typists.get(topic).set(member, { name, until: Date.now() + TYPING_SHOWN });
  showTyping();
}

// Their message has come.
function stopTyping(container, row) {
  const topic = container.id === "t-rows" ? `t:${main().dataset.thread}` : `c:${main().dataset.channel}`;
  if (typists.get(topic)?.delete(row.dataset.author)) showTyping();
}

function showTyping() {
  for (const form of composers()) {
    const line = form.querySelector(".typing");
    const there = typists.get(topicOf(form)) ?? new Map();
    for (const [member, { until }] of there) if (until <= Date.now()) there.delete(member);
    const [one, two, three] = [...there.values()].map(({ name }) => name);
    const model = ["", line.dataset.one, line.dataset.two, line.dataset.three][there.size] ?? line.dataset.many;
    const text = model.replace(/%\((one|two|three)\)s/g, (_all, which) => ({ one, two, three })[which]);
    if (line.textContent !== text) line.textContent = text;
  }
}

setInterval(() => typists.size && showTyping(), 1000);

document.addEventListener("input", (event) => {
  const form = within(event, "#channel-composer, #thread-composer");
  if (form && event.target.name === "body" && event.target.value.trim()) tellTyping(form);
});
