// What is shown, and the part of the address after # that says so.
"use strict";

(() => {
  const VIEW = [-5, 5];
  const FIXED = 1; // the other array of a gate: at 0 most gates are 0
  const MOST = 6; // curves, as many as there are colours

  const flat = (parameters) => parameters.flatMap((p) => p.value);

  /* A curve of an activation, with its defaults. */
  const ofActivation = (key) => {
    const act = explorer.activations.get(key);
    return {
      key,
      act,
      title: act.name,
      parameters: act.parameters.map((p) => ({ ...p, value: structuredClone(p.value) })),
      along: act.data.length - 1, // the gate
      fixed: act.data.map(() => FIXED),
      jet(x) {
        const data = act.data.map((_, i) => (i === this.along ? x : this.fixed[i]));
        return act.along[this.along](...data, ...flat(this.parameters));
      },
      broken() {
        const given = flat(this.parameters);
        const found = act.conditions.find(([, holds]) => holds && !holds(...given)[0]);
        return found ? `${found[0]} must hold` : "";
      },
    };
  };

  /* A curve of a formula; a Mistake says what is wrong with it. */
  const ofFormula = (text) => {
    const read = explorer.read(text);
    const program = explorer.program(read);
    return {
      text,
      read,
      title: text.trim(),
      parameters: read.parameters.map((name) => ({ name, value: 1 })),
      along: 0,
      fixed: [],
      jet(x) {
        return program(x, ...flat(this.parameters));
      },
      broken: () => "",
    };
  };

  const find = (name) => {
    const wanted = name.trim();
    if (explorer.activations.has(wanted)) return wanted;
    for (const [key, act] of explorer.activations)
      if ([key, act.name, ...act.aliases].some((n) => n.toLowerCase() === wanted.toLowerCase()))
        return key;
    const why = explorer.omitted[wanted.toLowerCase()];
    if (why) throw new Error(`${wanted} cannot be drawn: ${why}`);
    throw new Error(
      `there is no activation ${wanted}${explorer.nearest(wanted, [...explorer.activations.keys()])}`,
    );
  };

  const accepts = (constraint, value) => {
    if (!Number.isFinite(value)) return false;
    if (!constraint) return true;
    const { low, high, zero } = constraint;
    return (
      (low === null || value >= low) && (high === null || value <= high) && (value !== 0 || zero)
    );
  };

  const numbers = (text) =>
    text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  const range = (text) => {
    const [low, high, ...more] = numbers(text);
    if (!Number.isFinite(high - low) || low >= high || more.length)
      throw new Error(`a range is two numbers, the smaller one first, got ${text}`);
    return [low, high];
  };

  const fresh = () => ({ curves: [], orders: [0, 1, 2], x: [...VIEW], y: null });

  const setParameter = (curve, name, text) => {
    if (!curve) throw new Error(`${name} stands before any activation`);
    const data = curve.act ? curve.act.data : [];
    const values = numbers(text);
    if (data.length > 1 && data.includes(name) && Number.isFinite(values[0])) {
      curve.fixed[data.indexOf(name)] = values[0];
      return;
    }
    const p = curve.parameters.find((q) => q.name === name);
    if (!p)
      throw new Error(
        `${curve.title} has no parameter ${name}${explorer.nearest(
          name,
          curve.parameters.map((q) => q.name),
        )}`,
      );
    const count = Array.isArray(p.value) ? p.value.length : 1;
    if (values.length !== count || !values.every((v) => accepts(p.constraint, v)))
      throw new Error(
        `${name} must be ${p.constraint ? p.constraint.text : count > 1 ? `${count} numbers` : "a number"}, got ${text}`,
      );
    p.value = Array.isArray(p.value) ? values : values[0];
  };

  /* The state that an address means, and what was wrong with it. */
  const fromAddress = (hash) => {
    const state = fresh();
    const wrong = [];
    const entry = (name, value) => {
      const last = state.curves.at(-1);
      if (name === "a" || name === "f") {
        if (state.curves.length === MOST) throw new Error(`at most ${MOST} curves are drawn`);
        state.curves.push(name === "a" ? ofActivation(find(value)) : ofFormula(value));
      } else if (name === "along") {
        const place = last?.act ? last.act.data.indexOf(value) : -1;
        if (place < 0) throw new Error(`there is no array ${value} to draw along`);
        last.along = place;
      } else if (name === "x" || name === "y") state[name] = range(value);
      else if (name === "d") state.orders = [0, 1, 2].filter((k) => value.includes(k));
      else if (name.startsWith(".")) setParameter(last, name.slice(1), value);
    };
    for (const [name, value] of new URLSearchParams(hash.replace(/^#/, ""))) {
      try {
        entry(name, value);
      } catch (error) {
        wrong.push(error.message);
      }
    }
    return { state, wrong };
  };

  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  /* The address of a state: what differs from the defaults. */
  const toAddress = ({ curves, orders, x, y }) => {
    const entries = [];
    for (const curve of curves) {
      const { act } = curve;
      entries.push(act ? ["a", curve.key] : ["f", curve.text]);
      if (act && curve.along !== act.data.length - 1)
        entries.push(["along", act.data[curve.along]]);
      curve.fixed.forEach((v, i) => {
        if (i !== curve.along && v !== FIXED) entries.push([`.${act.data[i]}`, v]);
      });
      curve.parameters.forEach((p, i) => {
        if (!same(p.value, act ? act.parameters[i].value : 1))
          entries.push([`.${p.name}`, p.value]);
      });
    }
    if (!same(orders, [0, 1, 2])) entries.push(["d", orders.join("")]);
    if (!same(x, VIEW)) entries.push(["x", x]);
    if (y) entries.push(["y", y]);
    return `#${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}`;
  };

  Object.assign(explorer, {
    MOST,
    VIEW,
    accepts,
    find,
    fromAddress,
    ofActivation,
    ofFormula,
    toAddress,
    fresh,
  });
})();
