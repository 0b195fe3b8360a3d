// The little that pages need beyond HTML: filters that apply themselves, tables that sort, the SQL editor.
// Everything works without it, with a button more.
"use strict";

// A choice in a filter is applied at once; blank fields stay out of the URL.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && field.value === "" && field.tagName !== "TEXTAREA") field.disabled = true;
    setTimeout(() => { for (const field of form.elements) field.disabled = false; }, 0);
  });
}
for (const field of document.querySelectorAll("[data-submit]")) field.addEventListener("change", () => field.form.requestSubmit());
for (const field of document.querySelectorAll("[data-go]")) field.addEventListener("change", () => { location.href = field.value; });
for (const field of document.querySelectorAll("input[list]")) {
  field.addEventListener("change", () => { if ([...field.list.options].some((o) => o.value === field.value)) field.form.requestSubmit(); });
}

// Whole tables sort where they are; which column, is kept in the URL (sort-<table>=<column> or -<column>).
const numberIn = (cell) => {
  if (cell.dataset.value !== undefined) return cell.dataset.value === "" ? null : Number(cell.dataset.value);
  const text = cell.textContent.replaceAll(",", "").trim();
  const found = /^[-−+¥]?\s*\d+(\.\d+)?/.exec(text.replace("−", "-"));
  return found ? Number(found[0].replace(/[¥\s]/g, "")) : null;
};
const sortTable = (table, column, down) => {
  const body = table.tBodies[0];
  const numeric = table.tHead.rows[0].cells[column].classList.contains("num");
  const compare = new Intl.Collator("zh-CN", { numeric: true }).compare;
  const rows = [...body.rows].map((row) => ({ row, key: numeric ? numberIn(row.cells[column]) : row.cells[column].textContent.trim() }));
  rows.sort((a, b) => {
    if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
    const order = numeric ? a.key - b.key : compare(a.key, b.key);
    return down ? -order : order;
  });
  body.append(...rows.map((each) => each.row));
  [...table.tHead.rows[0].cells].forEach((cell, index) => {
    if (index === column) cell.setAttribute("aria-sort", down ? "descending" : "ascending");
    else cell.removeAttribute("aria-sort");
  });
};
for (const table of document.querySelectorAll("table[data-sortable]")) {
  if (!table.tBodies[0] || table.tBodies[0].rows.length < 2 || table.querySelector("tbody [colspan]")) continue;
  const name = `sort-${table.dataset.sortable}`;
  [...table.tHead.rows[0].cells].forEach((cell, column) => {
    if (cell.dataset.unsorted !== undefined) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...cell.childNodes);
    cell.append(button);
    button.addEventListener("click", () => {
      const now = cell.getAttribute("aria-sort");
      const down = now ? now === "ascending" : cell.classList.contains("num");
      sortTable(table, column, down);
      const url = new URL(location.href);
      url.searchParams.set(name, `${down ? "-" : ""}${column}`);
      history.replaceState(null, "", url);
    });
  });
  const asked = /^(-?)(\d+)$/.exec(new URL(location.href).searchParams.get(name) ?? "");
  if (asked && Number(asked[2]) < table.tHead.rows[0].cells.length) sortTable(table, Number(asked[2]), asked[1] === "-");
}

// SQL: Ctrl + Enter runs; a column of the schema goes in where the cursor is; Tab keeps its use for the keyboard.
const editor = document.getElementById("q");
if (editor && editor.tagName === "TEXTAREA") {
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); editor.form.requestSubmit(); }
  });
  for (const button of document.querySelectorAll("[data-insert]")) {
    button.addEventListener("click", () => { editor.setRangeText(button.dataset.insert, editor.selectionStart, editor.selectionEnd, "end"); editor.focus(); });
  }
}
