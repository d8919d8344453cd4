// Lanes: time runs to the right, an actor has a lane; a deal crosses the lanes of its parties (dots) and of those
// whom it went around (crosses).

const LANE = 26;
const gutter = () => (byName("view").clientWidth < 600 ? 118 : 196);
const MARGIN = 190; // for the labels of what stands at the right end
const LEAST = 34; // a year must have room for its number
const UNDATED = "undated";
const yearOf = (id) => (dayOf(id) === "9999" ? UNDATED : dayOf(id).slice(0, 4));

const lanesModel = lazily(() => {
  const seats = (deal) => [
    ...new Set(
      (claimsOf().get(deal) || [])
        .filter((claim) => claim.object === deal && isA(claim.subject, "Actor") && accepted(claim))
        .filter((claim) =>
          predicates[claim.predicate].above.some((name) => ["ng:partyTo", "ng:initiated", "ng:signed"].includes(name)),
        )
        .map((claim) => claim.subject),
    ),
  ];
  const deals = entries
    .filter((entry) => entry.part !== "event" && (entry.around.length || yearOf(entry.deal) !== UNDATED))
    .map((entry) => ({
      ...entry,
      parties: seats(entry.deal),
      bypassed: [...new Set(entry.around.map((line) => line.other))],
    }))
    .filter((entry) => entry.parties.length + entry.bypassed.length)
    .sort((one, two) => byDay(one.deal, two.deal))
    .slice(0, 60);
  const shown = new Set(deals.map((entry) => entry.deal));
  const after = gathered(
    entries
      .flatMap((entry) => entry.then)
      .filter((line) => yearOf(line.other) !== UNDATED && !shown.has(line.other))
      .map((line) => [line.other, line]),
  );
  const lanes = [...new Set(deals.flatMap((entry) => [...entry.parties, ...entry.bypassed]))];
  const busy = (id) => deals.filter((entry) => entry.parties.includes(id)).length;
  // whoever is everywhere goes on top
  lanes.sort((one, two) => (busy(two) > 3 ? busy(two) : 0) - (busy(one) > 3 ? busy(one) : 0));
  const undated = entries.flatMap((entry) => entry.then).filter((line) => yearOf(line.other) === UNDATED);
  return { deals, after, lanes, undated: new Set(undated.map((line) => line.other)).size };
});

/** Where everything stands: a column a year that has something in it, as wide as it has things, in the order of their days. */
function lanesAxis(model, width) {
  const things = [...model.deals.map((entry) => entry.deal), ...model.after.keys()];
  const years = [...gathered(things.map((id) => [yearOf(id), id]))].sort(([one], [two]) => compare(one, two));
  const weights = years.map(([, ids]) => 1 + ids.length);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const room = Math.max(width - gutter() - MARGIN - years.length * LEAST, total * 11);
  let x = gutter();
  const place = new Map();
  const columns = years.map(([year, ids], which) => {
    const column = { year, x, width: LEAST + (room * weights[which]) / total };
    ids
      .sort(byDay)
      .forEach((id, order) => place.set(id, Math.round(x + (column.width * (order + 0.75)) / (ids.length + 0.5))));
    x += column.width;
    return column;
  });
  return { columns, place, right: x };
}

/**
 * Labels in rows, each beginning at the line that it names. A label never lies on another, nor on the line of one
 * that comes after it: that one's row is further on, so that its line begins (or ends) behind the label.
 */
function packedLabels(labels, most) {
  const settled = [];
  for (const label of labels) {
    const text = shortened(label.text, most - label.x - 4, 12, label.weight || 400);
    const right = label.x + widthOf(text, 12, label.weight || 400) + 10;
    const covers = (one, x) => one.x - 8 <= x && x <= one.right;
    const met = settled.filter((other) => covers(other, label.x) || covers({ x: label.x, right }, other.x));
    settled.push({ ...label, text, right, row: Math.max(-1, ...met.map((other) => other.row)) + 1 });
  }
  return settled;
}

function lanesScene(judgement, width) {
  const model = lanesModel();
  const { columns, place, right } = lanesAxis(model, width);
  const { lit } = judgement;
  const isLit = (entry) =>
    judgement.all ||
    (claimsOf().get(entry.deal) || []).some((claim) => lit.has(claim)) ||
    entry.around.some((line) => lit.has(line.claim));
  const deals = model.deals
    .map((entry) => ({ ...entry, lit: isLit(entry) }))
    .filter((entry) => entry.lit || !state.hide);
  const after = [...model.after]
    .map(([id, lines]) => ({ id, lines, lit: lines.some((line) => lit.has(line.claim)) }))
    .filter((each) => each.lit || !state.hide);
  const heads = packedLabels(
    deals.map((entry) => ({ entry, text: labelOf(entry.deal), x: place.get(entry.deal), weight: 600 })),
    right + MARGIN,
  );
  const top = 34 + 17 * (1 + Math.max(0, ...heads.map((head) => head.row)));
  const laneY = new Map(model.lanes.map((id, number) => [id, top + LANE * (number + 0.7)]));
  const floor = top + LANE * model.lanes.length + 12;
  const backwards = [...after].sort((one, two) => place.get(two.id) - place.get(one.id));
  const feet = packedLabels(
    backwards.map((each) => ({ each, text: footText(each), x: place.get(each.id) })),
    right + MARGIN,
  );
  const height = floor + 34 + 19 * (1 + Math.max(0, ...feet.map((foot) => foot.row)));
  const items = [
    ...columns.flatMap((column, number) => gridOf(column, columns[number - 1], floor)),
    ...model.lanes.flatMap((id) => laneOf(id, laneY.get(id), right)),
    ...heads.map((head) => dealLine(head, place, laneY)),
    shape.text(gutter() - 12, floor + 26, "what followed", "ink", { weight: 700, anchor: "end" }),
    ...feet.map((foot) => footOf(foot, place, floor)),
  ];
  return { width: Math.round(right + MARGIN), height: Math.round(height), items, drawn: deals.length };
}

