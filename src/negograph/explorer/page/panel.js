// The panel: what is said of a thing, by whom and where; those who contradict each other side by side.

const CLAIMS_IN_GROUP = 12;
const openedBy = { key: "" };
const picking = { from: "" };

/** Whoever came by keyboard goes to the panel, and comes back when it closes. */
function openPanel(event, id, key) {
  openedBy.key = key;
  const opened = choose(id);
  const by = document.querySelector(`#view [data-key="${CSS.escape(key)}"]`);
  if (opened && by) by.scrollIntoView({ block: "nearest" }); // the panel may lie over it
  if (opened && event.detail === 0) byName("panel").focus();
}

/** Show something in the panel, or, where somebody is picking the other end of a path, take it as that. */
function choose(id) {
  const from = picking.from;
  const ends = Boolean(from && isThing(id) && id !== from);
  picking.from = "";
  if (ends) update({ view: "network", focus: from, path: id, search: "" });
  else update({ focus: id, path: "" });
  return Boolean(id) && !ends;
}

function closePanel() {
  picking.from = "";
  update({ focus: "", path: "" });
  const back = document.querySelector(`[data-key="${CSS.escape(openedBy.key)}"]`);
  (back || byName("main")).focus();
}

function claimLine(claim, key) {
  const look = lookOfClaim(claim);
  const marked = look !== PLAIN;
  return el(
    "div",
    { class: `claim ${marked ? `line ${look.look}` : ""}`, "data-claim": claim.id },
    marked ? el("span", { class: "link" }, sign(look.sign), linkOf(claim) || sentence(claim)) : "",
    el("p", {}, opener(claim.id, key, { class: "says gist" }, claim.gist)),
    el(
      "p",
      { class: "who" },
      el("span", { class: "speaker" }, saidBy(claim)),
      " · ",
      el("span", { class: "where" }, whereOf(claim)),
      qualities(claim).length ? ` · ${qualities(claim).join(" · ")}` : "",
    ),
  );
}

function conflictBox({ one, other, kind, on }, number) {
  const side = (claim, which) =>
    el(
      "li",
      {},
      el("span", { class: "side" }, `${saidBy(claim)} ${which ? "but says" : "says"}`),
      claimLine(claim, `conflict ${number} ${claim.id}`),
    );
  return el(
    "div",
    { class: "conflict" },
    el("h4", {}, [kind, on].filter(Boolean).join(": ")),
    el("ul", {}, side(one, 0), side(other, 1)),
  );
}

function conflictsIn(id) {
  const found = conflictsOf().get(id) || [];
  if (!found.length) return "";
  return el(
    "section",
    {},
    el("h3", {}, `Conflicting claims (${found.length})`),
    folded(found, conflictBox, `conflicts ${id}`, 3),
  );
}

const unfolded = new Set();

/** The first few drawn, the others behind a button. */
function folded(items, each, key, most = CLAIMS_IN_GROUP) {
  if (items.length <= most) return items.map(each);
  const open = unfolded.has(key);
  const toggle = () => {
    if (open) unfolded.delete(key);
    else unfolded.add(key);
    redraw({});
  };
  return [
    ...items.slice(0, open ? items.length : most).map(each),
    el(
      "button",
      { type: "button", class: "more", "data-key": `fold ${key}`, "aria-expanded": String(open), onclick: toggle },
      open ? "Fewer" : `${items.length - most} more`,
    ),
  ];
}

