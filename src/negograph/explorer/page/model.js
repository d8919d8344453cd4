"use strict";
// The data as rows again, and everything that is looked up by.

const OWN_VOICE = "=own";
const THE_CURATORS = "=curators";
const NO_SOURCE = "=none";
const data = JSON.parse(document.getElementById("data").textContent);
const { kinds, predicates, terms } = data.vocabulary;

function reader(column) {
  if (!Array.isArray(column)) return (number) => column[number] || "";
  if (!Array.isArray(column[0])) return (number) => column[number];
  const [cells, numbers] = column;
  return (number) => cells[numbers[number]];
}

/** Rows that look into the columns when somebody asks: to fill them all would be half the time until one can read. */
function unpack({ count, columns }) {
  function Row(number) {
    this.number = number;
  }
  for (const [name, column] of Object.entries(columns)) {
    const read = reader(column);
    const get = function cell() {
      return read(this.number);
    };
    Object.defineProperty(Row.prototype, name, { get });
  }
  return Array.from({ length: count }, (_, number) => new Row(number));
}

// The browser's own collation and number formats take longer to wake than the whole page to draw.
const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
const compareLabels = (one, other) => compare(labelOf(one).toLowerCase(), labelOf(other).toLowerCase());
const inThousands = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
const listOf = (cell) => (cell ? cell.split("|") : []);
const byId = (rows) => new Map(rows.map((row) => [row.id, row]));

/** A value that is computed when somebody first asks for it. */
function lazily(compute) {
  let value;
  let known = false;
  return () => {
    if (!known) [value, known] = [compute(), true];
    return value;
  };
}

function gathered(pairs) {
  const found = new Map();
  for (const [key, value] of pairs) {
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(value);
  }
  return found;
}

const entities = unpack(data.tables.entities);
const claims = unpack(data.tables.relations);
const sources = unpack(data.tables.sources);
const entityById = byId(entities);
const claimById = byId(claims);
const sourceById = byId(sources);
const entries = data.ledger.map(([deal, part, around, then]) => ({
  deal,
  part,
  around: around.map(([other, claim, tie]) => ({ other, claim: claimById.get(claim), tie })),
  then: then.map(([other, claim, link]) => ({ other, claim: claimById.get(claim), link })),
}));
const stories = new Map(data.stories.map((story) => [story.name, story]));

const thing = (id) => entityById.get(id) || claimById.get(id);
const labelOf = (id) =>
  entityById.has(id) ? entityById.get(id).label : claimById.has(id) ? claimById.get(id).gist : id;
const shortLabel = (id) => (labelOf(id).length > 60 ? `${labelOf(id).slice(0, 58).trimEnd()}…` : labelOf(id));
const kindOf = (id) => (entityById.has(id) ? entityById.get(id).kind : "Claim");
const isA = (id, name) => kindOf(id) === name || (kinds[kindOf(id)] || { above: [] }).above.includes(name);

// Who says it, and where

function speakersOf(claim) {
  if (claim.attributed_to) return claim.attributed_to.split("|");
  return [claim.source && claim.source !== data.editorial ? OWN_VOICE : THE_CURATORS];
}

function speakerLabel(speaker) {
  if (speaker === OWN_VOICE) return "own voice";
  return speaker === THE_CURATORS ? "the curators" : labelOf(speaker);
}

const saidBy = (claim) => speakersOf(claim).map(speakerLabel).join(", ");

function whereOf(claim) {
  if (!claim.source) return claim.evidence ? `inferred from ${claim.evidence.split("|").join(", ")}` : "inferred";
  return claim.locator ? `${claim.source} ¶${claim.locator.split("|").join(", ")}` : claim.source;
}

const objectOf = (claim) => (claim.object ? labelOf(claim.object) : claim.value);
const modalityOf = (claim) => claim.modality || predicates[claim.predicate].modality;

const SAID_TO_BE_SO = ["reported", "assessed", "alleged"];

/** Whether a claim says that something is or was so: neither denied, nor withdrawn, nor foretold or advised. */
const accepted = (claim) =>
  claim.polarity !== "negated" && claim.rank !== "deprecated" && SAID_TO_BE_SO.includes(modalityOf(claim));

/** How a claim ties what followed to what went before; empty where it does no such thing, or no longer. */
function linkOf(claim) {
  const { link } = predicates[claim.predicate];
  if (!link || claim.rank === "deprecated") return "";
  if (modalityOf(claim) === "predicted") return "foretold";
  return claim.polarity === "negated" ? `denied: ${link}` : link;
}

