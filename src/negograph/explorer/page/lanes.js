// Lanes: time runs to the right, an actor has a lane, a deal crosses the lanes of its parties (dots) and of those bypassed (crosses).

const LANE = 26;
const GUTTER = 196;
const UNDATED = "undated";
const yearOf = (id) => (dayOf(id) === "9999" ? UNDATED : dayOf(id).slice(0, 4));

const lanesModel = lazily(() => {
  const seats = (deal) => [...new Set((claimsOf().get(deal) || [])
    .filter((claim) => claim.object === deal && isA(claim.subject, "Actor") && claim.polarity !== "negated" && modalityOf(claim) !== "advised")
    .filter((claim) => predicates[claim.predicate].above.some((name) => ["ng:partyTo", "ng:initiated", "ng:signed"].includes(name)))
    .map((claim) => claim.subject))];
  const deals = entries
    .filter((entry) => entry.part !== "event" && (entry.around.length || yearOf(entry.deal) !== UNDATED))
    .map((entry) => ({ ...entry, parties: seats(entry.deal), bypassed: [...new Set(entry.around.map((line) => line.other))] }))
    .filter((entry) => entry.parties.length + entry.bypassed.length)
    .sort((one, two) => byDay(one.deal, two.deal)).slice(0, 60);
  const shown = new Set(deals.map((entry) => entry.deal));
  const after = gathered(entries.flatMap((entry) => entry.then).filter((line) => yearOf(line.other) !== UNDATED && !shown.has(line.other)).map((line) => [line.other, line]));
  const lanes = [...new Set(deals.flatMap((entry) => [...entry.parties, ...entry.bypassed]))];
  const busy = (id) => deals.filter((entry) => entry.parties.includes(id)).length;
  lanes.sort((one, two) => (busy(two) > 3 ? busy(two) : 0) - (busy(one) > 3 ? busy(one) : 0)); // whoever is everywhere goes on top
  const undated = entries.flatMap((entry) => entry.then).filter((line) => yearOf(line.other) === UNDATED);
  return { deals, after, lanes, undated: new Set(undated.map((line) => line.other)).size };
});

/** Where everything stands: a column a year that has something in it, as wide as it has things, in the order of their days. */
function lanesAxis(model, width) {
  const things = [...model.deals.map((entry) => entry.deal), ...model.after.keys()];
  const years = [...gathered(things.map((id) => [yearOf(id), id]))].sort(([one], [two]) => one.localeCompare(two));
  const weights = years.map(([, ids]) => 1 + ids.length);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const wide = Math.max(width - GUTTER - 24, total * 22);
  let x = GUTTER;
  const place = new Map();
  const columns = years.map(([year, ids], which) => {
    const column = { year, x, width: (wide * weights[which]) / total };
    ids.sort(byDay).forEach((id, order) => place.set(id, Math.round(x + (column.width * (order + 0.75)) / (ids.length + 0.5))));
    x += column.width;
    return column;
  });
  return { columns, place, right: GUTTER + wide };
}

/** Labels into as few rows as possible, none upon another. */
function packedLabels(labels, right) {
  const ends = [];
  return labels.sort((one, two) => one.x - two.x).map((label) => {
    const long = widthOf(label.text, 12, label.weight || 400) + 12;
    const left = Math.max(GUTTER, Math.min(label.x, right - long));
    let row = ends.findIndex((end) => end <= left);
    if (row < 0) row = ends.push(0) - 1;
    ends[row] = left + long;
    return { ...label, left, row };
  });
}

