// Where the programs of activations and functions are kept, and the few functions that they need.
"use strict";

(() => {
  const { abs, acosh, asinh, atan, atan2, atanh, ceil, cos, cosh, exp, expm1, floor } = Math;
  const { log, log10, log1p, log2, sign, sin, sinh, sqrt, tan, tanh, trunc } = Math;
  // one to any power, and minus one to an infinite one, are 1 as in C and in Python
  const pow = (a, b) => (a === 1 || (a === -1 && abs(b) === Infinity) ? 1 : a ** b);
  // the nearest whole number, of two the even one
  const round = (a) => {
    const low = floor(a);
    const over = a - low;
    return over < 0.5 || (over === 0.5 && low % 2 === 0) || !(abs(a) < 2 ** 52) ? low : low + 1;
  };

  globalThis.explorer = {
    activations: new Map(), // by key, in order
    functions: new Map(), // of formulas, by name
    omitted: {}, // activations that the page cannot draw, and why
    elementary: {
      abs,
      acosh,
      asinh,
      atan,
      atan2,
      atanh,
      ceil,
      cos,
      cosh,
      exp,
      expm1,
      floor,
      log,
      log10,
      log1p,
      log2,
      pow,
      round,
      sign,
      sin,
      sinh,
      sqrt,
      tan,
      tanh,
      trunc,
    },
  };
})();
