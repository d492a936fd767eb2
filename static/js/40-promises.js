// Promises: between two page loads the countdown stays true, in words and in the bar.
(() => {
  "use strict";
  const words = JSON.parse(window.portal.word("countdown") || "{}");
  // Business time is the server's: a demo may live in another week, a laptop's clock may be wrong.
  const aheadAt = (seconds) => Number(seconds || Date.now() / 1000) * 1000 - Date.now();
  let ahead = aheadAt(document.body.dataset.now);
  const MINUTE = 60_000;
  const filled = (text, name, value) => text.replace(`%(${name})s`, value);

  const duration = (length) => {
    const minutes = Math.floor(Math.abs(length) / MINUTE);
    const days = Math.floor(minutes / 1440);
    const hours = Math.floor((minutes % 1440) / 60);
    const parts = days ? [["d", days], ["h", hours]] : [["h", hours], ["min", minutes % 60]];
    return parts.filter(([, n]) => n).map(([unit, n]) => filled(words[unit], "n", n)).join(" ") || words.moment;
  };

  const show = (promise, now) => {
    const [start, warn, end] = ["opened", "warn", "due"].map((name) => Number(promise.dataset[name]) * 1000);
    if ("ends" in promise.dataset) promise.hidden = now >= end; // a chance that passes, nothing owed
    const state = now >= end ? "breached" : now >= warn ? "warning" : "running";
    promise.querySelector("[data-countdown]").textContent =
      filled(now < end ? words.due : words.overdue, "duration", duration(end - now));
    promise.querySelector("[data-left]")?.setAttribute("width", `${Math.min(100, Math.max(0, Math.round((100 * (end - now)) / (end - start))))}%`);
    if (promise.classList.contains(`promise-${state}`)) return;
    promise.classList.remove("promise-running", "promise-warning", "promise-breached", "tone-running", "tone-warning", "tone-breached");
    promise.classList.add(`promise-${state}`, `tone-${state}`);
    const label = promise.querySelector("[data-label]");
    if (label) label.textContent = words[state];
  };

  const tick = () => {
    const now = Date.now() + ahead;
    document.querySelectorAll("[data-promise]").forEach((promise) => show(promise, now));
  };
  setInterval(tick, MINUTE);
  // What is swapped in was made at the server's present, which a demo may have moved meanwhile.
  document.addEventListener("htmx:before:swap", (event) => {
    const seconds = event.detail?.ctx?.response?.headers?.get("X-Business-Time");
    if (seconds) ahead = aheadAt(seconds);
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
})();
