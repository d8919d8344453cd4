// What the network draws: the ledger as islands, the neighbours of one thing, or a path that explains itself.

const HUB = 40; // whoever has so many neighbours connects everything with everything, and so says nothing
const OVERVIEW =
  "Deals, those they went around, and what is said to have followed. " +
  "Choose one to light what is near it, or draw its neighbours with one or two steps.";
const NEAR = 32;
const FAR = 36;

/** Claims between the same two, in the same direction and of the same look, as one arrow. */
function bundles(lines, lit) {
  const found = new Map();
  for (const { from, to, claim, look } of lines) {
    const key = `${from}~${to}~${look.look}`;
    if (!found.has(key)) found.set(key, { from, to, look, claims: [] });
    if (!found.get(key).claims.includes(claim)) found.get(key).claims.push(claim);
  }
  const all = [...found.values()];
  for (const each of all) each.lit = each.claims.some((claim) => lit.has(claim));
  return state.hide ? all.filter((each) => each.lit) : all;
}

const asLine = (claim) => ({ from: claim.subject, to: claim.object, claim, look: lookOfClaim(claim) });

/** The ledger's deals, those they went around and what followed; around the focus lit, the rest faded. */
function overview({ lit }) {
  const places = new Map(data.network.places.map(([id, x, y]) => [id, { id, x, y }]));
  const lines = entries
    .flatMap((entry) => [
      ...entry.around.map((line) => ({ from: entry.deal, to: line.other, claim: line.claim, look: BYPASS })),
      ...entry.then.map((line) => ({ from: entry.deal, to: line.other, claim: line.claim, look: lookOf(line.link) })),
    ])
    .filter((line) => places.has(line.from) && places.has(line.to));
  const edges = bundles(lines, lit);
  const deals = new Set(
    entries.filter((entry) => entry.part === "bypass" || entry.part === "followed").map((entry) => entry.deal),
  );
  const near = places.has(state.focus) ? within(state.focus, edges, 2) : null;
  const ends = new Set(edges.filter((edge) => edge.lit).flatMap((edge) => [edge.from, edge.to]));
  const there = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  for (const edge of edges) edge.lit = edge.lit && (!near || (near.has(edge.from) && near.has(edge.to)));
  const nodes = [...places.values()]
    .filter((node) => there.has(node.id))
    .map((node) => ({
      ...node,
      lit: ends.has(node.id) && (!near || near.has(node.id)),
      large: deals.has(node.id),
      followed: !deals.has(node.id) && !isA(node.id, "Actor"),
    }));
  return {
    nodes,
    edges,
    straight: true,
    note: OVERVIEW,
  };
}

function within(start, edges, steps) {
  let reached = new Set([start]);
  for (let step = 0; step < steps; step += 1) {
    reached = new Set([
      ...reached,
      ...edges
        .filter((edge) => edge.lit)
        .flatMap((edge) => (reached.has(edge.from) ? [edge.to] : reached.has(edge.to) ? [edge.from] : [])),
    ]);
  }
  return reached;
}

/** The neighbours with the most lit claims, those out of reach counted. */
function nearest(id, lit, most, but) {
  const ranked = [...(neighbours().get(id) || [])]
    .filter(([other]) => !but.has(other))
    .map(([other, some]) => ({ other, some, strength: some.filter((claim) => lit.has(claim)).length }))
    .filter(({ strength }) => strength || !state.hide)
    .sort(
      (one, two) => two.strength - one.strength || two.some.length - one.some.length || compare(one.other, two.other),
    );
  return { kept: ranked.slice(0, most), left: Math.max(0, ranked.length - most) };
}

/** One thing in the middle: what acts on it to the left, what it acts on to the right, further steps outside. */
function ego({ lit }, focus, hops) {
  const there = new Set([focus]);
  const first = nearest(focus, lit, NEAR, there);
  first.kept.forEach(({ other }) => there.add(other));
  const lines = first.kept.flatMap(({ some }) => some.map(asLine));
  const side = new Map(
    first.kept.map(({ other, some }) => [
      other,
      some.filter((claim) => claim.subject === focus).length * 2 >= some.length ? 1 : -1,
    ]),
  );
  const group = ({ some }) => predicates[some[0].predicate].group;
  const rings = first.kept
    .sort((one, two) => compare(group(one), group(two)) || compareLabels(one.other, two.other))
    .map(({ other }) => ({ id: other, ring: 1, side: side.get(other) }));
  let hubs = 0;
  if (hops === 2) {
    for (const { id } of rings.filter((node) => node.ring === 1).slice()) {
      if ((neighbours().get(id) || new Map()).size > HUB) {
        hubs += 1;
        continue;
      }
      for (const { other, some } of nearest(id, lit, Math.max(1, Math.floor(FAR / first.kept.length)), there).kept) {
        there.add(other);
        rings.push({ id: other, ring: 2, side: side.get(id), parent: id });
        lines.push(...some.map(asLine));
      }
    }
  }
  const edges = bundles(lines, lit);
  const ends = new Set([focus, ...edges.filter((edge) => edge.lit).flatMap((edge) => [edge.from, edge.to])]);
  const nodes = [{ id: focus, x: 0, y: 0 }, ...placed(rings)]
    .filter((node) => ends.has(node.id) || !state.hide)
    .map((node) => ({ ...node, lit: ends.has(node.id) }));
  const notes = [
    first.left ? `${count(first.left, "neighbour")} with fewer claims not drawn: the table has all.` : "",
    hubs ? `${count(hubs, "hub")} not walked through: whoever is tied to everything explains nothing.` : "",
  ];
  return { nodes, edges, straight: false, note: notes.filter(Boolean).join(" ") };
}

