// The network on pyvis's canvas. Its engine is read only when somebody first opens this view.

const drawnNetwork = { canvas: null, net: null };

/** The policy of the page lets exactly this text run. */
function startEngine() {
  if (window.vis) return;
  const script = document.createElement("script");
  script.textContent = byName("engine").textContent;
  document.head.append(script);
}

function nodeLook(node) {
  const family = familyOf(node.id);
  const chosen = state.focus === node.id || state.path === node.id;
  const way = valenceOf(node.id);
  const label = `${way ? `${VALENCES[way]} ` : ""}${labelOf(node.id).slice(0, 70)}`;
  return {
    id: node.id, x: node.x, y: node.y, label, shape: family.shape, size: chosen ? 16 : 9,
    color: { background: toneOf(node.lit ? family.tone : "wash"), border: toneOf(chosen ? "ink" : node.lit ? family.tone : "faded") },
    borderWidth: chosen ? 4 : 1, widthConstraint: { maximum: 150 },
    font: { color: toneOf(node.lit ? "ink" : "faded"), size: chosen ? 15 : 13, face: "sans-serif", strokeWidth: 3, strokeColor: toneOf("paper") },
  };
}

function edgeLook(edge, number, straight) {
  const tone = toneOf(edge.lit ? edge.look.look : "rule");
  const several = edge.claims.length > 1 ? `${edge.claims.length}×` : "";
  return {
    id: number, from: edge.from, to: edge.to, label: edge.look === PLAIN ? several : `${edge.look.sign}${several}`,
    color: { color: tone, highlight: tone, hover: tone }, dashes: edge.look.dash, arrows: { to: { enabled: true, scaleFactor: 0.6 } },
    width: (edge.look.look === "cause" ? 2.5 : 1.5) + Math.min(3, Math.log2(edge.claims.length)),
    smooth: straight ? { enabled: true, type: "curvedCW", roundness: 0.12 } : { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: 0.5 },
    font: { color: toneOf(edge.lit ? "ink" : "faded"), size: 12, face: "sans-serif", strokeWidth: 4, strokeColor: toneOf("paper"), align: "middle" },
  };
}

/** What pyvis says about the canvas, and what this page must say besides. */
function canvasOptions() {
  const given = data.network.options;
  return { ...given, physics: { enabled: false }, layout: { improvedLayout: false, hierarchical: false }, configure: { enabled: false }, interaction: { ...given.interaction, hover: false, keyboard: { enabled: false }, multiselect: false } };
}

const toolButton = (key, words, pressed, change, off = false) =>
  el("button", { type: "button", "data-key": key, "aria-pressed": pressed === null ? undefined : String(pressed), disabled: off, onclick: () => (typeof change === "function" ? change() : update(change)) }, words);

function networkTools() {
  const none = !state.focus;
  return el("div", { class: "bar", role: "group", "aria-label": "What the network shows" },
    toolButton("hops 0", "Overview", state.hops === 0 && !state.path, { hops: 0, path: "" }),
    toolButton("hops 1", "One step", state.hops === 1 && !state.path, { hops: 1, path: "" }, none),
    toolButton("hops 2", "Two steps", state.hops === 2 && !state.path, { hops: 2, path: "" }, none),
    toolButton("zoom in", "+", null, () => zoomed(1.3)), toolButton("zoom out", "−", null, () => zoomed(1 / 1.3)),
    toolButton("fit", "Fit", null, () => drawnNetwork.net && drawnNetwork.net.fit()));
}

function zoomed(factor) {
  const { net } = drawnNetwork;
  if (net) net.moveTo({ scale: net.getScale() * factor });
}

/** The same as words: what the canvas cannot say to everybody. */
function inWords(edges) {
  const shown = edges.filter((edge) => edge.lit).slice(0, 300);
  const item = (edge, number) => el("li", {}, opener(edge.claims.length > 1 ? `${edge.from}~${edge.to}` : edge.claims[0].id, `edge ${number}`, { class: "says" },
    `${labelOf(edge.from)} ${sign(edge.look.sign).textContent} ${wordsOf(edge)} → ${labelOf(edge.to)}${edge.claims.length > 1 ? ` (${edge.claims.length} claims)` : ""}`));
  return el("details", { class: "words" }, el("summary", { "data-key": "in words" }, `The same in words: ${count(shown.length, "arrow")}`), el("ul", {}, shown.map(item)));
}

function wordsOf(edge) {
  const said = [...new Set(edge.claims.map((claim) => linkOf(claim) || sentence(claim)))];
  return said.slice(0, 3).join(", ");
}

function drawNetwork(judgement) {
  const found = drawing(judgement);
  const canvas = el("div", { class: "canvas", role: "img", "aria-label": `Network of ${count(found.nodes.length, "thing")} and ${count(found.edges.length, "arrow")}; the same in words below` });
  const place = () => {
    startEngine();
    const net = new window.vis.Network(canvas, { nodes: found.nodes.map(nodeLook), edges: found.edges.map((edge, number) => edgeLook(edge, number, found.straight)) }, canvasOptions());
    net.on("click", ({ nodes, edges }) => clicked(found, nodes, edges));
    net.once("afterDrawing", () => canvas.setAttribute("data-ready", "yes"));
    if (drawnNetwork.net) drawnNetwork.net.destroy();
    Object.assign(drawnNetwork, { canvas, net });
  };
  return {
    status: `${count(found.nodes.length, "thing")}, ${count(found.edges.length, "arrow")}`,
    element: el("div", { class: "network" }, networkTools(), found.note ? el("p", { class: "note" }, found.note) : "", canvas, pathWords(judgement), inWords(found.edges)),
    place, found,
  };
}

function clicked(found, nodes, edges) {
  if (nodes.length) update({ focus: nodes[0], path: "" });
  else if (edges.length) {
    const { from, to, claims: some } = found.edges[edges[0]];
    update({ focus: some.length > 1 ? `${from}~${to}` : some[0].id, path: "" });
  }
}

function pathWords(judgement) {
  if (!state.path || !isThing(state.focus)) return "";
  const hops = pathOf(state.focus, state.path, judgement.lit);
  if (!hops) return "";
  return el("section", { class: "path" }, el("h2", {}, `From ${labelOf(state.focus)} to ${labelOf(state.path)}, explained`),
    el("ol", {}, hops.map((hop) => el("li", {}, `${labelOf(hop.from)} – ${labelOf(hop.to)}`, el("ul", {}, hop.claims.slice(0, 3).map((claim) => el("li", {}, claimLine(claim, `path ${claim.id}`))))))));
}
