// Files of what is on screen: of the claims that are lit there, or of the picture itself.

let lastDrawn = null;

/** The lit claims that the view shows. */
function claimsOnScreen() {
  const { judgement, view } = lastDrawn;
  const lit = (some) => [...new Set(some)].filter((claim) => judgement.lit.has(claim));
  if (state.view === "table") return tableClaims(judgement);
  if (state.view === "network") return lit(view.found.edges.filter((edge) => edge.lit).flatMap((edge) => edge.claims));
  if (state.view === "lanes")
    return lit(
      lanesModel().deals.flatMap((entry) => [
        ...entry.around.map((line) => line.claim),
        ...(claimsOf().get(entry.deal) || []).filter(
          (claim) => entry.parties.includes(claim.subject) && claim.object === entry.deal,
        ),
        ...entry.then.map((line) => line.claim),
      ]),
    );
  return lit(
    entriesOnScreen(judgement).flatMap((entry) =>
      [...entry.around, ...entry.then].flatMap((card) => card.said.flatMap((each) => each.claims)),
    ),
  );
}

function entriesOnScreen(judgement) {
  const parts = gathered(ledgerRows(judgement).map((row) => [row.part, row]));
  return state.open.flatMap((part) =>
    (parts.get(part) || []).sort((one, two) => byDay(one.deal, two.deal)).slice(0, state.page * ROWS_AT_ONCE),
  );
}

function save(content, name, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = el("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  say(`Saved: ${name}`);
}

const fileName = (suffix) => `negograph-${state.view}.${suffix}`;

/** A cell of CSV, with an apostrophe before text that a spreadsheet would run. */
function csvCell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csv(some) {
  const head = [
    "id",
    "subject",
    "subject_label",
    "predicate",
    "object",
    "object_label",
    "value",
    "polarity",
    "modality",
    "gist",
    "said_by",
    "source",
    "paragraph",
    "start",
    "end",
  ];
  const rows = some.map((claim) => [
    claim.id,
    claim.subject,
    labelOf(claim.subject),
    claim.predicate,
    claim.object,
    claim.object ? labelOf(claim.object) : "",
    claim.value,
    claim.polarity || "affirmed",
    modalityOf(claim),
    claim.gist,
    saidBy(claim),
    claim.source,
    claim.locator,
    claim.start,
    claim.end,
  ]);
  return [head, ...rows].map((row) => `${row.map(csvCell).join(",")}\n`).join("");
}

/** What the signs mean, below the picture: it travels without its page. */
function withKey(scene) {
  const looks = [["gone around", BYPASS], ...Object.entries(LINKS), ["denied", DENIED]];
  const words = [
    ...looks.map(([name, look]) => [`${look.sign} ${name}`, look.look]),
    ...Object.keys(VALENCES).map((way) => [`${VALENCES[way]} verdicts ${VALENCE_WORDS[way]}`, way]),
  ];
  let [x, y] = [16, scene.height + 14];
  const items = words.map(([text, tone]) => {
    const wide = widthOf(text, 12) + 16;
    if (x + wide > scene.width) [x, y] = [16, y + 18];
    x += wide;
    return shape.text(x - wide, y, text, tone, { size: 12 });
  });
  return { ...scene, height: y + 16, items: [...scene.items, ...items] };
}

function sceneOnScreen() {
  const { judgement } = lastDrawn;
  const wide = Math.max(1000, byName("view").clientWidth);
  return withKey(state.view === "lanes" ? lanesScene(judgement, wide) : ledgerScene(judgement));
}

function svgText() {
  const scene = sceneOnScreen();
  const paper = shape.rect(0, 0, scene.width, scene.height, "paper");
  const drawn = picture({ ...scene, items: [paper, ...scene.items] });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(drawn)}\n`;
}

function asPng(done) {
  if (state.view === "network") {
    const drawn = drawnNetwork.canvas.querySelector("canvas");
    const copyOf = el("canvas", { width: drawn.width, height: drawn.height });
    const context = copyOf.getContext("2d");
    context.fillStyle = toneOf("paper");
    context.fillRect(0, 0, copyOf.width, copyOf.height);
    context.drawImage(drawn, 0, 0);
    copyOf.toBlob(done, "image/png");
    return;
  }
  const scene = sceneOnScreen();
  const sharp = Math.min(2, 16000 / scene.height); // browsers have no larger canvas
  const canvas = el("canvas", { width: Math.round(scene.width * sharp), height: Math.round(scene.height * sharp) });
  const context = canvas.getContext("2d");
  context.scale(sharp, sharp);
  paint(scene, context);
  canvas.toBlob(done, "image/png");
}

const EXPORTS = {
  CSV: { write: () => save(csv(claimsOnScreen()), fileName("csv"), "text/csv") },
  Turtle: { write: () => save(turtle(claimsOnScreen()), fileName("ttl"), "text/turtle") },
  GEXF: { write: () => save(gexf(claimsOnScreen()), fileName("gexf"), "application/gexf+xml") },
  SVG: { views: ["ledger", "lanes"], write: () => save(svgText(), fileName("svg"), "image/svg+xml") },
  PNG: {
    views: ["ledger", "lanes", "network"],
    write: () => asPng((blob) => save(blob, fileName("png"), "image/png")),
  },
};
