// Statements as Turtle: the same that the graph holds of a claim or an entity.

const XSD = "xsd";
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;
const LOCAL = /^[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/;

const quoted = (text) =>
  `"${text.replace(/[\\"\n\r\t]/g, (c) => ({ "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" })[c])}"`;

function iri(curie) {
  const colon = curie.indexOf(":");
  const base = data.prefixes[curie.slice(0, colon)];
  const local = curie.slice(colon + 1);
  if (base === undefined) return `<${curie}>`;
  return LOCAL.test(local) ? curie : `<${base}${local}>`;
}

const thingIri = (id) => iri(`${/^r\d{4,}$/.test(id) ? "ngc" : "ngi"}:${id}`);
const dated = (text) => `${quoted(text)}^^edtf:EDTF`;
const onDay = (text) => `${quoted(text)}^^${XSD}:date`;

const TERM_OF = {
  KindCell: (item) => iri(kinds[item].iri),
  PredicateCell: (item) => iri(predicates[item].above[0]),
  TermCell: (item, list) => iri(terms[list][item][0]),
  EntityCell: thingIri,
  ClaimCell: thingIri,
  ThingCell: thingIri,
  SourceCell: (item) => iri(`ngs:${item}`),
  DateCell: dated,
  IntegerCell: (item) => `${quoted(item)}^^${XSD}:integer`,
  ValueCell: (item) => (NUMBER.test(item) && item !== "-0" ? `${quoted(item)}^^${XSD}:decimal` : `${quoted(item)}@en`),
  LocatorCell: quoted,
  CodeCell: quoted,
  TextCell: (item) => `${quoted(item)}@en`,
  WikidataCell: (item) => iri(`wd:${item}`),
  IriCell: iri,
};

function cellsAsTerms(table, row) {
  return data.vocabulary.columns[table].flatMap(([name, cell, properties, separator, usual, list]) => {
    const text = row[name] || usual;
    const items = text ? (separator ? text.split(separator) : [text]) : [];
    return items.flatMap((item) => properties.map((property) => [iri(property), TERM_OF[cell](item, list)]));
  });
}

function paragraphsOf(locator) {
  return listOf(locator).flatMap((item) => {
    const [first, last = first] = item.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, more) => first + more);
  });
}

const daysOf = (row) =>
  [
    ["ng:earliest", row.earliest],
    ["ng:latest", row.latest],
  ]
    .filter(([, day]) => day)
    .map(([name, day]) => [name, onDay(day)]);

function objectTerm(claim) {
  const range = predicates[claim.predicate].value;
  if (!range) return thingIri(claim.object);
  return range === "edtf:EDTF" ? dated(claim.value) : `${quoted(claim.value)}@en`;
}

function statementsOfClaim(claim) {
  const found = [["a", "ng:Claim"], ...cellsAsTerms("relations", claim), ...daysOf(claim)];
  if (!claim.modality) found.push(["ng:modality", iri(terms.Modality[modalityOf(claim)][0])]);
  if (!claim.attributed_to) {
    const own = claim.source && claim.source !== data.editorial;
    found.push(["prov:wasAttributedTo", own ? iri(`ngs:${claim.source}`) : `<${data.curators}>`]);
  }
  for (const number of paragraphsOf(claim.locator))
    found.push(["prov:wasDerivedFrom", iri(`ngp:${claim.source}.p${number}`)]);
  if (predicates[claim.predicate].value) found.push(["rdf:object", objectTerm(claim)]);
  return found;
}

/** An entity's own cells, and the acts that a source reports and affirms of it. */
function statementsOfEntity(row) {
  const above = kinds[row.kind].above.map((name) => ["a", iri(`ng:${name}`)]);
  const acts = (claimsOf().get(row.id) || []).filter(
    (claim) =>
      claim.subject === row.id &&
      claim.source &&
      modalityOf(claim) === "reported" &&
      claim.polarity !== "negated" &&
      claim.rank !== "deprecated",
  );
  const direct = acts.flatMap((claim) =>
    predicates[claim.predicate].above.map((name) => [iri(name), objectTerm(claim)]),
  );
  return [...above, ...cellsAsTerms("entities", row), ...daysOf(row), ...direct];
}

function block(subject, statements) {
  const lines = [
    ...new Set(statements.map(([predicate, term]) => `${predicate === "rdf:type" ? "a" : predicate} ${term}`)),
  ];
  return `${subject} ${lines.join(" ;\n\t")} .\n`;
}

/** Claims in full, entities in full where ``full`` names them, and the names of all others that the claims name. */
function turtle(someClaims, full = []) {
  const named = new Set(
    someClaims.flatMap((claim) => [
      claim.subject,
      claim.object,
      claim.context,
      claim.target,
      claim.aspect,
      ...listOf(claim.attributed_to),
    ]),
  );
  const blocks = [
    ...full.map((id) => block(thingIri(id), statementsOfEntity(entityById.get(id)))),
    ...someClaims.map((claim) => block(thingIri(claim.id), statementsOfClaim(claim))),
    ...[...named]
      .filter((id) => entityById.has(id) && !full.includes(id))
      .sort()
      .map((id) => block(thingIri(id), [["rdfs:label", `${quoted(labelOf(id))}@en`]])),
  ];
  const text = blocks.join("");
  const used = Object.entries(data.prefixes).filter(([name]) => text.includes(`${name}:`));
  return `${used.map(([name, base]) => `@prefix ${name}: <${base}> .\n`).join("")}\n${text}`;
}
