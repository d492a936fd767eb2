// Everything here only improves pages that work without it. No dependency, no inline code, no eval.
// What the other files share: translated words, the live region and the toasts.
(() => {
  "use strict";

  const word = (name) => document.getElementById("words")?.dataset[name] ?? "";

  /** Say something to people who do not see the change; the same words twice are said twice. */
  const announce = (text) => {
    const region = document.getElementById("announcer");
    if (!region || !text) return;
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 50);
  };

  const toast = (text, tone = "breached") => {
    const region = document.getElementById("toasts");
    if (!region || !text) return;
    for (const old of region.querySelectorAll("[data-toast]")) {
      if (old.dataset.said === text) old.remove();
    }
    const box = document.createElement("div");
    box.className = `toast tone-${tone}`;
    box.dataset.toast = "";
    box.dataset.said = text;
    const said = document.createElement("p");
    said.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button quiet small";
    close.dataset.dismiss = "";
    close.textContent = word("close");
    box.append(said, close);
    region.append(box);
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-dismiss]")) event.target.closest("[data-toast]")?.remove();
  });

  // What went well leaves by itself after ten seconds, unless somebody is reading or about to undo it.
  const retire = (box) => setTimeout(() => {
    if (box.matches(":hover, :focus-within")) retire(box);
    else box.remove();
  }, 10_000);
  const watch = (region) => {
    const fresh = (node) => node.matches?.(".tone-done[data-toast]") && retire(node);
    region.querySelectorAll("[data-toast]").forEach(fresh);
    new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(fresh)))
      .observe(region, { childList: true });
  };
  const region = document.getElementById("toasts");
  if (region) watch(region);

  window.portal = { word, announce, toast };
})();
