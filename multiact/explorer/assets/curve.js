// The points at which a function is drawn: more where it bends, none across a jump.
"use strict";

(() => {
  const CELLS = 400;
  const HALVINGS = 44; // after which a jump is as narrow as doubles allow
  const FLAT = 0.2; // of the largest size: values that differ less are shown without 0
  const LARGE = 0.02; // of the height of the view: what may be a jump

  /* Lists of points [x, y], one for each part that is drawn in one stroke. */
  explorer.strokes = (f, [low, high], [bottom, top]) => {
    const height = top - bottom;
    const strokes = [];
    let stroke = [];
    const cut = () => {
      if (stroke.length) strokes.push(stroke);
      stroke = [];
    };
    const join = (a, b) => {
      if (Math.abs(b[1] - a[1]) > LARGE * height) {
        const [left, right] = narrowed(f, a, b);
        if (Math.abs(right[1] - left[1]) > 0.5 * Math.abs(b[1] - a[1])) {
          stroke.push(left);
          cut();
          stroke.push(right);
        }
      }
      stroke.push(b);
    };
    let before = null;
    for (let i = 0; i <= CELLS; i++) {
      const x = low + ((high - low) * i) / CELLS;
      const point = [x, f(x)];
      if (!Number.isFinite(point[1])) cut();
      else if (!stroke.length) stroke.push(point);
      else join(before, point);
      before = point;
    }
    cut();
    return strokes;
  };

  // the narrowest cell within a cell over which the function changes most
  const narrowed = (f, a, b) => {
    for (let i = 0; i < HALVINGS; i++) {
      const x = (a[0] + b[0]) / 2;
      if (x === a[0] || x === b[0]) break;
      const middle = [x, f(x)];
      if (!Number.isFinite(middle[1])) break;
      if (Math.abs(middle[1] - a[1]) > Math.abs(b[1] - middle[1])) b = middle;
      else a = middle;
    }
    return [a, b];
  };

  /* The range of y that shows most: a steep branch cannot spoil it, and 0 is in it unless far. */
  explorer.visibleRange = (functions, [low, high]) => {
    const values = functions.flatMap((f) =>
      Array.from({ length: 201 }, (_, i) => f(low + ((high - low) * i) / 200)).filter(
        Number.isFinite,
      ),
    );
    if (!values.length) return [-1, 1];
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const sizes = values.map(Math.abs).sort((a, b) => a - b);
    const size = sizes.at(-1);
    if (most - least < FLAT * size && most - least > 1e-9 * size) {
      const margin = 0.1 * (most - least);
      return [least - margin, most + margin];
    }
    const limit = Math.max(high - low, 4 * sizes[Math.floor(0.75 * (sizes.length - 1))]) / 2;
    const range = [Math.max(Math.min(0, least), -limit), Math.min(Math.max(0, most), limit)];
    const margin = 0.06 * (range[1] - range[0] || 2);
    return [range[0] - margin, range[1] + margin];
  };

  /* Round numbers within a range, about as many as asked for, and how they are written. */
  explorer.ticks = ([low, high], count) => {
    const rough = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((m) => m * power >= rough);
    const digits = Math.min(100, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
    const first = Math.ceil(low / step);
    const number = Math.floor(high / step) - first + 1;
    return Array.from({ length: number }, (_, i) => {
      const value = (first + i) * step;
      const odd = Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-4);
      const few = Math.abs(first + i) < 1000; // digits that tell it from its neighbours
      const text =
        odd && few ? Number(value.toPrecision(4)).toExponential() : value.toFixed(digits);
      return [value, text.replace("-", "\u2212")];
    });
  };

  /* A number as people write it, with all its digits. */
  explorer.written = (value) => {
    if (Number.isNaN(value)) return "NaN";
    return String(value).replace("Infinity", "∞").replaceAll("-", "\u2212");
  };
  /* A number with six digits. */
  explorer.shown = (value) =>
    explorer.written(Number.isFinite(value) ? Number(value.toPrecision(6)) : value);
})();
