// Sorts and filters the index of activations. Without it, the table is complete and in order.
"use strict";

(() => {
  const place = document.getElementById("activation-filters");
  const table = document.querySelector(".activation-index table");
  if (!place || !table) return;

  const [NAME, , KIND, FAMILY, YEAR, PROPERTIES, LIBRARIES] = [0, 1, 2, 3, 4, 5, 6];
  const body = table.tBodies[0];
  const words = (text) => text.split(", ").filter(Boolean);
  const rows = [...body.rows].map((row) => {
    const cells = [...row.cells].map((cell) => cell.textContent.trim());
    return {
      row,
      cells,
      text: cells.join(" ").toLowerCase(),
      properties: new Set(words(cells[PROPERTIES])),
      libraries: new Set(words(cells[LIBRARIES])),
    };
  });
  const counted = (values) => {
    const counts = new Map();
    for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
    return [...counts].sort(([a], [b]) => a.localeCompare(b));
  };

  // ---- what is asked for, which stands in the address, too ----
  const element = (tag, fields, ...children) => {
    const made = Object.assign(document.createElement(tag), fields);
    made.append(...children);
    return made;
  };
  const labelled = (title, control) => element("label", {}, title, control);
  const choice = (name, counts) =>
    element(
      "select",
      { name },
      new Option("all", ""),
      ...counts.map(([value, n]) => new Option(`${value} (${n})`, value)),
    );
  const year = (name) => element("input", { name, type: "number", min: 1600, max: 2099 });
  const form = element("form", { className: "filters" });
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Filter the activations");
  const properties = element("fieldset", {}, element("legend", {}, "Properties"));
  for (const word of place.dataset.properties.split(" ")) {
    const box = element("input", { type: "checkbox", name: "property", value: word });
    properties.append(element("label", {}, box, ` ${word}`));
  }
  const count = element("output", {});
  form.append(
    labelled("Text", element("input", { name: "text", type: "search" })),
    labelled("Kind", choice("kind", counted(rows.map((r) => r.cells[KIND])))),
    labelled("Family", choice("family", counted(rows.map((r) => r.cells[FAMILY])))),
    labelled("Library", choice("library", counted(rows.flatMap((r) => [...r.libraries])))),
    labelled("From year", year("from")),
    labelled("To year", year("to")),
    element("button", { type: "reset", className: "btn btn-sm btn-secondary" }, "Clear"),
    properties,
    count,
  );
  place.append(form);

  const filter = () => {
    const asked = new FormData(form);
    const text = asked.get("text").toLowerCase().split(/\s+/).filter(Boolean);
    const [kind, family, library] = ["kind", "family", "library"].map((name) => asked.get(name));
    const [from, to] = [asked.get("from"), asked.get("to")].map((value) => value && Number(value));
    const wanted = asked.getAll("property");
    let shown = 0;
    for (const { row, cells, text: all, properties: has, libraries } of rows) {
      const published = Number(cells[YEAR]);
      const fits =
        text.every((word) => all.includes(word)) &&
        (!kind || cells[KIND] === kind) &&
        (!family || cells[FAMILY] === family) &&
        (!library || libraries.has(library)) &&
        (!from || published >= from) &&
        (!to || (published && published <= to)) &&
        wanted.every((word) => has.has(word));
      row.hidden = !fits;
      shown += fits;
    }
    count.textContent = `${shown} of ${rows.length} activations`;
    const given = new URLSearchParams([...asked].filter(([, value]) => value));
    if (given.size || location.hash) history.replaceState(null, "", `#${given}`);
  };
  const read = () => {
    for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
      for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (control.type !== "checkbox") control.value = value;
        else if (control.value === value) control.checked = true;
      }
    }
  };

  // ---- order ----
  const heads = [...table.tHead.rows[0].cells];
  const sort = (column, direction) => {
    const key = column === YEAR ? (r) => Number(r.cells[YEAR]) : (r) => r.cells[column];
    const compare = (a, b) =>
      column === YEAR ? key(a) - key(b) : key(a).localeCompare(key(b), "en");
    const empty = (r) => r.cells[column] === ""; // last, in either direction
    rows.sort((a, b) => empty(a) - empty(b) || direction * compare(a, b));
    body.append(...rows.map((r) => r.row));
  };
  heads.forEach((head, column) => {
    const button = element("button", { type: "button" }, head.textContent.trim());
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const direction = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
      sort(column, direction);
    });
  });
  heads[NAME].setAttribute("aria-sort", "ascending");

  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  read();
  filter();
})();
