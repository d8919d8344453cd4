// The network on pyvis's canvas. Its engine is read only when somebody first opens this view.

const drawnNetwork = { canvas: null, net: null, shown: "" };

/** Unpack the engine and run it; the policy of the page lets exactly this text run. */
const startEngine = lazily(async () => {
  const packed = Uint8Array.from(atob(byName("engine").textContent), (letter) => letter.codePointAt(0));
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(plain).text();
  document.head.append(script);
});

/** A box with its sign and its name inside, so that no arrow runs through a label. */
function nodeLook(node) {
  const family = familyOf(node.id);
  const chosen = state.focus === node.id || state.path === node.id;
  const way = node.followed ? valenceOf(node.id) : "";
  const tone = toneOf(node.lit ? family.tone : "faded");
  const wash = toneOf(chosen || node.large ? "wash" : "paper");
  return {
    id: node.id,
    x: node.x,
    y: node.y,
    label: [way ? VALENCES[way] : family.sign, shortLabel(node.id)].join(" "),
    shape: "box",
    margin: 5,
    widthConstraint: { maximum: 160 },
    borderWidth: chosen ? 4 : node.large ? 2.5 : 1.2,
    borderWidthSelected: 4,
    color: {
      background: wash,
      border: chosen ? toneOf("ink") : tone,
      highlight: { background: wash, border: toneOf("ink") },
    },
    font: {
      color: toneOf(node.lit ? "ink" : "faded"),
      size: chosen || node.large ? 14 : 13,
      face: "system-ui, sans-serif",
    },
    shapeProperties: {
      borderRadius: family.of === "Actor" ? 12 : 2,
      borderDashes: family.of === "Outcome" ? [4, 3] : false,
    },
  };
}

function edgeLook(edge, number, straight) {
  const tone = toneOf(edge.lit ? edge.look.look : "rule");
  const several = edge.claims.length > 1 ? `${edge.claims.length}×` : "";
  return {
    id: number,
    from: edge.from,
    to: edge.to,
    label: edge.look === PLAIN ? several : `${edge.look.sign}${several}`,
    color: { color: tone, highlight: tone, hover: tone },
    dashes: edge.look.dash,
    arrows: { to: { enabled: true, scaleFactor: 0.6 } },
    width: (edge.look.look === "cause" ? 2.5 : 1.5) + Math.min(3, Math.log2(edge.claims.length)),
    smooth: straight
      ? { enabled: true, type: "curvedCW", roundness: 0.12 }
      : { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: 0.5 },
    font: {
      color: toneOf(edge.lit ? "ink" : "faded"),
      size: 12,
      face: "sans-serif",
      strokeWidth: 4,
      strokeColor: toneOf("paper"),
      align: "horizontal",
    },
  };
}

/** What pyvis says about the canvas, and what this page must say besides. */
function canvasOptions() {
  const given = data.network.options;
  return {
    ...given,
    physics: { enabled: false },
    layout: { improvedLayout: false, hierarchical: false },
    nodes: { scaling: { label: { drawThreshold: 3 } } },
    configure: { enabled: false },
    interaction: { ...given.interaction, hover: false, keyboard: { enabled: false }, multiselect: false },
  };
}

const toolButton = (key, words, pressed, change, off = false) =>
  el(
    "button",
    {
      type: "button",
      "data-key": key,
      "aria-pressed": pressed === null ? undefined : String(pressed),
      disabled: off,
      onclick: () => (typeof change === "function" ? change() : update(change)),
    },
    words,
  );

function networkTools() {
  const none = !state.focus;
  return el(
    "div",
    { class: "bar", role: "group", "aria-label": "What the network shows" },
    toolButton("hops 0", "Overview", state.hops === 0 && !state.path, { hops: 0, path: "" }),
    toolButton("hops 1", "One step", state.hops === 1 && !state.path, { hops: 1, path: "" }, none),
    toolButton("hops 2", "Two steps", state.hops === 2 && !state.path, { hops: 2, path: "" }, none),
    toolButton("zoom in", "+", null, () => zoomed(1.3)),
    toolButton("zoom out", "−", null, () => zoomed(1 / 1.3)),
    toolButton("fit", "Fit", null, () => drawnNetwork.net && fitted(drawnNetwork.net, { nodes: [] })),
  );
}

const READABLE = 0.5; // below that nobody reads the names

