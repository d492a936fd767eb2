// The catalogue inside the form of a request: an item found becomes a line without a round trip.
(() => {
  "use strict";
  const { announce } = window.portal;

  const cell = (row, column) => row.querySelector(`[name$="-${column}"]`);
  const isBlank = (row) => [...row.querySelectorAll("input, select")].every(({ value }) => !value.trim());
  const rowsOf = (table) => [...table.querySelectorAll("tr[data-line]")];

  // On a phone each row is a card: the blank ones, there for people without script, go.
  if (matchMedia("(width < 640px)").matches) {
    for (const table of document.querySelectorAll("form [data-lines]")) {
      const rows = rowsOf(table);
      while (rows.length > 1 && isBlank(rows.at(-1))) rows.pop().remove();
    }
  }

  const freeRow = (table) => {
    const free = rowsOf(table).find(isBlank);
    if (free) return free;
    const before = rowsOf(table).length;
    table.querySelector("[data-add-line]").click();
    return rowsOf(table).length > before ? rowsOf(table).at(-1) : null;
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-pick]");
    const table = button?.form?.querySelector("[data-lines]");
    const row = table && freeRow(table);
    if (!row) return;
    event.preventDefault();
    cell(row, "sku").value = button.value;
    cell(row, "description").value = button.dataset.name;
    cell(row, "unit").value = button.dataset.unit;
    cell(row, "sku").dispatchEvent(new Event("change", { bubbles: true }));
    cell(row, "quantity").focus();
    announce(button.dataset.picked);
  });
})();
