// Times in the reader's own time zone; the server only knows the site's.

const language = document.documentElement.lang;
const DAY_MS = 86_400_000;

/** 12:04 */
export function clock(date = new Date()) {
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(date);
}

/** Rewrites every `time[data-moment]`: the hour, with the day when it isn't today's; `day` also says tomorrow. */
export function localise(root) {
  for (const time of root.querySelectorAll("time[data-moment]")) {
    const date = new Date(time.dateTime);
    const days = Math.round((midnight(date) - midnight(new Date())) / DAY_MS);
    if (time.dataset.moment === "day" && Math.abs(days) < 2) {
      const day = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day");
      time.textContent = `${day}, ${clock(date)}`;
    } else if (days) {
      const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" }).format(date);
      time.textContent = `${day} ${clock(date)}`;
    } else time.textContent = clock(date);
  }
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
