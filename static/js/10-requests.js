// htmx: the token on every request, a message for every failure, focus that survives a swap.
(() => {
  "use strict";
  const { word, announce, toast } = window.portal;
  const focused = new WeakMap();

  const context = (event) => event.detail?.ctx;
  const isQuiet = (element) => element?.matches?.("[hx-sse\\:connect], [data-quiet]") ?? false;

  document.addEventListener("htmx:config:request", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (token) context(event).request.headers["X-CSRF-Token"] = token;
    focused.set(context(event), document.activeElement);
  });

  const failure = (status) => word(String(status)) || word(status >= 500 ? "5xx" : "4xx");

  document.addEventListener("htmx:response:error", (event) => {
    const { sourceElement, response } = context(event);
    const swapped = response.status === 422 || sourceElement?.hasAttribute?.(`hx-status:${response.status}`);
    if (!swapped && !isQuiet(sourceElement)) toast(failure(response.status));
  });

  document.addEventListener("htmx:error", (event) => {
    const ctx = context(event);
    if (isQuiet(ctx?.sourceElement ?? event.target)) return;
    if (ctx?.request?.signal?.reason === "timeout") toast(word("timeout"));
    else if (event.detail.error instanceof TypeError && ctx?.status !== "swapped") toast(word("offline"));
    else toast(word("4xx"));
  });

  // A button that was disabled in flight, or swapped away, takes the focus with it: give it back.
  document.addEventListener("htmx:finally:request", (event) => {
    const ctx = context(event);
    const before = focused.get(ctx);
    setTimeout(() => {
      if (!before || before === document.body || document.activeElement !== document.body) return;
      const same = before.isConnected ? before : before.id && document.getElementById(before.id);
      const target = ctx.target?.isConnected ? ctx.target : document.getElementById(ctx.target?.id || "content");
      const next = same || target;
      if (!next) return;
      if (next === target && next.tabIndex < 0) next.tabIndex = -1;
      next.focus({ preventScroll: next === target });
    }, 20);
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const swapped = context(event)?.target;
    announce(swapped?.isConnected && (swapped.dataset.announce || swapped.querySelector("[data-announce]")?.dataset.announce));
  });
  // The server may also say it: HX-Trigger: {"announce": {"value": "…"}}
  document.addEventListener("announce", (event) => announce(event.detail?.value));
})();