function sentence(claim) {
  const withdrawn = claim.rank === "deprecated" ? "withdrawn: " : "";
  const foretold = modalityOf(claim) === "predicted" ? "foretold: " : "";
  const not = claim.polarity === "negated" ? "not: " : "";
  return `${withdrawn}${foretold}${not}${predicates[claim.predicate].label}`;
}

// When

/** The last day that a start alone allows: texts of dates compare like days. */
function until(start) {
  const text = start.replace(/[?~%]$/, "");
  return /^\d{4}-(0\d|1[0-2])$/.test(text) ? `${text}-31` : text.length === 10 ? text : `${text.slice(0, 4)}-12-31`;
}

function spanOf(row) {
  if (!row || !(row.earliest || row.latest)) return null;
  return [row.earliest || row.latest, row.latest || (row.end ? "9999-12-31" : until(row.start || row.earliest))];
}

/** When a claim plays: by its own dates, or else by those of what it is about. */
function whenOf(claim) {
  const own = spanOf(claim);
  if (own) return own;
  const spans = [claim.subject, claim.object, claim.context].map((id) => spanOf(entityById.get(id))).filter(Boolean);
  if (!spans.length) return null;
  return [
    spans.map((span) => span[0]).sort()[0],
    spans
      .map((span) => span[1])
      .sort()
      .pop(),
  ];
}

function dates(row) {
  if (!row || !row.start) return row && row.end && row.end !== ".." ? `until ${row.end}` : "";
  if (!row.end || row.end === row.start) return row.start;
  return row.end === ".." ? `since ${row.start}` : `${row.start} – ${row.end}`;
}

// What is looked up by an id

const claimsOf = lazily(() => {
  const found = new Map();
  const add = (id, claim) => {
    const known = found.get(id);
    if (!known) found.set(id, [claim]);
    else if (known[known.length - 1] !== claim) known.push(claim);
  };
  for (const claim of claims) {
    for (const id of [claim.subject, claim.object, claim.context, claim.target, claim.aspect]) if (id) add(id, claim);
    if (claim.via) for (const id of claim.via.split("|")) add(id, claim);
  }
  return found;
});
const saidOf = lazily(() => gathered(claims.flatMap((claim) => listOf(claim.attributed_to).map((id) => [id, claim]))));

/** Everything that a thing is part of, nearest first. */
function wholesOf(id) {
  const found = new Set([id]);
  for (const each of found) for (const whole of listOf((entityById.get(each) || {}).part_of)) found.add(whole);
  return [...found].slice(1);
}

const partsOf = lazily(() => gathered(entities.flatMap((row) => listOf(row.part_of).map((whole) => [whole, row.id]))));
const conflictsOf = lazily(() =>
  gathered(
    data.conflicts.flatMap(([one, other, kind, on]) => {
      const conflict = { one: claimById.get(one), other: claimById.get(other), kind, on };
      const about = [conflict.one, conflict.other].flatMap((claim) => [claim.id, claim.subject, claim.object]);
      return [...new Set(about.filter(Boolean))].map((id) => [id, conflict]);
    }),
  ),
);

/** Claims between two things, by either end: id to neighbour to claims. */
const neighbours = lazily(() => {
  const found = new Map();
  const add = (one, other, claim) => {
    if (!found.has(one)) found.set(one, new Map());
    const near = found.get(one);
    if (!near.has(other)) near.set(other, []);
    near.get(other).push(claim);
  };
  for (const claim of claims) {
    if (!claim.object || claim.object === claim.subject) continue;
    add(claim.subject, claim.object, claim);
    add(claim.object, claim.subject, claim);
  }
  return found;
});

/**
 * How verdicts on a thing fall out: a verdict is whatever bears a valence, and a denied one counts the other way.
 * One that is foretold has not been passed.
 */
const verdicts = lazily(() => {
  const found = new Map();
  for (const claim of claims) {
    const verdict = entityById.get(claim.object);
    if (!verdict || verdict.valence === "" || claim.rank === "deprecated") continue;
    if (modalityOf(claim) === "predicted") continue;
    const weight = Number(verdict.valence) * (claim.polarity === "negated" ? -1 : 1);
    if (!found.has(claim.subject)) found.set(claim.subject, { good: 0, even: 0, bad: 0 });
    found.get(claim.subject)[weight > 0 ? "good" : weight < 0 ? "bad" : "even"] += 1;
  }
  return found;
});
