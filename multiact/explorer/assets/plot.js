// The picture: axes, curves and the point that is read, as SVG.
"use strict";

(() => {
  const NS = "http://www.w3.org/2000/svg";
  const DASHES = ["", "8 4", "2 3.5"]; // of f, f' and f''
  const MARGIN = { left: 44, right: 14, top: 10, bottom: 26 };
  const LETTER = 8; // its width, at most
  const FAR = 1e4; // pixels: what lies beyond is not seen, and too large numbers are not drawn

  const svg = (tag, fields = {}, ...children) => {
    const made = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(fields)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  /* How a derivative of a curve is drawn: a colour for each curve, or of a single one for each order. */
  const look = (index, order, count) => ({
    stroke: `var(--ex-${(count === 1 ? order : index) + 1})`,
    "stroke-dasharray": DASHES[order],
    "stroke-width": order === 0 ? 2.6 : 2,
    fill: "none",
  });

  const widest = (ticks) => LETTER * Math.max(0, ...ticks.map(([, text]) => text.length));

  /* Where numbers are, of a view in a picture of some size, and what is written at the axes. */
  const scales = ({ x, y }, width, height) => {
    const bottom = height - MARGIN.bottom;
    const right = width - MARGIN.right;
    const rows = explorer.ticks(y, (bottom - MARGIN.top) / 45);
    const left = Math.max(MARGIN.left, widest(rows) + 12);
    const near = explorer.ticks(x, (right - left) / 70);
    const columns = explorer.ticks(x, (right - left) / Math.max(70, widest(near) + 24));
    const perX = (right - left) / (x[1] - x[0]);
    const perY = (bottom - MARGIN.top) / (y[1] - y[0]);
    return {
      ...{ left, right, bottom, width, rows, columns },
      top: MARGIN.top,
      px: (v) => left + (v - x[0]) * perX,
      py: (v) => Math.max(-FAR, Math.min(FAR, bottom - (v - y[0]) * perY)),
      toX: (p) => x[0] + (p - left) / perX,
      toY: (p) => y[0] + (bottom - p) / perY,
    };
  };

  const axes = (s) => {
    const group = svg("g", {
      stroke: "var(--ex-border)",
      fill: "var(--ex-text)",
      "font-size": 12,
      "font-family": "system-ui, sans-serif",
    });
    const line = (x1, y1, x2, y2, value) =>
      svg("line", { x1, y1, x2, y2, "stroke-opacity": value === 0 ? 1 : 0.3 });
    const text = (content, fields) => svg("text", { stroke: "none", ...fields }, content);
    for (const [value, label] of s.columns) {
      const at = s.px(value);
      const inside = Math.min(at, s.width - (LETTER * label.length) / 2);
      group.append(line(at, s.top, at, s.bottom, value));
      group.append(text(label, { x: inside, y: s.bottom + 17, "text-anchor": "middle" }));
    }
    for (const [value, label] of s.rows) {
      const at = s.py(value);
      group.append(line(s.left, at, s.right, at, value));
      group.append(text(label, { x: s.left - 6, y: at + 4, "text-anchor": "end" }));
    }
    return group;
  };

  const path = (strokes, s) =>
    strokes
      .map((points) =>
        points
          .map(([x, y], i) => `${i ? "L" : "M"}${s.px(x).toFixed(2)} ${s.py(y).toFixed(2)}`)
          .join(""),
      )
      .join("");

  // curves in the picture, whose clip needs a name
  const curves = (drawn, orders, view, s) => {
    const frame = svg("rect", {
      x: s.left,
      y: s.top,
      width: s.right - s.left,
      height: s.bottom - s.top,
    });
    const group = svg("g", { "clip-path": "url(#ex-clip)", "stroke-linejoin": "round" });
    drawn.forEach(({ functions, index, count }) => {
      for (const order of orders) {
        const strokes = explorer.strokes(functions[order], view.x, view.y);
        group.append(
          svg("path", { d: path(strokes, s), ...look(index, order, count), "data-order": order }),
        );
      }
    });
    return [svg("clipPath", { id: "ex-clip" }, frame), group];
  };

  const marks = (drawn, orders, at, s) => {
    const group = svg("g", { "clip-path": "url(#ex-clip)", class: "ex-marks" });
    const x = s.px(at);
    group.append(
      svg("line", {
        x1: x,
        y1: s.top,
        x2: x,
        y2: s.bottom,
        stroke: "var(--ex-text)",
        "stroke-width": 1,
        "stroke-dasharray": "2 2",
      }),
    );
    for (const { functions, index, count } of drawn)
      for (const order of orders) {
        const y = functions[order](at);
        const { stroke } = look(index, order, count);
        if (Number.isFinite(y))
          group.append(
            svg("circle", { cx: x, cy: s.py(y), r: 4, fill: stroke, stroke: "var(--ex-back)" }),
          );
      }
    return group;
  };

  /* Draw into an element; return the scales. */
  explorer.draw = (place, drawn, { orders, x, y }, at) => {
    const { clientWidth: width, clientHeight: height } = place;
    const view = { x, y };
    const s = scales(view, width, height);
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
    picture.append(axes(s), ...curves(drawn, orders, view, s), marks(drawn, orders, at, s));
    place.replaceChildren(picture);
    return s;
  };

  /* The picture as a file of its own, with colours instead of variables, and a legend. */
  explorer.exported = (place, drawn, orders) => {
    const picture = place.firstChild.cloneNode(true);
    picture.querySelector(".ex-marks").remove();
    const [width, height] = [place.clientWidth, place.clientHeight];
    const rows = drawn.flatMap(({ title, index, count }) =>
      orders.map((order) => ({
        look: look(index, order, count),
        text: `${title}${["", ", f′", ", f″"][order]}`,
      })),
    );
    const legend = svg("g", {
      "font-size": 12,
      "font-family": "system-ui, sans-serif",
      fill: "var(--ex-text)",
    });
    rows.forEach((row, i) => {
      const y = height + 12 + 18 * i;
      legend.append(
        svg("line", { x1: MARGIN.left, x2: MARGIN.left + 28, y1: y, y2: y, ...row.look }),
      );
      legend.append(svg("text", { x: MARGIN.left + 36, y: y + 4 }, row.text));
    });
    const total = height + 18 * rows.length + 8;
    picture.prepend(
      svg("title", {}, drawn.map((d) => d.title).join(", ")),
      svg("rect", { width, height: total, fill: "var(--ex-back)" }),
    );
    picture.append(legend);
    picture.setAttribute("viewBox", `0 0 ${width} ${total}`);
    picture.setAttribute("width", width);
    picture.setAttribute("height", total);
    picture.removeAttribute("aria-hidden");
    const style = getComputedStyle(place);
    const text = new XMLSerializer().serializeToString(picture);
    return text.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
  };

  /* A short line as the curve's own, for legends. */
  explorer.sample = (index, order, count) => {
    const line = svg("line", { x2: 28, ...look(index, order, count) });
    line.style.stroke = `var(--ex-${(count === 1 ? order : index) + 1})`;
    return svg("svg", { class: "ex-line", "aria-hidden": "true" }, line);
  };
  explorer.DASHES = DASHES;
})();
