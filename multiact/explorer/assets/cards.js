// The card of a curve: what it is, sliders for its parameters, and code.
"use strict";

(() => {
  const FEW = 4; // elements of an array that are shown at once
  let serial = 0;

  const element = (tag, fields = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), fields);
    made.append(...children);
    return made;
  };

  /* The range of a slider: around the start, within what is allowed. */
  const reach = (start, constraint) => {
    const span = Math.max(3, 2 * Math.abs(start));
    const { low = null, high = null } = constraint ?? {};
    const from = low ?? start - span;
    const to = high ?? start + span;
    return [from, Math.max(to, from + 1)];
  };

  // one number: a slider and a field, which accepts what the slider does not reach
  const slider = (label, start, constraint, set) => {
    const id = `ex-n${serial++}`;
    const [min, max] = reach(start, constraint);
    const bar = element("input", {
      type: "range",
      min,
      max,
      step: (max - min) / 400,
      value: start,
    });
    const field = element("input", { type: "number", step: "any", value: start, id });
    const mistake = element("p", { className: "ex-mistake", id: `${id}-mistake` });
    bar.setAttribute("aria-label", `${label}, slider`);
    field.setAttribute("aria-describedby", mistake.id);
    const accept = (value, from) => {
      const fits = explorer.accepts(constraint, value);
      field.setAttribute("aria-invalid", String(!fits));
      mistake.textContent = fits ? "" : `${label} must be ${constraint?.text ?? "a finite number"}`;
      if (!fits) return;
      if (from === bar) field.value = value;
      else {
        bar.min = Math.min(bar.min, value);
        bar.max = Math.max(bar.max, value);
        bar.value = value;
      }
      set(value);
    };
    bar.addEventListener("input", () => accept(Number(Number(bar.value).toPrecision(4)), bar));
    field.addEventListener("input", () =>
      accept(field.value === "" ? NaN : Number(field.value), field),
    );
    return element(
      "div",
      { className: "ex-slider" },
      element("label", { htmlFor: id }, label),
      bar,
      field,
      mistake,
    );
  };

  const parameter = (p, changed) => {
    const set = (value) => {
      p.value = value;
      changed();
    };
    if (!Array.isArray(p.value)) return slider(p.name, p.value, p.constraint, set);
    const sliders = p.value.map((start, i) =>
      slider(`${p.name}[${i}]`, start, p.constraint, (value) => {
        p.value[i] = value;
        changed();
      }),
    );
    const title = `${p.name}: ${sliders.length} numbers`;
    return element(
      "details",
      { open: sliders.length <= FEW },
      element("summary", {}, title),
      ...sliders,
    );
  };

  // which array of a gate is drawn along, and the number that the other one is
  const gate = (curve, changed) => {
    const { data } = curve.act;
    const id = `ex-n${serial++}`;
    const select = element("select", { id }, ...data.map((name, i) => new Option(name, i)));
    const place = element("div");
    const others = () =>
      place.replaceChildren(
        ...data.flatMap((name, i) =>
          i === curve.along
            ? []
            : [
                slider(`${name}, held`, curve.fixed[i], null, (value) => {
                  curve.fixed[i] = value;
                  changed();
                }),
              ],
        ),
      );
    select.value = curve.along;
    select.addEventListener("input", () => {
      curve.along = Number(select.value);
      others();
      changed();
    });
    others();
    return [element("label", { htmlFor: id }, "x is"), select, place];
  };

  const code = (curve) => {
    const id = `ex-n${serial++}`;
    const select = element("select", { id });
    const text = element("code");
    const copy = element("button", { type: "button" }, "Copy");
    const said = element("span");
    said.setAttribute("role", "status");
    const block = element("pre", { tabIndex: 0 }, text);
    block.setAttribute("aria-label", `Code of ${curve.title}`);
    block.setAttribute("role", "region");
    const show = () => {
      text.textContent = explorer.code(curve)[select.value];
      said.textContent = "";
    };
    select.append(...Object.keys(explorer.code(curve)).map((name) => new Option(name)));
    select.addEventListener("input", show);
    copy.addEventListener("click", async () => {
      said.textContent = (await explorer.copy(text.textContent))
        ? " Copied"
        : " Select the text to copy it";
    });
    show();
    const details = element(
      "details",
      {},
      element("summary", {}, "Code"),
      element("label", { htmlFor: id }, "for"),
      select,
      copy,
      said,
      block,
    );
    return { details, show };
  };

  const about = (curve, pages) => {
    const { act } = curve;
    if (!act) {
      const hint = "Letters besides x would be parameters, with sliders.";
      return curve.parameters.length ? [] : [element("p", { className: "ex-note" }, hint)];
    }
    const found = [element("p", {}, act.summary)];
    if (act.formula) found.push(element("p", {}, element("code", {}, act.formula)));
    const unchecked = act.conditions
      .filter(([, holds]) => !holds)
      .map(([text]) => `${text} must hold.`);
    const notes = [...act.notes, ...unchecked];
    found.push(...notes.map((note) => element("p", { className: "ex-note" }, note)));
    if (pages && !act.declared)
      found.push(
        element(
          "p",
          {},
          element("a", { href: `${pages}${act.key}.html` }, `All about ${act.name}`),
        ),
      );
    return found;
  };

  /* The card of a curve, and what shows its state anew. */
  explorer.card = (curve, pages, changed, remove) => {
    const warning = element("p", { className: "ex-mistake" });
    warning.setAttribute("role", "alert");
    const program = code(curve);
    const update = () => {
      warning.textContent = curve.broken();
      program.show();
      changed();
    };
    const button = element("button", { type: "button" }, "Remove");
    button.setAttribute("aria-label", `Remove ${curve.title}`);
    button.addEventListener("click", remove);
    const card = element(
      "article",
      { className: "ex-card" },
      element("header", {}, element("h2", {}, curve.title), button),
      ...about(curve, pages),
      warning,
      ...(curve.act?.data.length > 1 ? gate(curve, update) : []),
      ...curve.parameters.map((p) => parameter(p, update)),
      program.details,
    );
    warning.textContent = curve.broken();
    return card;
  };
  explorer.element = element;
})();
