// What is drawn, in words and numbers, for those who do not see it.
"use strict";

(() => {
  const NAMES = ["f", "f′", "f″"];
  const ROWS = 11; // of the table
  const STEPS = 400;

  const extremes = (f, [low, high]) => {
    let [least, most] = [null, null];
    for (let i = 0; i <= STEPS; i++) {
      const x = low + ((high - low) * i) / STEPS;
      const y = f(x);
      if (!Number.isFinite(y)) continue;
      if (!least || y < least[1]) least = [x, y];
      if (!most || y > most[1]) most = [x, y];
    }
    return [least, most];
  };

  const sentence = ({ title, functions }, order, x) => {
    const { shown } = explorer;
    const [least, most] = extremes(functions[order], x);
    const what = `${NAMES[order]} of ${title}`;
    if (!least) return `${what} has no finite value.`;
    if (least[1] === most[1]) return `${what} is ${shown(least[1])} throughout.`;
    return `${what} is lowest, ${shown(least[1])}, near x = ${shown(least[0])}, and highest, ${shown(most[1])}, near x = ${shown(most[0])}.`;
  };

  /* Sentences about all that is drawn. */
  explorer.words = (drawn, { orders, x }) => {
    if (!drawn.length) return ["Nothing is drawn: add an activation or a formula."];
    const range = `From x = ${explorer.shown(x[0])} to ${explorer.shown(x[1])}:`;
    return [range, ...drawn.flatMap((d) => orders.map((order) => sentence(d, order, x)))];
  };

  /* Head and rows of a table of values. */
  explorer.valueTable = (drawn, { orders, x }) => {
    const head = [
      "x",
      ...drawn.flatMap(({ title }) => orders.map((order) => `${title} ${NAMES[order]}`)),
    ];
    const rows = Array.from({ length: ROWS }, (_, i) => {
      const at = x[0] + ((x[1] - x[0]) * i) / (ROWS - 1);
      return [
        at,
        ...drawn.flatMap(({ functions }) => orders.map((order) => functions[order](at))),
      ].map(explorer.shown);
    });
    return [head, rows];
  };

  /* What is read at one point, in one sentence. */
  explorer.reading = (drawn, { orders }, at) => {
    const values = drawn.map(
      ({ title, functions }) =>
        `${title}: ${orders.map((order) => `${NAMES[order]} ${explorer.shown(functions[order](at))}`).join(", ")}`,
    );
    return `x = ${explorer.written(at)}; ${values.join("; ")}`;
  };
})();
