// Line tables: rows are added, removed and pasted from a spreadsheet.
(() => {
  "use strict";
  const { announce } = window.portal;
  const MOST_ROWS = 200;

  const rowsOf = (table) => [...table.querySelectorAll("tr[data-line]")];
  const cellsOf = (row) => [...row.querySelectorAll("input:not([type=hidden]), select, textarea")];

  const clear = (row) => {
    row.querySelectorAll(".field-error").forEach((error) => error.remove());
    row.querySelectorAll(".has-error").forEach((cell) => cell.classList.remove("has-error"));
    for (const cell of row.querySelectorAll("input, select, textarea")) {
      cell.removeAttribute("aria-invalid");
      cell.removeAttribute("aria-describedby");
      if (cell.localName === "select") cell.selectedIndex = 0;
      else if (cell.type !== "checkbox") cell.value = "";
    }
  };

  const renumber = (table) => {
    const pattern = new RegExp(`(${CSS.escape(table.dataset.lines)}-)\\d+(-|$)`);
    rowsOf(table).forEach((row, index) => {
      for (const element of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
        for (const attribute of ["name", "id", "for", "aria-describedby"]) {
          const value = element.getAttribute(attribute);
          if (value) element.setAttribute(attribute, value.replace(pattern, `$1${index}$2`));
        }
      }
      row.querySelector(".line-number").textContent = index + 1;
      const remove = row.querySelector("[data-remove-line]");
      if (remove) {
        remove.value = index;
        const hidden = remove.querySelector(".visually-hidden");
        if (hidden) hidden.textContent = hidden.textContent.replace(/\d+/, index + 1);
      }
    });
  };

  const addRow = (table) => {
    const rows = rowsOf(table);
    if (rows.length >= MOST_ROWS) return null;
    const row = rows.at(-1).cloneNode(true);
    clear(row);
    rows.at(-1).after(row);
    renumber(table);
    window.htmx?.process(row);
    return row;
  };

  const changed = (table) => cellsOf(table).at(0)?.dispatchEvent(new Event("input", { bubbles: true }));

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-add-line], [data-remove-line]");
    const table = button?.closest("[data-lines]");
    if (!table) return;
    event.preventDefault();
    if (button.dataset.addLine !== undefined) {
      const row = addRow(table);
      if (row) cellsOf(row)[0].focus();
      return;
    }
    const row = button.closest("tr");
    const rows = rowsOf(table);
    const neighbour = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
    if (neighbour) row.remove();
    else clear(row);
    renumber(table);
    cellsOf(neighbour ?? row)[0].focus();
    changed(table);
    announce(table.dataset.removed);
  });

  /** Cells of what a spreadsheet puts on the clipboard: tabs, line ends, quotes around either. */
  const parse = (text) => {
    const rows = [[""]];
    let quoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const letter = text[at];
      const row = rows.at(-1);
      const started = row.at(-1) !== "";
      if (quoted) {
        if (letter === '"' && text[at + 1] === '"') { row[row.length - 1] += '"'; at += 1; }
        else if (letter === '"') quoted = false;
        else row[row.length - 1] += letter;
      } else if (letter === '"' && !started) quoted = true;
      else if (letter === "\t") row.push("");
      else if (letter === "\n") rows.push([""]);
      else if (letter !== "\r") row[row.length - 1] += letter;
    }
    return rows.filter((row) => row.some((cell) => cell.trim()));
  };

  const fill = (cell, pasted) => {
    const text = pasted.replace(/\s+/g, " ").trim();
    if (cell.localName === "select") {
      const option = [...cell.options].find(({ value, textContent }) => value === text || textContent.trim() === text);
      if (option) cell.value = option.value;
    } else if (cell.type === "date") {
      const [, year, month, day] = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ?? [];
      cell.value = year ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : "";
    } else if (cell.inputMode === "decimal" && /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)) {
      cell.value = text.replaceAll(",", "");
    } else {
      cell.value = text;
    }
  };

  document.addEventListener("paste", (event) => {
    const first = event.target.closest?.("tr[data-line]");
    const table = first?.closest("[data-lines]");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!table || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const pasted = parse(text);
    const column = cellsOf(first).indexOf(event.target);
    let at = rowsOf(table).indexOf(first);
    let filled = 0;
    for (const values of pasted) {
      const row = rowsOf(table)[at] ?? addRow(table);
      if (!row) break;
      values.forEach((value, offset) => { const cell = cellsOf(row)[column + offset]; if (cell) fill(cell, value); });
      at += 1;
      filled += 1;
    }
    changed(table);
    announce(table.dataset.added.replace("{n}", filled));
  });

  /** Rows for the fields `names` of a draft that was longer than the page's table. */
  const makeRoom = (form, names) => {
    for (const table of form.querySelectorAll("[data-lines]")) {
      const start = `${table.dataset.lines}-`;
      const last = Math.max(-1, ...names.filter((name) => name.startsWith(start)).map((name) => parseInt(name.slice(start.length), 10) || 0));
      while (rowsOf(table).length <= last && addRow(table));
    }
  };

  document.querySelectorAll("[data-paste-hint]").forEach((hint) => { hint.hidden = false; });
  window.portal.lines = { makeRoom };
  window.portal.restoreDrafts?.();
})();
