// Reads formulas that readers type, by recursive descent: nothing of their text is ever run.
"use strict";

(() => {
  const LONGEST = 2000; // characters
  const DEEPEST = 60; // parentheses within parentheses, and the like
  const PREFIXES = new Set("xp np jnp torch math special multiact".split(" "));
  const CONSTANTS = { pi: Math.PI, e: Math.E, inf: Infinity };
  const GREEK = new Set(
    "alpha beta gamma delta epsilon zeta eta theta kappa mu nu rho sigma tau phi chi psi omega".split(
      " ",
    ),
  );
  // functions that are made of others, with the least and the largest number of operands
  const COMPOSED = {
    where: [3, 3],
    maximum: [2, 2],
    minimum: [2, 2],
    max: [2, 2],
    min: [2, 2],
    clip: [3, 3],
    pow: [2, 2],
    square: [1, 1],
    reciprocal: [1, 1],
    exp2: [1, 1],
    hypot: [2, 2],
    logaddexp: [2, 2],
  };
  const SAME = { max: "maximum", min: "minimum" };
  const TOKEN =
    /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_][\w.]*)|(\*\*|<=|>=|==|!=|[-+*/^()<>,&|~]))/y;

  class Mistake extends Error {
    constructor(message, token) {
      super(message);
      [this.start, this.end] = [token.start, Math.max(token.end, token.start + 1)];
    }
  }

  const tokens = (text) => {
    const found = [];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.trimEnd().length) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(text);
      if (!match) {
        const start = from + text.slice(from).search(/\S/);
        const given = String.fromCodePoint(text.codePointAt(start));
        throw new Mistake(`${given} has no meaning in a formula`, {
          start,
          end: start + given.length,
        });
      }
      const [, number, name, sign] = match;
      const end = TOKEN.lastIndex;
      const written = number ?? name ?? sign;
      found.push({
        kind: number ? "number" : name ? "name" : "sign",
        text: written,
        start: end - written.length,
        end,
      });
    }
    return [...found, { kind: "end", text: "the end", start: text.length, end: text.length }];
  };

  // how many letters have to be changed, or to change places with the next one
  const distance = (a, b) => {
    const d = Array.from({ length: a.length + 1 }, (_, i) => [i]);
    for (let j = 0; j <= b.length; j++) d[0][j] = j;
    for (let i = 1; i <= a.length; i++)
      for (let j = 1; j <= b.length; j++) {
        const other = a[i - 1] !== b[j - 1];
        d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + other);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
      }
    return d[a.length][b.length];
  };
  const nearest = (word, choices) => {
    const near = choices.map((c) => [distance(word.toLowerCase(), c.toLowerCase()), c]);
    const [best] = near.sort(([a], [b]) => a - b);
    return best && best[0] <= Math.max(1, word.length / 3) ? `; did you mean ${best[1]}?` : "";
  };

  const node = (op, args, fields = {}) => {
    const varies = args.some((a) => a.varies);
    return { op, args, type: "number", varies, ...fields };
  };
  const isParameter = (name) => /^[A-Za-z]\d*$/.test(name) || GREEK.has(name.replace(/_?\d+$/, ""));

  class Reader {
    constructor(text) {
      this.tokens = tokens(text);
      this.at = 0;
      this.depth = 0;
      this.parameters = new Set();
    }

    get next() {
      return this.tokens[this.at];
    }

    take(...texts) {
      return (
        this.next.kind !== "number" && texts.includes(this.next.text) && this.tokens[this.at++]
      );
    }

    expect(text) {
      if (!this.take(text))
        throw new Mistake(`${text} is expected before ${this.next.text}`, this.next);
    }

    typed(type, tree, token) {
      if (tree.type === type) return tree;
      const hint =
        type === "number"
          ? "a number is needed here, not a condition"
          : "a condition such as x < 0 is needed here";
      throw new Mistake(hint, token);
    }

    // operands of one kind, joined from the left: `below` reads them
    joined(type, below, ops) {
      const start = this.next;
      let left = below();
      for (let sign; (sign = this.take(...Object.keys(ops)));) {
        this.typed(type, left, start);
        const second = this.next;
        left = node(ops[sign.text], [left, this.typed(type, below(), second)], { type });
      }
      return left;
    }

    whole() {
      const start = this.next;
      if (start.kind === "end")
        throw new Mistake("a formula is expected, such as x * tanh(x)", start);
      const tree = this.typed("number", this.choice(), start);
      if (this.next.kind !== "end")
        throw new Mistake(`an operator is expected before ${this.next.text}`, this.next);
      return tree;
    }

    choice() {
      if (++this.depth > DEEPEST) throw new Mistake("too many formulas within formulas", this.next);
      const start = this.next;
      const value = this.either();
      let tree = value;
      if (this.take("if")) {
        const middle = this.next;
        const condition = this.typed("condition", this.either(), middle);
        this.expect("else");
        const last = this.next;
        const branches = [
          this.typed("number", value, start),
          this.typed("number", this.choice(), last),
        ];
        tree = node("where", [condition, ...branches]);
      }
      this.depth--;
      return tree;
    }

    either() {
      return this.joined("condition", () => this.both(), { or: "or", "|": "or" });
    }

    both() {
      return this.joined("condition", () => this.negation(), { and: "and", "&": "and" });
    }

    negation() {
      if (!this.take("not", "~")) return this.comparison();
      const start = this.next;
      return node(
        "not",
        [
          this.typed(
            "condition",
            this.nested(() => this.negation()),
            start,
          ),
        ],
        { type: "condition" },
      );
    }

    comparison() {
      const start = this.next;
      let left = this.sum();
      let found = null; // a < b < c is a < b and b < c
      for (let sign; (sign = this.take("<", "<=", ">", ">=", "==", "!="));) {
        this.typed("number", left, start);
        const second = this.next;
        const right = this.typed("number", this.sum(), second);
        const one = node(sign.text, [left, right], { type: "condition" });
        found = found ? node("and", [found, one], { type: "condition" }) : one;
        left = right;
      }
      return found ?? left;
    }

    sum() {
      return this.joined("number", () => this.product(), { "+": "+", "-": "-" });
    }

    product() {
      return this.joined("number", () => this.signed(), { "*": "*", "/": "/" });
    }

    // a level of recursion that no parenthesis counts
    nested(read) {
      if (++this.depth > DEEPEST) throw new Mistake("too many formulas within formulas", this.next);
      const tree = read();
      this.depth--;
      return tree;
    }

    signed() {
      const sign = this.take("-", "+");
      if (!sign) return this.power();
      const start = this.next;
      const tree = this.typed(
        "number",
        this.nested(() => this.signed()),
        start,
      );
      return sign.text === "-" ? node("neg", [tree]) : tree;
    }

    power() {
      const start = this.next;
      const base = this.atom();
      if (!this.take("**", "^")) return base;
      this.typed("number", base, start);
      const second = this.next;
      return node("pow", [
        base,
        this.typed(
          "number",
          this.nested(() => this.signed()),
          second,
        ),
      ]);
    }

    atom() {
      const token = this.next;
      if (this.take("(")) {
        const tree = this.choice();
        this.expect(")");
        return tree;
      }
      if (token.kind !== "number" && token.kind !== "name")
        throw new Mistake(
          `a number, a name or a parenthesis is expected before ${token.text}`,
          token,
        );
      this.at++;
      if (token.kind === "number") return node("number", [], { value: Number(token.text) });
      return this.next.text === "(" ? this.call(token) : this.name(token);
    }

    plain(token) {
      const [first, ...rest] = token.text.split(".");
      const name = rest.length === 1 && PREFIXES.has(first) ? rest[0] : token.text;
      return token.text.startsWith("multiact.special.") ? token.text.slice(17) : name;
    }

    name(token) {
      const name = this.plain(token);
      if (name === "x") return node("x", [], { varies: true });
      if (Object.hasOwn(CONSTANTS, name))
        return node("number", [], { value: CONSTANTS[name], name });
      if (known().includes(name))
        throw new Mistake(`${name} is a function: write ${name}(x)`, token);
      if (!isParameter(name)) {
        const hint = nearest(name, ["x", ...Object.keys(CONSTANTS), ...GREEK, ...known()]);
        const may = hint || "; parameters are single letters or Greek names, such as a or beta";
        throw new Mistake(`there is no ${name}${may}`, token);
      }
      this.parameters.add(name);
      return node("parameter", [], { name });
    }

    call(token) {
      const written = this.plain(token);
      const name = SAME[written] ?? written;
      const operands = this.operands();
      const counts = Object.hasOwn(COMPOSED, name) ? COMPOSED[name] : functionCounts(name);
      if (!counts) {
        if (explorer.omitted[name])
          throw new Mistake(`${name} cannot be used: ${explorer.omitted[name]}`, token);
        throw new Mistake(`there is no function ${written}${nearest(written, known())}`, token);
      }
      const [least, most] = counts;
      if (operands.length < least || operands.length > most) {
        const range = least === most ? least : `${least} to ${most}`;
        throw new Mistake(
          `${name} takes ${range} operand${most > 1 ? "s" : ""}, ${operands.length} given`,
          token,
        );
      }
      operands.forEach(([tree, start], i) =>
        this.typed(name === "where" && i === 0 ? "condition" : "number", tree, start),
      );
      const trees = operands.map(([tree]) => tree);
      if (Object.hasOwn(COMPOSED, name)) return node(name, trees);
      const late = trees.findIndex((tree, i) => i > 0 && tree.varies);
      if (late > 0)
        throw new Mistake(
          `operand ${late + 1} of ${name} is a parameter, and has no x`,
          operands[late][1],
        );
      return node("call", trees, { name });
    }

    operands() {
      this.expect("(");
      const found = [];
      if (this.take(")")) return found;
      do {
        const start = this.next;
        found.push([this.choice(), start]);
      } while (this.take(","));
      this.expect(")");
      return found;
    }
  }

  // a function of the package, or an activation with a single array and plain numbers
  const functionCounts = (name) => {
    const f = explorer.functions.get(name);
    if (f) return [f.operands.length, f.operands.length];
    const act = explorer.activations.get(name);
    if (!act || act.data.length > 1 || act.parameters.some((p) => Array.isArray(p.value)))
      return null;
    return [1, 1 + act.parameters.length];
  };
  const known = () => [
    ...Object.keys(COMPOSED),
    ...explorer.functions.keys(),
    ...[...explorer.activations.keys()].filter(functionCounts),
  ];

  /* The tree of a formula and the names of its parameters; a Mistake says what is wrong, and where. */
  explorer.read = (text) => {
    if (text.length > LONGEST)
      throw new Mistake(`a formula has at most ${LONGEST} characters`, {
        start: LONGEST,
        end: text.length,
      });
    const reader = new Reader(text);
    const tree = reader.whole();
    return { text, tree, parameters: [...reader.parameters].sort() };
  };
  explorer.Mistake = Mistake;
  explorer.nearest = nearest;
})();
