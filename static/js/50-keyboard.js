// Keys for people who live in the queues; the dialog "keyboard-help" lists them, their settings turn them off.
(() => {
  "use strict";
  const help = document.getElementById("keyboard-help");
  if (!help?.querySelector("[data-keys]")) return;

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
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, select, textarea, [contenteditable], dialog[open]")) return;
    const { key } = event;
    if (Date.now() - going < 1500) go(key);
    else if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "g") going = Date.now();
    else if (key === "/") (document.querySelector("main [data-shortcut=search]") ?? document.querySelector("[data-shortcut=search]"))?.focus();
    else if (key === "?") help.showModal();
    else return;
    event.preventDefault();
  });
})();
