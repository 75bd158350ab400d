// Python that uses what is drawn, with its parameters, in each framework.
"use strict";

(() => {
  const number = (v) => (Number.isInteger(v) && Math.abs(v) < 1e15 ? `${v}.0` : String(v));
  const value = (v) => (Array.isArray(v) ? `[${v.map(number).join(", ")}]` : number(v));

  const lines = (...parts) => `${parts.join("\n")}\n`;

  const ofActivation = (curve) => {
    const { act, parameters } = curve;
    // arrays may start at random elsewhere, so they are always given
    const changed = parameters
      .filter((p, i) => Array.isArray(p.value) || p.value !== act.parameters[i].value)
      .map((p) => `${p.name}=${value(p.value)}`);
    const options = changed.join(", ");
    const arrays = act.gated || act.data.length === 1 ? ["x"] : act.data;
    const given = arrays.join(", ");
    const declared = act.declared ? [`import ${act.declared}  # declares ${act.key}`] : [];
    const halves = act.gated ? `  # ${act.data.join(" and ")}: the halves of its last axis` : "";
    const module = (name, from) =>
      lines(
        from,
        ...declared,
        "",
        `act = ${name}.${act.name}(${options})`,
        `y = act(${given})${halves}`,
      );
    const plain = (name, from) =>
      lines(
        from,
        ...declared,
        "",
        `y = ${name}.${act.key}(${[...arrays, ...changed].join(", ")})${halves}`,
      );
    const linen = lines(
      "from flax import linen as nn",
      "from multiact_flax import linen",
      ...declared,
      "",
      "",
      "class Network(nn.Module):",
      "    @nn.compact",
      `    def __call__(self, ${given}):`,
      `        return linen.${act.name}(${options})(${given})${halves}`,
    );
    return {
      PyTorch: module("mt", "import multiact_torch as mt"),
      "Flax nnx": module("mf", "import multiact_flax as mf"),
      "Flax linen": linen,
      JAX: plain("mj", "import multiact_jax as mj"),
      NumPy: plain("mn", "import multiact_numpy as mn"),
    };
  };

  // ---- the declaration of a formula ----
  const INFIX = { "+": 4, "-": 4, "*": 5, "/": 5 };
  for (const sign of ["<", "<=", ">", ">=", "==", "!="]) INFIX[sign] = 3;
  const LOGICAL = { and: "&", or: "|" };

  // text, and how tightly it holds together
  const written = (tree) => {
    const inner = (arg, least) => {
      const [text, level] = written(arg);
      return level < least ? `(${text})` : text;
    };
    const list = tree.args.map((a) => written(a)[0]).join(", ");
    if (tree.op === "number") return [tree.name ? `xp.${tree.name}` : String(tree.value), 9];
    if (tree.op === "x") return ["x", 9];
    if (tree.op === "parameter") return [tree.name, 9];
    if (tree.op === "neg") return [`-${inner(tree.args[0], 6)}`, 6];
    if (tree.op === "not") return [`~${inner(tree.args[0], 9)}`, 6];
    if (tree.op === "pow") return [`${inner(tree.args[0], 8)} ** ${inner(tree.args[1], 8)}`, 7];
    if (tree.op in LOGICAL)
      return [tree.args.map((a) => inner(a, 4)).join(` ${LOGICAL[tree.op]} `), 2];
    if (tree.op in INFIX) {
      const level = INFIX[tree.op];
      return [`${inner(tree.args[0], level)} ${tree.op} ${inner(tree.args[1], level + 1)}`, level];
    }
    if (tree.op !== "call") return [`xp.${tree.op}(${list})`, 9];
    if (explorer.activations.has(tree.name) && !explorer.functions.has(tree.name))
      return [`multiact.${tree.name}(${list})`, 9];
    return [`${XP.has(tree.name) ? "xp" : "special"}.${tree.name}(${list})`, 9];
  };
  const XP = new Set(Object.keys(explorer.elementary));

  const ofFormula = ({ read, parameters }) => {
    const body = written(read.tree)[0];
    const options = parameters
      .map((p) => `, ${p.name}: Learnable[Real] = ${number(p.value)}`)
      .join("");
    const imports = [
      "import multiact",
      ...(body.includes("special.") ? ["from multiact import special"] : []),
      ...(parameters.length ? ["from multiact.parameters import Learnable, Real"] : []),
    ];
    const text = lines(
      ...imports,
      "",
      "",
      "@multiact.activation",
      `def mine(x, /${options}, *, xp):`,
      '    """A formula from the explorer."""',
      `    return ${body}`,
    );
    return { "A file of your own": text };
  };

  /* Texts by the name of the framework. */
  explorer.code = (curve) => (curve.act ? ofActivation(curve) : ofFormula(curve));
})();
