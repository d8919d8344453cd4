// A picture as a list of shapes, drawn as SVG on the page and in files, and on a canvas for PNG.

const FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";
const pen = lazily(() => document.createElement("canvas").getContext("2d"));

function widthOf(text, size, weight = 400) {
  pen().font = `${weight} ${size}px ${FONT}`;
  return pen().measureText(text).width;
}

function wrapped(text, width, size, weight = 400) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = lines[lines.length - 1] ? `${lines[lines.length - 1]} ${word}` : word;
    if (!lines[lines.length - 1] || widthOf(longer, size, weight) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The text, or as much of it as fits, with an ellipsis. */
function shortened(text, width, size, weight = 400) {
  if (widthOf(text, size, weight) <= width) return text;
  let most = text.length;
  while (most > 1 && widthOf(`${text.slice(0, most)}…`, size, weight) > width) most -= 1;
  return `${text.slice(0, most).trimEnd()}…`;
}

const shape = {
  text: (x, y, text, tone, more = {}) => ({
    is: "text",
    x,
    y,
    text,
    tone,
    size: 13,
    weight: 400,
    anchor: "start",
    ...more,
  }),
  line: (x1, y1, x2, y2, tone, more = {}) => ({ is: "line", x1, y1, x2, y2, tone, wide: 1, dash: [], ...more }),
  rect: (x, y, width, height, tone, more = {}) => ({ is: "rect", x, y, width, height, tone, ...more }),
  dot: (x, y, radius, tone, more = {}) => ({ is: "dot", x, y, radius, tone, ...more }),
  /** Shapes that belong together and open something. */
  group: (key, label, items, open) => ({ is: "group", key, label, items, open }),
};

function svgOf(item) {
  const colour = item.tone ? toneOf(item.tone) : "none";
  if (item.is === "group") {
    const role = item.open
      ? {
          role: "button",
          tabindex: "0",
          "aria-label": item.label,
          "data-key": item.key,
          onclick: item.open,
          onkeydown: (event) => onEnter(event, item.open),
        }
      : {};
    return svgEl("g", role, item.items.map(svgOf));
  }
  if (item.is === "text") {
    return svgEl(
      "text",
      {
        x: item.x,
        y: item.y,
        fill: colour,
        "font-size": item.size,
        "font-weight": item.weight,
        "text-anchor": item.anchor,
        "font-family": FONT,
      },
      item.text,
    );
  }
  if (item.is === "line") {
    return svgEl("line", {
      x1: item.x1,
      y1: item.y1,
      x2: item.x2,
      y2: item.y2,
      stroke: colour,
      "stroke-width": item.wide,
      "stroke-dasharray": item.dash.join(" ") || undefined,
    });
  }
  if (item.is === "dot") return svgEl("circle", { cx: item.x, cy: item.y, r: item.radius, fill: colour });
  return svgEl("rect", {
    x: item.x,
    y: item.y,
    width: item.width,
    height: item.height,
    fill: item.filled === false ? "none" : colour,
    stroke: item.edge ? toneOf(item.edge) : undefined,
    rx: item.round,
  });
}

function onEnter(event, act) {
  if (event.key !== "Enter" && event.key !== " ") return;
  event.preventDefault();
  act(event);
}

function picture(scene, properties = {}) {
  return svgEl(
    "svg",
    {
      xmlns: SVG,
      width: scene.width,
      height: scene.height,
      viewBox: `0 0 ${scene.width} ${scene.height}`,
      ...properties,
    },
    scene.items.map(svgOf),
  );
}

function paint(scene, context) {
  context.fillStyle = toneOf("paper");
  context.fillRect(0, 0, scene.width, scene.height);
  const each = (item) => {
    const colour = item.tone ? toneOf(item.tone) : "transparent";
    context.fillStyle = colour;
    context.strokeStyle = colour;
    if (item.is === "group") item.items.forEach(each);
    else if (item.is === "text") {
      context.font = `${item.weight} ${item.size}px ${FONT}`;
      context.textAlign = item.anchor === "middle" ? "center" : item.anchor;
      context.fillText(item.text, item.x, item.y);
    } else if (item.is === "line") {
      context.lineWidth = item.wide;
      context.setLineDash(item.dash);
      context.beginPath();
      context.moveTo(item.x1, item.y1);
      context.lineTo(item.x2, item.y2);
      context.stroke();
    } else if (item.is === "dot") {
      context.beginPath();
      context.arc(item.x, item.y, item.radius, 0, 2 * Math.PI);
      context.fill();
    } else {
      if (item.filled !== false) context.fillRect(item.x, item.y, item.width, item.height);
      if (item.edge) {
        context.setLineDash([]);
        context.lineWidth = 1;
        context.strokeStyle = toneOf(item.edge);
        context.strokeRect(item.x, item.y, item.width, item.height);
      }
    }
  };
  scene.items.forEach(each);
}
