// The swap styles that the stream's partials ask for. None may throw: that would break the stream for good.

const SWAPS = {
  upsert: (target, content) => upsert(target, rowsIn(content)),
  hint: (_target, content) => takeHint(content.firstElementChild.dataset),
  draft: (_target, content) => takeDraft(content.firstElementChild.dataset),
  read: (_target, content) => [...content.children].forEach(({ dataset }) => takeRead(dataset)),
  typing: (_target, content) => takeTyping(content.firstElementChild.dataset),
  presence: (_target, content) => takePresence(content.firstElementChild.dataset),
  followed: (_target, content) => takeFollowed(content.firstElementChild.dataset),
  thread: (_target, content) => takeThread(content.firstElementChild.dataset),
  reads: (_target, content) => takeReads(content.firstElementChild.dataset),
  stale: (_target, content) => takeStale(content.firstElementChild.dataset.what),
  person: (_target, content) => takePerson(content.firstElementChild.dataset),
  gone: (_target, content) => {
    if (content.firstElementChild.dataset.channel !== stream()?.dataset.channel) return;
    goingHome = true;
    location.replace(home);
  },
  reload: () => location.reload(),
};

htmx.registerExtension("workchat", {
  handle_swap(style, target, content) {
    if (!Object.hasOwn(SWAPS, style)) return false;
    try {
      SWAPS[style](target, content);
    } catch (error) {
      console.error(error);
    }
    return []; // nothing in it is htmx's to process
  },
});
