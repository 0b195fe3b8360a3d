// The few calls of jQuery and bootstrap-table that Great Expectations' pages make, so that they work with no network.
// $(selector) → bootstrapTable, ready, on, parent, each, fadeIn, fadeOut; a click on data-toggle shows tabs and details.
(function () {
  function wrap(nodes) {
    const list = Array.from(nodes);
    return {
      parent: () => wrap(new Set(list.map((n) => n.parentElement).filter(Boolean))),
      each: (f) => (list.forEach((n, i) => f(i, n)), wrap(list)),
      fadeIn: () => (list.forEach((n) => (n.style.display = "")), wrap(list)),
      fadeOut: () => (list.forEach((n) => (n.style.display = "none")), wrap(list)),
      hide: () => wrap(list).fadeOut(),
      show: () => wrap(list).fadeIn(),
      on: () => wrap(list),
      tooltip: () => wrap(list),
      ready: (f) => document.addEventListener("DOMContentLoaded", f),
      bootstrapTable: (options) => (typeof options === "object" && list.forEach((n) => draw(n, options)), wrap(list)),
    };
  }

  function draw(table, options) {
    const sorted = options.data.slice();
    const key = options.sortName && sorted.some((r) => ("_" + options.sortName + "_sort") in r)
      ? "_" + options.sortName + "_sort" : options.sortName;
    if (key) sorted.sort((a, b) => (a[key] > b[key] ? 1 : a[key] < b[key] ? -1 : 0) * (options.sortOrder === "desc" ? -1 : 1));
    table.classList.add("table");
    const head = table.createTHead().insertRow();
    options.columns.forEach((column) => {
      const cell = document.createElement("th");
      cell.textContent = column.title;
      head.appendChild(cell);
    });
    const body = table.createTBody();
    sorted.forEach((row) => {
      const line = body.insertRow();
      options.columns.forEach((column) => (line.insertCell().innerHTML = row[column.field] ?? ""));
      if (row._table_row_link_path) {
        line.className = "clickable-row";
        line.addEventListener("click", (event) => {
          if (!event.target.closest("a")) window.location = row._table_row_link_path;
        });
      }
    });
  }

  window.$ = window.jQuery = (what) => {
    if (typeof what === "function") return wrap([]).ready(what);
    if (typeof what !== "string") return wrap(what ? [what] : []);
    try {
      return wrap(document.querySelectorAll(what));
    } catch {
      return wrap([]); // a[href$=1…]: jQuery allows it, the standard does not
    }
  };
  window.vegaEmbed = () => Promise.resolve();

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-toggle]");
    if (!link) return;
    const target = document.getElementById((link.getAttribute("href") || link.dataset.target || "").slice(1));
    if (!target) return;
    if (link.dataset.toggle === "collapse") {
      event.preventDefault();
      target.classList.toggle("show");
    }
    if (link.dataset.toggle === "tab") {
      event.preventDefault();
      link.closest("ul").querySelectorAll(".nav-link").forEach((n) => n.classList.toggle("active", n === link));
      target.parentElement.querySelectorAll(".tab-pane").forEach((n) => {
        n.classList.toggle("show", n === target);
        n.classList.toggle("active", n === target);
      });
    }
  });
})();