function lanesScene(judgement, width) {
  const model = lanesModel();
  const { columns, place, right } = lanesAxis(model, width);
  const { lit } = judgement;
  const isLit = (entry) => judgement.all || (claimsOf().get(entry.deal) || []).some((claim) => lit.has(claim)) || entry.around.some((line) => lit.has(line.claim));
  const deals = model.deals.map((entry) => ({ ...entry, lit: isLit(entry) })).filter((entry) => entry.lit || !state.hide);
  const after = [...model.after].map(([id, lines]) => ({ id, lines, lit: lines.some((line) => lit.has(line.claim)) })).filter((each) => each.lit || !state.hide);
  const heads = packedLabels(deals.map((entry) => ({ entry, text: labelOf(entry.deal), x: place.get(entry.deal) + 4, weight: 600 })), right);
  const top = 34 + 18 * (1 + Math.max(0, ...heads.map((head) => head.row)));
  const laneY = new Map(model.lanes.map((id, number) => [id, top + LANE * (number + 0.7)]));
  const floor = top + LANE * model.lanes.length + 12;
  const feet = packedLabels(after.map((each) => ({ each, text: footText(each), x: place.get(each.id) - 4 })), right);
  const height = floor + 34 + 19 * (1 + Math.max(0, ...feet.map((foot) => foot.row)));
  const items = [
    ...columns.flatMap((column, number) => gridOf(column, columns[number - 1], floor)),
    ...model.lanes.flatMap((id) => laneOf(id, laneY.get(id), right)),
    ...heads.map((head) => dealLine(head, place, laneY)),
    shape.text(GUTTER - 12, floor + 26, "what followed", "ink", { weight: 700, anchor: "end" }),
    ...feet.map((foot) => footOf(foot, place, floor)),
  ];
  return { width: Math.round(right + 20), height: Math.round(height), items, drawn: deals.length };
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
    shape.line(GUTTER, y, right, y, "rule"),
    shape.group(`lane ${id}`, labelOf(id), [shape.text(GUTTER - 12, y + 4, shortened(`${family.sign} ${labelOf(id)}`, GUTTER - 20, 12), state.focus === id ? "accent" : "ink", { size: 12, anchor: "end", weight: state.focus === id ? 700 : 400 })], () => update({ focus: id })),
  ];
}

function dealLine({ entry, text, left, row }, place, laneY) {
  const x = place.get(entry.deal);
  const ys = [...entry.parties, ...entry.bypassed].map((id) => laneY.get(id));
  const tone = entry.lit ? "happening" : "faded";
  const around = entry.lit ? "bypass" : "faded";
  const words = `${labelOf(entry.deal)}, ${dates(entityById.get(entry.deal)) || UNDATED}; parties: ${entry.parties.map(labelOf).join(", ") || NOTHING}; went around: ${entry.bypassed.map(labelOf).join(", ") || NOTHING}`;
  const crosses = entry.bypassed.flatMap((id) => {
    const y = laneY.get(id);
    return [shape.line(x - 6, y - 6, x + 6, y + 6, around, { wide: 3 }), shape.line(x - 6, y + 6, x + 6, y - 6, around, { wide: 3 })];
  });
  return shape.group(`lanes ${entry.deal}`, words, [
    shape.line(x, 28 + 18 * row, x, Math.max(...ys), tone, { wide: state.focus === entry.deal ? 4 : 2 }),
    shape.text(Math.max(left, x + 4), 38 + 18 * row, text, entry.lit ? "ink" : "faded", { size: 12, weight: 600, anchor: "start" }),
    ...entry.parties.filter((id) => !entry.bypassed.includes(id)).map((id) => shape.dot(x, laneY.get(id), 6, tone)),
    ...crosses,
  ], () => update({ focus: entry.deal }));
}

function footText({ id, lines }) {
  const looks = [...new Set(lines.map((line) => lookOf(line.link).sign))].join("");
  return `${VALENCES[valenceOf(id)] || ""}${looks} ${labelOf(id)}`;
}

function footOf({ each, text, left, row }, place, floor) {
  const x = place.get(each.id);
  const y = floor + 26 + 19 * row;
  const words = `${labelOf(each.id)}, ${dates(entityById.get(each.id))}: ${[...new Set(each.lines.map((line) => line.link))].join(", ")}`;
  const tone = each.lit ? { good: "good", bad: "bad", even: "even" }[valenceOf(each.id)] || "ink" : "faded";
  return shape.group(`foot ${each.id}`, words, [shape.line(x, floor - 6, x, floor + 4, tone, { wide: 2 }), shape.text(left, y, text, tone, { size: 12 })], () => update({ focus: each.id }));
}

function drawLanes(judgement) {
  const wide = Math.max(820, byName("view").clientWidth - 2);
  const scene = lanesScene(judgement, wide);
  const { undated } = lanesModel();
  return {
    status: `${count(scene.drawn, "deal")} in time`,
    element: el("div", { class: "lanes" },
      el("p", { class: "key" }, el("span", {}, sign("●", "happening"), "party"), el("span", {}, sign("✕", "bad"), "gone around"),
        Object.entries(LINKS).map(([words, look]) => el("span", { class: `line ${look.look}` }, sign(look.sign), words))),
      el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Lanes, to be scrolled sideways" }, picture(scene, { role: "group", "aria-label": "Deals over time, one lane an actor" })),
      el("p", { class: "note" }, `A column is a year that has something in it; within it things stand in their order, not to scale. ${count(undated, "thing")} that followed without a known date ${undated === 1 ? "is" : "are"} in the ledger.`)),
  };
}
