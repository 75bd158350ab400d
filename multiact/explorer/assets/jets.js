// Values of formulas that readers type, with their first and second derivatives: [f, f', f''].
"use strict";

(() => {
  const { exp, log } = explorer.elementary;
  // a slope that is 0 stays so beside an infinite value
  const times = (a, b) => (a === 0 || b === 0 ? 0 : a * b);

  const constant = (c) => [c, 0, 0];
  const add = (u, v) => [u[0] + v[0], u[1] + v[1], u[2] + v[2]];
  const neg = (u) => [-u[0], -u[1], -u[2]];
  const sub = (u, v) => add(u, neg(v));
  const mul = (u, v) => [
    u[0] * v[0],
    times(u[1], v[0]) + times(u[0], v[1]),
    times(u[2], v[0]) + 2 * times(u[1], v[1]) + times(u[0], v[2]),
  ];
  const div = (u, v) => {
    const f = u[0] / v[0];
    const f1 = (u[1] - times(f, v[1])) / v[0];
    return [f, f1, (u[2] - 2 * times(f1, v[1]) - times(f, v[2])) / v[0]];
  };
  // a function whose value and derivatives at u are known
  const chain = ([f, f1, f2], u) => [f, times(f1, u[1]), times(f2, u[1] * u[1]) + times(f1, u[2])];
  const pow = (u, v) => {
    const f = explorer.elementary.pow(u[0], v[0]);
    const raised = (c, k) => times(c, explorer.elementary.pow(u[0], k));
    if (v[1] === 0 && v[2] === 0) {
      const c = v[0];
      return chain([f, raised(c, c - 1), raised(c * (c - 1), c - 2)], u);
    }
    const exponent = mul(v, chain([log(u[0]), 1 / u[0], -1 / (u[0] * u[0])], u));
    return chain([f, f, f], exponent);
  };
  // the larger or the smaller; at a tie the slope that the package takes, and NaN where x is NaN
  const maximum = (x, p, [u, v]) => {
    const [a, b] = v.varies && !u.varies ? [v, u] : [u, v];
    const [left, right] = [a.at(x, p), b.at(x, p)];
    return left[0] <= right[0] ? right : left;
  };
  const minimum = (x, p, [u, v]) => {
    const [left, right] = [u.at(x, p), v.at(x, p)];
    if (u.varies === v.varies) return left[0] >= right[0] ? right : left;
    const [moving, fixed] = u.varies ? [left, right] : [right, left];
    return moving[0] > fixed[0] ? fixed : moving;
  };
  const sqrt = (u) => chain(explorer.functions.get("sqrt").program(u[0]), u);
  const of = (f) => (x, p, args) => f(...args.map((a) => a.at(x, p)));
  const compared =
    (f) =>
    (x, p, [u, v]) =>
      f(u.at(x, p)[0], v.at(x, p)[0]);

  const RULES = {
    x: (x) => [x, 1, 0],
    "+": of(add),
    "-": of(sub),
    "*": of(mul),
    "/": of(div),
    neg: of(neg),
    pow: of(pow),
    square: of((u) => mul(u, u)),
    reciprocal: of((u) => div(constant(1), u)),
    exp2: of((u) => pow(constant(2), u)),
    hypot: of((u, v) => sqrt(add(mul(u, u), mul(v, v)))),
    logaddexp: of((u, v) => {
      const [high, low] = u[0] >= v[0] ? [u, v] : [v, u];
      const gap = sub(low, high);
      const z = chain(Array(3).fill(exp(gap[0])), gap);
      return add(high, chain(explorer.functions.get("log1p").program(z[0]), z));
    }),
    where: (x, p, [c, u, v]) => (c.at(x, p) ? u : v).at(x, p),
    maximum,
    minimum,
    // the slope at both bounds is 0
    clip: (x, p, [u, low, high]) => {
      const [v, a, b] = [u, low, high].map((tree) => tree.at(x, p));
      const held = v[0] <= a[0] ? a : v;
      return held[0] >= b[0] ? b : held;
    },
    "<": compared((a, b) => a < b),
    "<=": compared((a, b) => a <= b),
    ">": compared((a, b) => a > b),
    ">=": compared((a, b) => a >= b),
    "==": compared((a, b) => a === b),
    "!=": compared((a, b) => a !== b),
    and: (x, p, [a, b]) => a.at(x, p) && b.at(x, p),
    or: (x, p, [a, b]) => a.at(x, p) || b.at(x, p),
    not: (x, p, [a]) => !a.at(x, p),
  };

  const called = (name) => {
    const f = explorer.functions.get(name);
    if (f)
      return (x, p, [u, ...rest]) => {
        const jet = u.at(x, p);
        return chain(f.program(jet[0], ...rest.map((tree) => tree.at(x, p)[0])), jet);
      };
    const act = explorer.activations.get(name);
    const defaults = act.parameters.map((q) => q.value);
    return (x, p, [u, ...rest]) => {
      const jet = u.at(x, p);
      const given = rest.map((tree) => tree.at(x, p)[0]);
      return chain(act.along[0](jet[0], ...given, ...defaults.slice(given.length)), jet);
    };
  };

  const prepared = (tree, names) => {
    const args = tree.args.map((a) => prepared(a, names));
    const { varies } = tree;
    if (tree.op === "number") return { varies, at: () => constant(tree.value) };
    if (tree.op === "parameter") {
      const k = names.indexOf(tree.name);
      return { varies, at: (_, p) => constant(p[k]) };
    }
    const rule = tree.op === "call" ? called(tree.name) : RULES[tree.op];
    return { varies, at: (x, p) => rule(x, p, args) };
  };

  /* A function as those of activations are, of x and the parameters, from what `read` returned. */
  explorer.program = ({ tree, parameters }) => {
    const ready = prepared(tree, parameters);
    return (x, ...p) => ready.at(x, p);
  };
})();
