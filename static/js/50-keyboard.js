// Keys for people who live in the queues; the dialog "keyboard-help" lists them and turns them off.
(() => {
  "use strict";
  const help = document.getElementById("keyboard-help");
  if (!help) return;
  const SETTING = "keys";
  const memory = {
    get off() { try { return localStorage.getItem(SETTING) === "off"; } catch { return false; } },
    set off(value) { try { localStorage.setItem(SETTING, value ? "off" : "on"); } catch { /* private mode */ } },
  };
  const control = help.querySelector("[data-keyboard-switch]");
  control.checked = !memory.off;
  control.addEventListener("change", () => { memory.off = !control.checked; });

  const linkOf = (row) => row.querySelector("a[href]");
  const step = (by) => {
    const rows = [...document.querySelectorAll("[data-row]")].filter(linkOf);
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by];
    if (!next) return;
    linkOf(next).focus();
    next.scrollIntoView({ block: "nearest" });
  };

  let going = 0;
  const go = (key) => {
    going = 0;
    document.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click();
  };

  document.addEventListener("keydown", (event) => {
    if (memory.off || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, select, textarea, [contenteditable], dialog[open]")) return;
    const { key } = event;
    if (Date.now() - going < 1500) go(key);
    else if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "g") going = Date.now();
    else if (key === "/") document.querySelector("main [data-shortcut=search], [data-shortcut=search]")?.focus();
    else if (key === "?") help.showModal();
    else return;
    event.preventDefault();
  });
})();