/** Rings as columns, so that no box lies on another. */
function placed(rings) {
  const near = (side) => rings.filter((node) => node.ring === 1 && node.side === side);
  for (const side of [-1, 1]) {
    const [many, few] = [near(side), near(-side)];
    if (many.length > 2 * few.length + 8)
      many.slice(Math.ceil((many.length + few.length) / 2)).forEach((node) => {
        node.side = -side;
      });
  }
  for (const node of rings) if (node.parent) node.side = rings.find((each) => each.id === node.parent).side;
  return [-1, 1].flatMap((side) =>
    [1, 2].flatMap((ring) => {
      const column = rings.filter((node) => node.ring === ring && node.side === side);
      return column.map((node, number) => {
        const bend = column.length > 1 ? ((2 * number) / (column.length - 1) - 1) ** 2 : 0;
        return {
          ...node,
          x: Math.round(side * (ring === 1 ? 270 - 40 * bend : 470)),
          y: Math.round((number - (column.length - 1) / 2) * 50),
        };
      });
    }),
  );
}

/** Keep ``open`` in order, the cheapest last. */
function inserted(open, item) {
  let [low, high] = [0, open.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((open[middle][0] - item[0] || compare(open[middle][1], item[1])) > 0) low = middle + 1;
    else high = middle;
  }
  open.splice(low, 0, item);
}

/** The path that explains most: few steps, and each through whoever has few other ties. */
function shortestPath(start, end, lit) {
  const cost = (id) => 1 + Math.log2(1 + (neighbours().get(id) || new Map()).size);
  const best = new Map([[start, { cost: 0, from: null }]]);
  const open = [[0, start]];
  const done = new Set();
  while (open.length) {
    const [reached, id] = open.pop();
    if (done.has(id)) continue;
    done.add(id);
    if (id === end) break;
    for (const [other, some] of neighbours().get(id) || []) {
      if (!some.some((claim) => lit.has(claim))) continue;
      const next = reached + cost(other);
      if (!best.has(other) || next < best.get(other).cost) {
        best.set(other, { cost: next, from: id });
        inserted(open, [next, other]);
      }
    }
  }
  if (!best.has(end)) return null;
  const path = [end];
  while (path[0] !== start) path.unshift(best.get(path[0]).from);
  return path;
}

/** A path as hops, each with the claims that make it. */
function pathOf(start, end, lit) {
  const ids = shortestPath(start, end, lit);
  return (
    ids &&
    ids.slice(1).map((to, number) => ({
      from: ids[number],
      to,
      claims: neighbours()
        .get(ids[number])
        .get(to)
        .filter((claim) => lit.has(claim)),
    }))
  );
}

function pathDrawn({ lit }, start, end) {
  const hops = pathOf(start, end, lit);
  if (!hops)
    return {
      nodes: [start, end].map((id, number) => ({ id, x: number * 300, y: 0, lit: true })),
      edges: [],
      straight: true,
      note: "No path between the two through what is lit.",
    };
  const ids = [start, ...hops.map((hop) => hop.to)];
  const nodes = ids.map((id, number) => ({ id, x: number * 230, y: (number % 2) * 90, lit: true }));
  return {
    nodes,
    edges: bundles(
      hops.flatMap((hop) => hop.claims.map(asLine)),
      lit,
    ),
    straight: true,
    note: "",
  };
}

function drawing(judgement) {
  if (state.focus && state.path && isThing(state.focus)) return pathDrawn(judgement, state.focus, state.path);
  const focus = isThing(state.focus) ? state.focus : state.focus.split("~")[0];
  if (focus && (state.hops || !data.network.places.some(([id]) => id === focus)))
    return ego(judgement, focus, state.hops || 1);
  return overview(judgement);
}