/** What is lit, or the whole picture, and some room at its edges; where names would be too small, around the focus. */
function fitted(net, { nodes }) {
  const lit = nodes.filter((node) => node.lit).map((node) => node.id);
  net.fit(lit.length ? { nodes: lit } : {});
  net.moveTo({ scale: Math.min(1.3, net.getScale() * 0.94) });
  if (net.getScale() < READABLE && lit.includes(state.focus)) net.focus(state.focus, { scale: READABLE });
}

/** Where the panel lies over the page, the canvas stands above it; once for each thing, so that nobody is moved twice. */
function aboveThePanel(canvas) {
  const shown = [state.focus, state.path, state.hops].join(" ");
  const covers = !byName("panel").hidden && getComputedStyle(byName("panel")).position === "fixed";
  if (covers && drawnNetwork.shown !== shown) canvas.scrollIntoView({ block: "start" });
  drawnNetwork.shown = shown;
}

function zoomed(factor) {
  const { net } = drawnNetwork;
  if (net) net.moveTo({ scale: net.getScale() * factor });
}

/** The same as words: what the canvas cannot say to everybody. */
function inWords(edges) {
  const shown = edges.filter((edge) => edge.lit).slice(0, 300);
  const item = (edge, number) =>
    el(
      "li",
      {},
      opener(
        edge.claims.length > 1 ? `${edge.from}~${edge.to}` : edge.claims[0].id,
        `edge ${number}`,
        { class: "says" },
        `${labelOf(edge.from)} ${edge.look.sign} ${wordsOf(edge)} → ${labelOf(edge.to)}`,
        edge.claims.length > 1 ? ` (${edge.claims.length} claims)` : "",
      ),
    );
  return el(
    "details",
    { class: "words" },
    el("summary", { "data-key": "in words" }, `The same in words: ${count(shown.length, "arrow")}`),
    el("ul", {}, shown.map(item)),
  );
}

function wordsOf(edge) {
  const said = [...new Set(edge.claims.map((claim) => linkOf(claim) || sentence(claim)))];
  return said.slice(0, 3).join(", ");
}

function drawNetwork(judgement) {
  const found = drawing(judgement);
  const size = `${count(found.nodes.length, "thing")}, ${count(found.edges.length, "arrow")}`;
  const canvas = el("div", {
    class: "canvas",
    role: "img",
    "aria-label": `Network of ${size}; the same in words below`,
  });
  const place = async () => {
    aboveThePanel(canvas);
    await startEngine();
    if (!canvas.isConnected) return; // somebody has moved on meanwhile
    const net = new window.vis.Network(
      canvas,
      {
        nodes: found.nodes.map(nodeLook),
        edges: found.edges.map((edge, number) => edgeLook(edge, number, found.straight)),
      },
      canvasOptions(),
    );
    net.on("click", ({ nodes, edges }) => clicked(found, nodes, edges));
    fitted(net, found);
    net.once("afterDrawing", () => canvas.setAttribute("data-ready", "yes"));
    if (drawnNetwork.net) drawnNetwork.net.destroy();
    Object.assign(drawnNetwork, { canvas, net });
  };
  return {
    status: size,
    element: el(
      "div",
      { class: "network" },
      networkTools(),
      found.note ? el("p", { class: "note" }, found.note) : "",
      canvas,
      pathWords(judgement),
      inWords(found.edges),
    ),
    place,
    found,
  };
}

function clicked(found, nodes, edges) {
  if (nodes.length) choose(nodes[0]);
  else if (edges.length) {
    const { from, to, claims: some } = found.edges[edges[0]];
    choose(some.length > 1 ? `${from}~${to}` : some[0].id);
  }
}

function pathWords(judgement) {
  if (!state.path || !isThing(state.focus)) return "";
  const hops = pathOf(state.focus, state.path, judgement.lit);
  if (!hops) return "";
  return el(
    "section",
    { class: "path" },
    el("h2", {}, `From ${labelOf(state.focus)} to ${labelOf(state.path)}, explained`),
    el(
      "ol",
      {},
      hops.map((hop) =>
        el(
          "li",
          {},
          `${labelOf(hop.from)} – ${labelOf(hop.to)}`,
          el(
            "ul",
            {},
            hop.claims.slice(0, 3).map((claim) => el("li", {}, claimLine(claim, `path ${claim.id}`))),
          ),
        ),
      ),
    ),
  );
}
