// Forms: nothing sent twice, nothing sent while composing Chinese, chosen files named.
(() => {
  "use strict";

  const isComposing = (event) => event.isComposing || event.keyCode === 229;

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && isComposing(event)) {
      event.stopImmediatePropagation();
      if (event.target.localName === "input") event.preventDefault();
    }
  }, true);

  // A search asks when the word is composed, not for every letter of its pinyin.
  document.addEventListener("input", (event) => {
    if (event.isComposing && event.target.type === "search") event.stopImmediatePropagation();
  }, true);
  document.addEventListener("compositionend", (event) => {
    if (event.target.type === "search") event.target.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // Forms that the browser sends itself: after it has read them, no button answers until the next page.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.target || form.dataset.download !== undefined) return;
    if (form.dataset.sent !== undefined) {
      event.preventDefault();
      return;
    }
    if ([...form.attributes].some(({ name }) => /^hx-(get|post|put|patch|delete)$/.test(name))) return;
    form.dataset.sent = "";
    setTimeout(() => {
      event.submitter?.classList.add("busy");
      for (const button of form.querySelectorAll("button")) button.disabled = true;
    });
    setTimeout(() => release(form), 15_000);
  });
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) {
      button.disabled = false;
      button.classList.remove("busy");
    }
  };
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });

  const size = (bytes) => bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  document.addEventListener("change", (event) => {
    const list = event.target.dataset?.preview && document.getElementById(event.target.dataset.preview);
    if (!list) return;
    list.replaceChildren(...[...event.target.files].map((file) => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      const weight = document.createElement("span");
      name.className = "file-name";
      name.textContent = file.name;
      weight.className = "muted";
      weight.textContent = size(file.size);
      item.append(name, weight);
      return item;
    }));
    list.hidden = !event.target.files.length;
  });

  // Where autofocus does not reach (an address with #fragment), the summary still takes the focus.
  addEventListener("load", () => setTimeout(() => {
    if (document.activeElement === document.body) document.querySelector("[data-error-summary]")?.focus();
  }, 50));
})();
