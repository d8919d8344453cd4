// The state of the page, and the URL hash that says it: whoever opens the link sees the same.

const VIEWS = { ledger: "Ledger", lanes: "Lanes", network: "Network", table: "Table" };
const UNFILTERED = {
  kinds: [],
  links: [],
  groups: [],
  sources: [],
  speakers: [],
  from: "",
  to: "",
  undated: true,
  search: "",
};
const DEFAULTS = {
  view: "ledger",
  focus: "",
  path: "",
  ...UNFILTERED,
  hide: false,
  hops: 0,
  story: "",
  step: 1,
  sort: "id",
  page: 1,
  open: ["bypass", "followed"],
};
const SORTS = ["id", "subject", "predicate", "object", "speaker", "source", "when"];
const FACETS = ["kinds", "links", "groups", "sources", "speakers"];

const isThing = (id) => entityById.has(id) || claimById.has(id);
const isFocus = (text) =>
  isThing(text) || (text.includes("~") && text.split("~").length === 2 && text.split("~").every(isThing));
const whole = (text, least, most) => Math.min(most, Math.max(least, Number.parseInt(text, 10) || least));

const READERS = {
  view: (text) => (Object.hasOwn(VIEWS, text) ? text : DEFAULTS.view),
  focus: (text) => (isFocus(text) ? text : ""),
  path: (text) => (isThing(text) ? text : ""),
  search: (text) => text.slice(0, 200),
  from: (text) => (/^\d{4}(-\d\d)?$/.test(text) ? text : ""),
  to: (text) => (/^\d{4}(-\d\d)?$/.test(text) ? text : ""),
  undated: (text) => text !== "no",
  hide: (text) => text === "yes",
  hops: (text) => whole(text, 0, 2),
  story: (text) => (stories.has(text) ? text : ""),
  step: (text) => whole(text, 1, 999),
  sort: (text) => (SORTS.includes(text.replace(/^-/, "")) ? text : DEFAULTS.sort),
  page: (text) => whole(text, 1, 1e6),
  open: (text) =>
    text
      .split("|")
      .filter((part) => /^[a-z]+$/.test(part))
      .sort(),
};

const asText = (value) =>
  Array.isArray(value) ? value.join("|") : value === true ? "yes" : value === false ? "no" : String(value);

/** The values of a facet that are there; an unknown one would leave nothing. */
const knownOf = (facet, text) =>
  [...new Set(text.split("|"))].filter((value) => facetValues()[facet].includes(value)).sort();

function stateOf(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const found = {};
  for (const [key, usual] of Object.entries(DEFAULTS)) {
    const read = READERS[key] || ((text) => knownOf(key, text));
    found[key] = given.has(key) ? read(given.get(key)) : usual;
  }
  if (!found.story) found.step = DEFAULTS.step;
  else found.step = Math.min(found.step, stories.get(found.story).steps.length);
  return found;
}

function hashOf(some) {
  const said = new URLSearchParams();
  for (const [key, usual] of Object.entries(DEFAULTS)) {
    if (asText(some[key]) !== asText(usual)) said.set(key, asText(some[key]));
  }
  return said.toString();
}

let state = DEFAULTS;
let redraw = () => {};

/** What may change while the same rows stay on the page. */
const BESIDE = ["focus", "path", "hops", "open"];

/** Change the state; what is not named stays. Other rows begin at their first page. */
function update(change) {
  const same = Object.keys(change).every((key) => BESIDE.includes(key));
  state = stateOf(hashOf({ ...state, ...(same ? {} : { page: 1 }), ...change }));
  const target = `${location.href.split("#")[0]}#${hashOf(state)}`;
  try {
    history.replaceState(null, "", target);
  } catch {
    location.hash = hashOf(state); // a frame without an address of its own
  }
  redraw(change);
}
