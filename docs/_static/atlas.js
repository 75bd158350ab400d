// Moves in the map of activations, and tells which are nearest. Without it, the map is whole.
"use strict";

(() => {
  const atlas = document.getElementById("atlas");
  if (!atlas) return;
  const map = atlas.querySelector("svg");
  const status = atlas.querySelector(".found");
  const nearest = JSON.parse(atlas.querySelector("script").textContent);
  const dots = new Map();
  for (const dot of map.querySelectorAll("a")) dots.set(dot.id.slice("on-map-".length), dot);
  const whole = map.viewBox.baseVal;
  const size = { width: whole.width, height: whole.height };
  const LARGEST = 12;

  // ---- the part that is seen ----
  let view = { x: 0, y: 0, width: size.width };
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const show = ({ x, y, width }) => {
    const wide = clamp(width, size.width / LARGEST, size.width);
    const high = (wide * size.height) / size.width;
    view = { x: clamp(x, 0, size.width - wide), y: clamp(y, 0, size.height - high), width: wide };
    map.setAttribute("viewBox", `${view.x} ${view.y} ${wide} ${high}`);
  };
  const zoom = (factor, at) => {
    const scale = clamp(view.width / factor, size.width / LARGEST, size.width) / view.width;
    show({
      x: at.x - (at.x - view.x) * scale,
      y: at.y - (at.y - view.y) * scale,
      width: view.width * scale,
    });
  };
  const place = (event) => {
    const box = map.getBoundingClientRect();
    const scale = view.width / box.width;
    return {
      x: view.x + (event.clientX - box.left) * scale,
      y: view.y + (event.clientY - box.top) * scale,
    };
  };
  const middle = () => ({
    x: view.x + view.width / 2,
    y: view.y + (view.width * size.height) / size.width / 2,
  });

  // ---- mouse and fingers: one moves, two zoom ----
  const pointers = new Map();
  let moved = 0;
  map.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !map.matches(":focus-within")) return; // the page scrolls
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 300), place(event));
    },
    { passive: false },
  );
  map.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, event);
    moved = 0;
  });
  const apart = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  map.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    moved += Math.abs(dx) + Math.abs(dy);
    if (pointers.size === 1) {
      const scale = view.width / map.getBoundingClientRect().width;
      show({ ...view, x: view.x - dx * scale, y: view.y - dy * scale });
    } else if (pointers.size === 2) {
      const old = apart([...pointers.values()]);
      pointers.set(event.pointerId, event);
      if (old > 0) zoom(apart([...pointers.values()]) / old, place(event));
    }
    pointers.set(event.pointerId, event);
  });
  for (const type of ["pointerup", "pointercancel", "pointerleave"])
    map.addEventListener(type, (event) => pointers.delete(event.pointerId));
  map.addEventListener("dragstart", (event) => event.preventDefault());
  map.addEventListener(
    "click",
    (event) => moved > 5 && event.preventDefault(), // the end of a movement is no click
    true,
  );

  // ---- keys and buttons ----
  const keys = {
    ArrowLeft: [-0.15, 0],
    ArrowRight: [0.15, 0],
    ArrowUp: [0, -0.15],
    ArrowDown: [0, 0.15],
  };
  map.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in keys) {
      const [dx, dy] = keys[event.key];
      show({ ...view, x: view.x + dx * view.width, y: view.y + dy * view.width });
    } else if (event.key === "+" || event.key === "=") zoom(1.5, middle());
    else if (event.key === "-") zoom(1 / 1.5, middle());
    else if (event.key === "0") show({ x: 0, y: 0, width: size.width });
    else return;
    event.preventDefault();
  });
  for (const button of atlas.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      const factor = Number(button.dataset.zoom);
      if (factor) zoom(factor, middle());
      else show({ x: 0, y: 0, width: size.width });
    });
  }

  // ---- one activation and its nearest ----
  const tell = (name) => {
    for (const dot of map.querySelectorAll(".near, .chosen")) dot.classList.remove("near", "chosen");
    dots.get(name).classList.add("chosen");
    const near = nearest[name] || [];
    for (const [other] of near) dots.get(other)?.classList.add("near");
    const words = near.map(([other, unlike]) => `${other} (${unlike.toFixed(3)})`);
    status.textContent =
      `${name}. Nearest but for what lines lead to, and how unlike from 0 to 1: ` +
      `${words.join(", ")}.`;
  };
  for (const [name, dot] of dots) {
    dot.addEventListener("pointerenter", () => tell(name));
    dot.addEventListener("focus", () => tell(name));
  }
  const form = atlas.querySelector("form");
  const find = () => {
    const name = form.elements.name.value.trim().toLowerCase();
    const dot = dots.get(name);
    if (!dot) {
      status.textContent = name ? `No activation ${name} on the map.` : "";
      return;
    }
    const circle = dot.querySelector("circle");
    const width = size.width / 4;
    show({
      x: circle.cx.baseVal.value - width / 2,
      y: circle.cy.baseVal.value - (width * size.height) / size.width / 2,
      width,
    });
    tell(name);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
  form.elements.name.addEventListener("change", find);
  const asked = decodeURIComponent(location.hash.slice(1));
  if (dots.has(asked)) {
    form.elements.name.value = asked;
    find();
  }
})();
