// The network of some claims as GEXF 1.2: things are nodes, every claim is an edge with its own id.

const OF_EDGES = {
  predicate: (claim) => claim.predicate,
  gist: (claim) => claim.gist,
  said_by: saidBy,
  document: (claim) => claim.source,
  locator: (claim) => claim.locator,
  polarity: (claim) => claim.polarity || "affirmed",
};

/** Text for XML 1.0, without the characters that it has no way to write. */
const xml = (text) =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"\n\r\t]/g, (c) => `&#${c.codePointAt(0)};`);

function tag(name, properties, ...children) {
  const given = Object.entries(properties).map(([key, value]) => ` ${key}="${xml(value)}"`);
  return `<${name}${given.join("")}>${children.flat().join("")}</${name}>\n`;
}

const declared = (what, names) =>
  tag(
    "attributes",
    { class: what },
    names.map((name) => tag("attribute", { id: name, title: name, type: "string" })),
  );
const valued = (values) =>
  tag(
    "attvalues",
    {},
    Object.entries(values).map(([name, value]) => tag("attvalue", { for: name, value })),
  );

function gexf(some) {
  const end = (claim) => claim.object || `${claim.id}:value`;
  const ends = some.flatMap((claim) => [
    [claim.subject, labelOf(claim.subject)],
    [end(claim), objectOf(claim)],
  ]);
  const nodes = [...new Map(ends)].map(([id, label]) =>
    tag("node", { id, label }, valued({ kind: thing(id) ? kindOf(id) : "Value" })),
  );
  const edges = some.map((claim) => {
    const values = Object.fromEntries(Object.entries(OF_EDGES).map(([name, read]) => [name, read(claim)]));
    const { label } = predicates[claim.predicate];
    return tag("edge", { id: claim.id, source: claim.subject, target: end(claim), label }, valued(values));
  });
  const graph = [
    declared("node", ["kind"]),
    declared("edge", Object.keys(OF_EDGES)),
    tag("nodes", {}, nodes),
    tag("edges", {}, edges),
  ];
  const root = { xmlns: "http://www.gexf.net/1.2draft", version: "1.2" };
  const kind = { defaultedgetype: "directed", mode: "static" };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${tag("gexf", root, tag("graph", kind, graph))}`;
}
