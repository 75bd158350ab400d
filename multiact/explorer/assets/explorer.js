// The page: what is chosen and typed, what is drawn, and the address that says so.
"use strict";

(() => {
  const root = document.getElementById("ex-root");
  if (!root) return;
  const get = (id) => document.getElementById(`ex-${id}`);
  const { element } = explorer;
  const [plot, cards] = [get("plot"), get("cards")];
  const pages = root.dataset.pages; // where the pages of activations are
  const ENDS = [
    ["from", 0],
    ["to", 1],
  ];
  const WAIT = 250; // milliseconds until the address is written: browsers refuse to do it often

  let state = explorer.fresh();
  let at = 0; // the point that is read
  let drawn = []; // curves with their functions
  let view = { x: state.x, y: [-1, 1] }; // as drawn, where y may be fitted
  let scales = null;
  let waiting = 0;
  let frame = 0;

  // ---- drawing ----
  const functionsOf = (curve) => {
    const known = new Map(); // one evaluation gives the value and both derivatives
    const jet = (x) => {
      if (!known.has(x)) known.set(x, curve.jet(x));
      return known.get(x);
    };
    return [0, 1, 2].map((order) => (x) => jet(x)[order]);
  };

  const draw = () => {
    frame = 0;
    const { orders, curves } = state;
    drawn = curves
      .map((curve, index) => ({ curve, index, count: curves.length, title: curve.title }))
      .filter(({ curve }) => !curve.broken())
      .map((d) => ({ ...d, functions: functionsOf(d.curve) }));
    const all = drawn.flatMap(({ functions }) => orders.map((order) => functions[order]));
    view = { x: state.x, y: state.y ?? rounded(explorer.visibleRange(all, state.x)) };
    scales = explorer.draw(plot, drawn, { orders, ...view }, at);
    showValues();
    get("words").replaceChildren(
      ...explorer.words(drawn, { orders, ...view }).map((text) => element("p", {}, text)),
    );
    showTable();
    for (const [id, k] of ENDS) if (document.activeElement !== get(id)) get(id).value = state.x[k];
  };
  const redraw = () => {
    frame ||= requestAnimationFrame(draw);
  };

  const row = (cells, tag) =>
    element(
      "tr",
      {},
      ...cells.map((cell, i) => {
        const made = element(i === 0 || tag === "th" ? "th" : "td", {}, cell);
        if (made.tagName === "TH") made.scope = i === 0 && tag !== "th" ? "row" : "col";
        return made;
      }),
    );

  const showValues = () => {
    get("at").textContent = `At x = ${explorer.written(at)}`;
    get("values").replaceChildren(
      ...drawn.map(({ title, functions, index, count }) => {
        const made = row([title, ...functions.map((f) => explorer.shown(f(at)))], "td");
        if (count > 1) made.firstChild.prepend(explorer.sample(index, 0, count));
        return made;
      }),
    );
  };

  const showTable = () => {
    const [head, rows] = explorer.valueTable(drawn, { orders: state.orders, ...view });
    get("table").replaceChildren(
      element("thead", {}, row(head, "th")),
      element("tbody", {}, ...rows.map((r) => row(r, "td"))),
    );
  };

  // ---- changes ----
  const write = () => {
    waiting = 0;
    history.replaceState(null, "", explorer.toAddress(state));
  };
  const changed = () => {
    for (const axis of ["x", "y"]) state[axis] &&= rounded(state[axis]);
    redraw();
    clearTimeout(waiting);
    waiting = setTimeout(write, WAIT);
  };

  // a number with so many digits of the width of the view: more are not seen
  const fixed = (value, width, digits) =>
    Number(value.toFixed(Math.min(Math.max(0, digits - Math.floor(Math.log10(width))), 20)));
  const rounded = ([low, high]) => [low, high].map((v) => fixed(v, high - low, 5));
  // a scale that moved with the curve would hide what a slider does
  const slid = () => {
    state.y ??= view.y;
    changed();
  };
  const recast = () => {
    state.y = null;
    showCards();
    changed();
  };

  const showCards = () => {
    const made = state.curves.map((curve, index) => {
      const remove = () => {
        state.curves.splice(state.curves.indexOf(curve), 1);
        recast();
        (
          cards.children[Math.min(index, state.curves.length - 1)]?.querySelector("button") ??
          get("name")
        ).focus();
      };
      const card = explorer.card(curve, pages, slid, remove);
      const order = state.curves.length === 1 ? 0 : index;
      card.style.setProperty("--ex-colour", `var(--ex-${order + 1})`);
      return card;
    });
    cards.replaceChildren(...made);
    root.querySelectorAll("[name=order]").forEach((box) => {
      const order = Number(box.value);
      const line = box.parentElement.querySelector("line");
      box.checked = state.orders.includes(order);
      line.setAttribute("stroke-dasharray", explorer.DASHES[order]);
      line.style.stroke = state.curves.length === 1 ? `var(--ex-${order + 1})` : "";
    });
  };

  const mistaken = (name, text) => {
    get(`${name}-mistake`).textContent = text;
    get(name).setAttribute("aria-invalid", String(Boolean(text)));
  };

  const add = (name, make) => {
    const field = get(name);
    try {
      if (state.curves.length >= explorer.MOST)
        throw new Error(`at most ${explorer.MOST} curves: remove one first`);
      state.curves.push(make(field.value));
    } catch (error) {
      const where = error instanceof explorer.Mistake ? `At character ${error.start + 1}: ` : "";
      mistaken(name, `${where}${error.message}`);
      field.focus();
      if (where) field.setSelectionRange(error.start, error.end);
      return;
    }
    mistaken(name, "");
    field.value = "";
    recast();
    get("live").textContent = `${state.curves.at(-1).title} is drawn.`;
  };

  const load = () => {
    const found = explorer.fromAddress(
      location.hash.length > 1 ? location.hash : root.dataset.start,
    );
    state = found.state;
    mistaken("name", found.wrong.length ? `The address: ${found.wrong.join("; ")}` : "");
    at = Math.min(Math.max(at, state.x[0]), state.x[1]);
    showCards();
    redraw();
  };

  // ---- what readers do ----
  get("add").addEventListener("submit", (event) => {
    event.preventDefault();
    add("name", (text) => explorer.ofActivation(explorer.find(text)));
  });
  get("type").addEventListener("submit", (event) => {
    event.preventDefault();
    add("formula", explorer.ofFormula);
  });
  root.querySelectorAll("[name=order]").forEach((box) =>
    box.addEventListener("input", () => {
      state.orders = [...root.querySelectorAll("[name=order]:checked")].map((b) => Number(b.value));
      changed();
    }),
  );
  for (const [id, k] of ENDS)
    get(id).addEventListener("input", () => {
      const x = state.x.with(k, get(id).value === "" ? NaN : Number(get(id).value));
      const fits = Number.isFinite(x[1] - x[0]) && x[0] < x[1];
      get(id).setAttribute("aria-invalid", String(!fits));
      if (!fits) return;
      Object.assign(state, { x, y: null });
      changed();
    });

  const fit = () => {
    state.y = null;
    changed();
  };
  const reset = () => {
    Object.assign(state, { x: [...explorer.VIEW], y: null });
    changed();
  };
  const read = (value, byKeyboard) => {
    const [low, high] = state.x;
    at = byKeyboard ? at + value * (high - low) : Math.min(Math.max(value, low), high);
    at = fixed(at, high - low, 3);
    const beyond = Math.max(at - high, 0) || Math.min(at - low, 0);
    if (beyond) state.x = [low + beyond, high + beyond];
    if (byKeyboard) get("live").textContent = explorer.reading(drawn, state, at);
    if (beyond) changed();
    else redraw();
  };
  const actions = explorer.gestures(plot, {
    get: () => view,
    set: (next) => {
      view = next;
      Object.assign(state, next);
      changed();
    },
    scales: () => scales,
    read,
    fit,
    reset,
  });
  root
    .querySelectorAll("[data-do]")
    .forEach((button) => button.addEventListener("click", () => actions[button.dataset.do]()));

  // ---- sharing ----
  explorer.copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  };
  get("link").addEventListener("click", async () => {
    write();
    get("done").textContent = (await explorer.copy(location.href))
      ? "Copied"
      : "The link is the address of this page";
  });
  get("svg").addEventListener("click", () => {
    const text = explorer.exported(plot, drawn, state.orders);
    const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    element("a", {
      href: url,
      download: `${drawn.map((d) => d.curve.key ?? "formula").join("-") || "empty"}.svg`,
    }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
    get("done").textContent = "Saved";
  });

  get("names").append(...[...explorer.activations].map(([key, act]) => new Option(act.name, key)));
  addEventListener("hashchange", load);
  new ResizeObserver(redraw).observe(plot);
  load();
})();
