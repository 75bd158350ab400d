// Moves and zooms of the plot, by pointer, wheel and keyboard.
"use strict";

(() => {
  const STEP = 1.25; // of a zoom
  const SMALLEST = 1e-9; // width of a view, relative to where it is
  const LARGEST = 1e9;

  const around = ([low, high], at, factor) => [at + (low - at) * factor, at + (high - at) * factor];
  const moved = ([low, high], by) => [low + by, high + by];

  /* A view zoomed around a point; the same one where numbers would run out. */
  explorer.zoomed = (view, factor, at) => {
    const x = around(view.x, at[0], factor);
    const width = x[1] - x[0];
    const size = Math.max(1, Math.abs(x[0]), Math.abs(x[1]));
    if (width < SMALLEST * size || width > LARGEST) return view;
    return { x, y: around(view.y, at[1], factor) };
  };

  /* Let a plot be moved: `get` and `set` are for its view, `scales` says where numbers are. */
  explorer.gestures = (place, { get, set, scales, read, fit, reset }) => {
    const pointers = new Map();
    const at = (event) => {
      const box = place.getBoundingClientRect();
      return [
        event.clientX - box.left - place.clientLeft,
        event.clientY - box.top - place.clientTop,
      ];
    };
    const number = ([px, py]) => [scales().toX(px), scales().toY(py)];
    const centre = () => {
      const [a, b] = [...pointers.values()];
      return {
        middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2],
        gap: Math.hypot(a[0] - b[0], a[1] - b[1]),
      };
    };
    const drag = (from, to) => {
      const [a, b] = [number(from), number(to)];
      const view = get();
      set({ x: moved(view.x, a[0] - b[0]), y: moved(view.y, a[1] - b[1]) });
    };

    place.addEventListener("pointerdown", (event) => {
      pointers.set(event.pointerId, at(event));
      place.setPointerCapture(event.pointerId);
    });
    place.addEventListener("pointermove", (event) => {
      const here = at(event);
      if (!pointers.has(event.pointerId)) {
        if (event.pointerType !== "touch") read(number(here)[0], false);
        return;
      }
      const before = pointers.get(event.pointerId);
      const pinch = pointers.size === 2 && centre();
      pointers.set(event.pointerId, here);
      if (pinch) {
        const after = centre();
        set(explorer.zoomed(get(), pinch.gap / Math.max(after.gap, 1), number(after.middle)));
      } else if (pointers.size === 1) drag(before, here);
    });
    for (const name of ["pointerup", "pointercancel"])
      place.addEventListener(name, (event) => {
        if (name === "pointerup" && pointers.size === 1) read(number(at(event))[0], false);
        pointers.delete(event.pointerId);
      });
    place.addEventListener(
      "wheel",
      (event) => {
        // a page with the plot in it still scrolls, until the plot is clicked
        if (!event.ctrlKey && document.activeElement !== place) return;
        event.preventDefault();
        set(
          explorer.zoomed(
            get(),
            STEP ** Math.max(-2, Math.min(2, event.deltaY / 60)),
            number(at(event)),
          ),
        );
      },
      { passive: false },
    );

    const zoom = (factor) => {
      const { x, y } = get();
      set(explorer.zoomed({ x, y }, factor, [(x[0] + x[1]) / 2, (y[0] + y[1]) / 2]));
    };
    const rise = (part) => {
      const { x, y } = get();
      set({ x, y: moved(y, part * (y[1] - y[0])) });
    };
    const step = (direction, event) => read(direction * (event.shiftKey ? 0.1 : 0.01), true);
    const keys = {
      ArrowLeft: (event) => step(-1, event),
      ArrowRight: (event) => step(1, event),
      "+": () => zoom(1 / STEP),
      "=": () => zoom(1 / STEP),
      "-": () => zoom(STEP),
      PageUp: () => rise(0.1),
      PageDown: () => rise(-0.1),
      f: fit,
      F: fit,
      Home: reset,
    };
    place.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
      event.preventDefault();
      keys[event.key](event);
    });
    return { in: () => zoom(1 / STEP), out: () => zoom(STEP), fit, reset };
  };
})();