function linkAway(address) {
  const safe = /^https?:\/\//.test(address);
  return safe
    ? el("a", { href: address, rel: "noopener noreferrer external" }, address.replace(/^https?:\/\//, ""))
    : address;
}

function expanded(curie) {
  const [prefix, ...rest] = curie.split(":");
  return Object.hasOwn(data.prefixes, prefix) ? data.prefixes[prefix] + rest.join(":") : curie;
}

const term = (name, ...value) =>
  value.flat(3).filter(Boolean).length ? [el("dt", {}, name), el("dd", {}, ...value)] : "";
const named = (ids, key) => {
  const known = ids.filter(thing);
  return known.length ? nameList(known.map((id) => nameOf(id, `${key} ${id}`))) : "";
};

function entityPanel(row) {
  const about = claimsOf().get(row.id) || [];
  const groups = [...gathered(about.map((claim) => [predicates[claim.predicate].group, claim]))];
  const links = [row.wikidata && `wd:${row.wikidata}`, ...listOf(row.same_as)].filter(Boolean).map(expanded);
  return [
    el("p", { class: "kind" }, sign(familyOf(row.id).sign, familyOf(row.id).tone), kinds[row.kind].label),
    el("h2", {}, row.label),
    row.description ? el("p", {}, row.description) : "",
    el(
      "dl",
      {},
      term("dates", dates(row)),
      term("also called", listOf(row.aliases).join(", ")),
      term("part of", named(listOf(row.part_of), "part")),
      term("parts", named(partsOf().get(row.id) || [], "has")),
      term("valence", row.valence),
      term(
        "links",
        links.map((link) => el("div", {}, linkAway(link))),
      ),
      term("", verdictLine(row.id)),
    ),
    actions(row.id),
    conflictsIn(row.id),
    groups.map(([group, some]) =>
      el(
        "section",
        {},
        el("h3", {}, `${group} (${some.length})`),
        folded(some, (claim) => claimLine(claim, `about ${claim.id}`), `${row.id} ${group}`),
      ),
    ),
    saidOf().has(row.id)
      ? el(
          "section",
          {},
          el("h3", {}, `Says (${saidOf().get(row.id).length})`),
          folded(saidOf().get(row.id), (claim) => claimLine(claim, `said ${claim.id}`), `${row.id} says`),
        )
      : "",
  ];
}

function claimPanel(claim) {
  const source = sourceById.get(claim.source);
  return [
    el("p", { class: "kind" }, sign("❝", "other"), `claim ${claim.id}`),
    el("h2", {}, claim.gist),
    el(
      "dl",
      {},
      term("who says so", el("span", { class: "speaker" }, saidBy(claim))),
      term("relayed by", named(listOf(claim.via), "via")),
      term("where", el("span", { class: "where" }, whereOf(claim))),
      term("source", source ? [source.title, source.published ? ` (${source.published})` : ""] : ""),
      term("subject", named([claim.subject], "of")),
      term("says", sentence(claim), linkOf(claim) ? ` (${linkOf(claim)})` : ""),
      term("object", named(listOf(claim.object), "to")),
      term("value", claim.value),
      term("in", named([claim.context], "in")),
      term("towards", named([claim.target], "towards")),
      term("aspect", named([claim.aspect], "aspect")),
      term("dates", dates(claim)),
      term("kind of statement", qualities(claim).join(" · ") || termLabel("Modality", modalityOf(claim))),
      term("rests on", named(listOf(claim.evidence), "evidence")),
      term("note", claim.note),
    ),
    actions(claim.id),
    conflictsIn(claim.id),
    claimsOf().has(claim.id)
      ? el(
          "section",
          {},
          el("h3", {}, "Claims about this claim"),
          claimsOf()
            .get(claim.id)
            .map((each) => claimLine(each, `about ${each.id}`)),
        )
      : "",
  ];
}

function pairPanel(one, other) {
  const between = (neighbours().get(one) || new Map()).get(other) || [];
  return [
    el("p", { class: "kind" }, "claims between"),
    el("h2", {}, `${labelOf(one)} – ${labelOf(other)}`),
    actions(state.focus),
    between.map((claim) => claimLine(claim, `between ${claim.id}`)),
  ];
}

function claimsInPanel(focus) {
  if (claimById.has(focus)) return [claimById.get(focus)];
  const [one, other] = focus.split("~");
  return other
    ? (neighbours().get(one) || new Map()).get(other) || []
    : [...new Set([...(claimsOf().get(focus) || []), ...(saidOf().get(focus) || [])])];
}

function actions(focus) {
  const [id] = focus.split("~");
  const full = entityById.has(focus) ? [focus] : [];
  const act = (key, words, does) => el("button", { type: "button", "data-key": `act ${key}`, onclick: does }, words);
  return el(
    "div",
    { class: "bar actions", role: "group", "aria-label": "With this" },
    act("link", "Copy link", () => copy(location.href, "link")),
    act("turtle", "Copy as Turtle", () => copy(turtle(claimsInPanel(focus), full), "Turtle")),
    act("command", "Copy command", () => copy(commandFor(focus), "command")),
    act("network", "In the network", () => update({ view: "network", focus: id, hops: 1, path: "" })),
    thing(focus)
      ? act("path", picking.from === focus ? "Pick the other end …" : "Path to …", () => pickFrom(focus))
      : "",
    el("code", { class: "command" }, commandFor(focus)),
  );
}

/** The command that shows the same on a terminal. */
const commandFor = (focus) =>
  focus.includes("~") ? `negograph explore --focus ${focus.split("~")[0]}` : `negograph show ${focus}`;

function pickFrom(focus) {
  picking.from = focus;
  redraw({});
  say("Pick the other end of the path: search for it, or choose it in any view.");
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = el("textarea", { "aria-hidden": "true", class: "hidden" }); // where the browser keeps its clipboard to itself
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  say(`Copied: ${what}`);
}

const say = (text) => byName("status").replaceChildren(text);

function drawPanel() {
  const panel = byName("panel");
  panel.hidden = !state.focus;
  byName("body").classList.toggle("with-panel", Boolean(state.focus));
  if (!state.focus) return panel.replaceChildren();
  const close = el(
    "button",
    { type: "button", class: "close", "data-key": "close", "aria-label": "Close the panel", onclick: closePanel },
    "×",
  );
  const [one, other] = state.focus.split("~");
  const content = other
    ? pairPanel(one, other)
    : entityById.has(one)
      ? entityPanel(entityById.get(one))
      : claimPanel(claimById.get(one));
  return panel.replaceChildren(close, ...content.flat(3).filter(Boolean));
}