function gridOf(column, before, floor) {
  const gap = before && Number(column.year) - Number(before.year) > 1;
  return [
    shape.line(column.x, 24, column.x, floor, "rule", { dash: gap ? [3, 3] : [] }),
    shape.text(column.x + 4, 18, gap ? `⋯ ${column.year}` : column.year, "quiet", { size: 12 }),
  ];
}

function laneOf(id, y, right) {
  const family = familyOf(id);
  return [
    shape.line(gutter(), y, right, y, "rule"),
    shape.group(
      `lane ${id}`,
      labelOf(id),
      [
        shape.text(
          gutter() - 12,
          y + 4,
          shortened(`${family.sign} ${labelOf(id)}`, gutter() - 20, 12),
          state.focus === id ? "accent" : "ink",
          { size: 12, anchor: "end", weight: state.focus === id ? 700 : 400 },
        ),
      ],
      (event) => openPanel(event, id, `lane ${id}`),
    ),
  ];
}

function dealLine({ entry, text, row }, place, laneY) {
  const x = place.get(entry.deal);
  const ys = [...entry.parties, ...entry.bypassed].map((id) => laneY.get(id));
  const tone = entry.lit ? "happening" : "faded";
  const around = entry.lit ? "bypass" : "faded";
  const named = (ids, otherwise) => ids.map(labelOf).join(", ") || otherwise;
  const parts = inParts(entry.deal, "around");
  const inPart = parts.length ? `in a part: ${named(parts)}` : NOTHING;
  const when = dates(entityById.get(entry.deal)) || UNDATED;
  const words = `${labelOf(entry.deal)}, ${when}; parties: ${named(entry.parties, NOTHING)}; went around: ${named(entry.bypassed, inPart)}`;
  const crosses = entry.bypassed.flatMap((id) => {
    const y = laneY.get(id);
    return [
      shape.line(x - 6, y - 6, x + 6, y + 6, around, { wide: 3 }),
      shape.line(x - 6, y + 6, x + 6, y - 6, around, { wide: 3 }),
    ];
  });
  return shape.group(
    `lanes ${entry.deal}`,
    words,
    [
      shape.line(x, 28 + 17 * row, x, Math.max(...ys), tone, { wide: state.focus === entry.deal ? 4 : 2 }),
      shape.text(x + 4, 38 + 17 * row, text, entry.lit ? "ink" : "faded", { size: 12, weight: 600, anchor: "start" }),
      ...entry.parties.filter((id) => !entry.bypassed.includes(id)).map((id) => shape.dot(x, laneY.get(id), 6, tone)),
      ...crosses,
    ],
    (event) => openPanel(event, entry.deal, `lanes ${entry.deal}`),
  );
}

function footText({ id, lines }) {
  const looks = [...new Set(lines.map((line) => lookOf(line.link).sign))].join("");
  return `${VALENCES[valenceOf(id)] || ""}${looks} ${labelOf(id)}`;
}

function footOf({ each, text, row }, place, floor) {
  const x = place.get(each.id);
  const y = floor + 26 + 19 * row;
  const links = [...new Set(each.lines.map((line) => line.link))].join(", ");
  const words = `${labelOf(each.id)}, ${dates(entityById.get(each.id))}: ${links}`;
  const tone = each.lit ? { good: "good", bad: "bad", even: "even" }[valenceOf(each.id)] || "ink" : "faded";
  return shape.group(
    `foot ${each.id}`,
    words,
    [shape.line(x, floor - 6, x, y + 2, tone), shape.text(x + 4, y, text, tone, { size: 12 })],
    (event) => openPanel(event, each.id, `foot ${each.id}`),
  );
}

function drawLanes(judgement) {
  const wide = Math.max(760, byName("view").clientWidth - 2);
  const scene = lanesScene(judgement, wide);
  const { undated } = lanesModel();
  return {
    status: `${count(scene.drawn, "deal")} in time`,
    element: el(
      "div",
      { class: "lanes" },
      el(
        "p",
        { class: "key" },
        el("span", {}, sign("●", "happening"), "party"),
        el("span", {}, sign("✕", "bad"), "gone around"),
        Object.entries(LINKS).map(([words, look]) =>
          el("span", { class: `line ${look.look}` }, sign(look.sign), words),
        ),
      ),
      el(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": "Lanes, to be scrolled sideways" },
        picture(scene, { role: "group", "aria-label": "Deals over time, one lane an actor" }),
      ),
      el(
        "p",
        { class: "note" },
        "A column is a year that has something in it; within it things stand in their order, not to scale. ",
        `What followed without a known date (${count(undated, "thing")}) is in the ledger.`,
      ),
    ),
  };
}
