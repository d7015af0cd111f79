// Days as people here call them: today, yesterday, a date. At midnight they are called otherwise.

const DAY = 24 * 60 * 60 * 1000; // ms; days of 23 or 25 hours are rounded
const nearby = new Intl.RelativeTimeFormat(document.documentElement.lang || undefined, { numeric: "auto" });
const date = { weekday: "long", day: "numeric", month: "long" };
const thisYear = new Intl.DateTimeFormat(undefined, date);
const anyYear = new Intl.DateTimeFormat(undefined, { ...date, year: "numeric" });

const midnight = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate());

function dayName(at) {
  const now = new Date();
  const ago = Math.round((midnight(now) - midnight(at)) / DAY);
  if (ago !== 0 && ago !== 1) return (at.getFullYear() === now.getFullYear() ? thisYear : anyYear).format(at);
  const [first, ...rest] = nearby.format(-ago, "day");
  return first.toLocaleUpperCase() + rest.join("");
}

function renameDays() {
  for (const day of document.querySelectorAll(".rows > .day")) {
    const name = dayName(new Date(rowAfter(day).dataset.at));
    if (day.textContent !== name) day.textContent = name;
  }
}

function watchMidnight() {
  renameDays();
  const now = new Date();
  setTimeout(watchMidnight, midnight(new Date(now.getTime() + DAY)) - now + 1000);
}

document.addEventListener("visibilitychange", renameDays); // a machine that slept missed it
