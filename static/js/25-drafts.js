// Drafts: what is typed into form[data-draft] stays in this tab until the portal has accepted it.
(() => {
  "use strict";
  const { word, announce } = window.portal;
  const owner = document.body.dataset.viewer ?? "";
  const prefix = `draft:${owner}:`;
  const SENT = "draft-sent";

  let store;
  try {
    store = window.sessionStorage;
    store.getItem(SENT);
  } catch {
    return;
  }

  const keyOf = (form) => prefix + form.dataset.draft;
  const fields = (form) => [...form.elements].filter((field) =>
    field.name && !field.name.startsWith("_") && !/^(password|hidden|file|submit|button|reset|fieldset)$/.test(field.type));
  const isToggle = (field) => field.type === "checkbox" || field.type === "radio";

  const keep = (form) => {
    const typed = fields(form).map((field) => [field.name, field.value, isToggle(field) ? field.checked : null]);
    try {
      store.setItem(keyOf(form), JSON.stringify(typed));
    } catch { /* storage full: the draft is a convenience */ }
  };

  const restore = (form) => {
    const typed = JSON.parse(store.getItem(keyOf(form)) ?? "[]");
    if (!typed.length || form.dataset.failed !== undefined) return;
    window.portal.lines?.makeRoom(form, typed.map(([name]) => name));
    let changed = false;
    for (const [name, value, checked] of typed) {
      for (const field of fields(form).filter((candidate) => candidate.name === name)) {
        if (checked !== null ? field.value === value && field.checked !== checked : !field.value && value) {
          if (checked !== null) field.checked = checked;
          else field.value = value;
          changed = true;
        }
      }
    }
    if (changed) announce(word("restored"));
  };

  let waiting;
  const onTyping = (event) => {
    const form = event.target.form;
    if (form?.dataset.draft === undefined) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => keep(form), 250);
  };
  document.addEventListener("input", onTyping);
  document.addEventListener("change", onTyping);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (/\/sign-out$/.test(form.action)) {
      Object.keys(store).filter((key) => key.startsWith("draft")).forEach((key) => store.removeItem(key));
    } else if (form.dataset.draft !== undefined) {
      clearTimeout(waiting);
      keep(form);
      store.setItem(SENT, keyOf(form));
    }
  }, true);

  document.addEventListener("htmx:after:request", (event) => {
    const form = event.detail.ctx.sourceElement?.closest?.("form[data-draft]");
    if (!form) return;
    store.removeItem(SENT);
    if (event.detail.ctx.response.status < 400) store.removeItem(keyOf(form));
  });

  // Accepted is what the portal answers with "see there". A page that comes without a redirect, the
  // sign-in page, an error and the form again are not: somebody else's error page may stand between.
  const sent = store.getItem(SENT);
  if (sent) {
    const redirected = performance.getEntriesByType("navigation")[0]?.redirectCount > 0;
    const refused = (document.body.dataset.signedOut !== undefined && !document.querySelector("[data-draft-accepted]")) || document.querySelector(".error-page")
      || [...document.querySelectorAll("form[data-draft][data-failed]")].some((form) => keyOf(form) === sent);
    if (redirected && !refused) store.removeItem(sent);
    store.removeItem(SENT);
  }
  window.portal.restoreDrafts = () => document.querySelectorAll("form[data-draft]").forEach(restore);
})();
