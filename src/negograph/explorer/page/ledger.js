// The ledger: a row a deal, whom it went around, and then what followed, with whoever says so.

const PARTS = {
  bypass: "Deals that went around somebody",
  followed: "Deals without a recorded bypass of their own, and what followed",
  event: "Other events, and what followed",
  bare: "Deals of which the sources record neither",
};
const NOTHING = "none recorded in the sources";
const ROWS_AT_ONCE = 40;

const dayOf = (id) => (entityById.get(id) || {}).earliest || "9999";
const byDay = (one, other) => compare(dayOf(one), dayOf(other)) || compareLabels(one, other);

/** Lines about one thing made into one card: by how they are said, then by who says them. */
function cardsOf(lines, lit, wording) {
  const cards = [...gathered(lines.map((line) => [line.other, line]))].map(([other, own]) => {
    const said = [...gathered(own.map((line) => [wording(line), line]))].map(([words, same]) => ({
      words,
      look: same[0].link === undefined ? BYPASS : lookOf(same[0].link),
      claims: [...new Set(same.map((line) => line.claim))],
      ties: [...new Set(same.map((line) => line.tie).filter(Boolean))],
    }));
    for (const each of said) each.lit = each.claims.some((claim) => lit.has(claim));
    return { other, said, lit: said.some((each) => each.lit) };
  });
  return cards.sort((one, two) => byDay(one.other, two.other));
}

/** For each whole the deals within it that went around somebody, and those that something followed. */
const rowsWithin = lazily(() => {
  const found = new Map();
  for (const entry of entries) {
    for (const whole of wholesOf(entry.deal)) {
      if (!found.has(whole)) found.set(whole, { around: [], then: [] });
      for (const side of ["around", "then"]) if (entry[side].length) found.get(whole)[side].push(entry.deal);
    }
  }
  return found;
});

/** The deals within this one whose own rows say more of one side. */
const inParts = (deal, side) => (rowsWithin().get(deal) || { [side]: [] })[side];

/** Every row with its cards and what of it is lit; with ``hide``, only that. */
function ledgerRows({ lit, filtered, step }) {
  const kept = state.hide ? (items) => items.filter((item) => item.lit) : (items) => items;
  const rows = entries.map((entry) => {
    const around = cardsOf(entry.around, lit, (line) => predicates[line.claim.predicate].label);
    const then = cardsOf(entry.then, lit, (line) => line.link);
    for (const card of [...around, ...then])
      for (const each of card.said)
        each.claims = state.hide ? each.claims.filter((claim) => lit.has(claim)) : each.claims;
    const cards = [...around, ...then];
    const own = () => (filtered || step ? (claimsOf().get(entry.deal) || []).some((claim) => lit.has(claim)) : true);
    const named = step !== null && step.things.has(entry.deal);
    return {
      ...entry,
      around: kept(around),
      then: kept(then),
      lit: named || (cards.length ? cards.some((card) => card.lit) : own()),
    };
  });
  for (const row of rows) for (const card of [...row.around, ...row.then]) card.said = kept(card.said);
  const there = kept(rows);
  const shown = new Set(there.map((row) => row.deal));
  for (const row of there)
    row.within = Object.fromEntries(
      ["around", "then"].map((side) => [side, inParts(row.deal, side).filter((deal) => shown.has(deal))]),
    );
  return there;
}

const oppositeIn = lazily(() => {
  const says = (claim) => predicates[claim.predicate].above.includes("ng:counterpartIn");
  const opposed = claims.filter((claim) => says(claim) && accepted(claim));
  return gathered(opposed.map((claim) => [claim.object, labelOf(claim.subject)]));
});

/** The other side of a deal, or else of the talks that it is part of. */
function counterparts(deal) {
  const near = [deal, ...listOf((entityById.get(deal) || {}).part_of)];
  return [...new Set(near.map((id) => oppositeIn().get(id)).find(Boolean))];
}

function verdictLine(id) {
  const found = verdicts().get(id);
  if (!found) return "";
  const words = Object.keys(VALENCES).filter((key) => found[key]);
  return el(
    "span",
    { class: "verdicts" },
    "verdicts ",
    words.map((key) =>
      el(
        "span",
        { class: key, title: VALENCE_WORDS[key] },
        `${VALENCES[key]} ${found[key]} `,
        hidden(`${VALENCE_WORDS[key]} `),
      ),
    ),
  );
}

function dealCard(row) {
  const about = [
    dates(entityById.get(row.deal)),
    counterparts(row.deal).length ? `with ${counterparts(row.deal).join(", ")}` : "",
  ];
  return el(
    "div",
    { class: "deal" },
    nameOf(row.deal, `deal ${row.deal}`),
    el("p", { class: "about" }, about.filter(Boolean).join(" · ")),
    verdictLine(row.deal),
  );
}

function attribution(claim, key, lit) {
  return opener(
    claim.id,
    key,
    { class: `says ${lit.has(claim) ? "" : "faded"}`, title: claim.gist },
    saidBy(claim),
    " · ",
    el("span", { class: "where" }, whereOf(claim)),
  );
}

function cardOf(card, row, lit, marked) {
  const way = marked ? valenceOf(card.other) : "";
  const mark = way
    ? el(
        "span",
        { class: `sign ${way}`, title: `verdicts: ${VALENCE_WORDS[way]}` },
        VALENCES[way],
        hidden(` ${VALENCE_WORDS[way]} `),
      )
    : "";
  const when = dates(entityById.get(card.other));
  const chosen = state.focus === card.other ? "chosen" : "";
  return el(
    "li",
    { class: `card ${card.lit ? "" : "faded"} ${chosen}` },
    el(
      "div",
      { class: "title" },
      mark,
      nameOf(card.other, `card ${row.deal} ${card.other}`),
      when ? el("span", { class: "when" }, ` ${when}`) : "",
    ),
    card.said.map((each) =>
      el(
        "div",
        { class: `line ${each.look.look} ${each.lit ? "" : "faded"}` },
        el(
          "span",
          { class: "link" },
          sign(each.look.sign),
          each.words,
          each.ties.length ? el("span", { class: "tie" }, ` (${each.ties.join("; ")})`) : "",
        ),
        each.claims.map((claim) => attribution(claim, `says ${row.deal} ${card.other} ${claim.id}`, lit)),
      ),
    ),
  );
}

/** Links to the rows of parts. */
function partLinks(deals, key) {
  if (!deals.length) return "";
  const link = (deal) =>
    el(
      "button",
      { type: "button", class: "to-row", "data-key": `${key} ${deal}`, onclick: () => goToRow(deal) },
      `${labelOf(deal)} →`,
    );
  return el("div", { class: "in-parts" }, el("span", {}, "in a part:"), " ", nameList(deals.map(link)));
}

/** Show the row of a deal, wherever it is folded away. */
function goToRow(deal) {
  const { part } = entries.find((entry) => entry.deal === deal);
  const rows = ledgerRows(lastDrawn.judgement).filter((row) => row.part === part);
  const at = rows.sort((one, two) => byDay(one.deal, two.deal)).findIndex((row) => row.deal === deal);
  const page = Math.max(state.page, Math.ceil((at + 1) / ROWS_AT_ONCE));
  update({ open: [...new Set([...state.open, part])], page });
  const target = document.querySelector(`[data-key="${CSS.escape(`deal ${deal}`)}"]`);
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true, focusVisible: true });
}

function cardList(row, side, lit, name) {
  const cards = row[side];
  const parts = row.within[side];
  const nothing = parts.length ? "" : el("p", { class: "nothing" }, NOTHING);
  return el(
    "div",
    { class: name.replace(/ /g, "-") },
    el("h4", { class: "column" }, name),
    cards.length
      ? el(
          "ul",
          {},
          cards.map((card) => cardOf(card, row, lit, side === "then")),
        )
      : nothing,
    partLinks(parts, `in ${row.deal} ${side}`),
  );
}

function ledgerRow(row, lit) {
  return el(
    "li",
    { class: `row ${row.lit ? "" : "faded"}`, "data-deal": row.deal },
    el("h3", { class: "hidden" }, labelOf(row.deal)),
    dealCard(row),
    cardList(row, "around", lit, "went around"),
    cardList(row, "then", lit, "and then"),
  );
}

function ledgerPart(part, rows, lit) {
  const inOrder = [...rows].sort((one, two) => byDay(one.deal, two.deal));
  const shown = inOrder.slice(0, state.page * ROWS_AT_ONCE);
  const more = inOrder.length - shown.length;
  const list =
    part === "bare"
      ? el(
          "ul",
          { class: "bare" },
          shown.map((row) =>
            el(
              "li",
              { class: row.lit ? "" : "faded", "data-deal": row.deal },
              nameOf(row.deal, `deal ${row.deal}`),
              el("span", { class: "when" }, ` ${dates(entityById.get(row.deal))}`),
              partLinks([...new Set([...row.within.around, ...row.within.then])], `in ${row.deal}`),
            ),
          ),
        )
      : el(
          "ul",
          { class: "rows" },
          shown.map((row) => ledgerRow(row, lit)),
        );
  const next = more
    ? el(
        "button",
        { type: "button", "data-key": `more ${part}`, onclick: () => update({ page: state.page + 1 }) },
        `Show ${Math.min(more, ROWS_AT_ONCE)} more of ${more}`,
      )
    : "";
  const folds = (event) => {
    const open = event.target.open ? [...new Set([...state.open, part])] : state.open.filter((each) => each !== part);
    if (event.target.open !== state.open.includes(part)) update({ open });
  };
  return el(
    "details",
    { class: `part ${part}`, open: state.open.includes(part), ontoggle: folds },
    el(
      "summary",
      { "data-key": `part ${part}` },
      el("h2", {}, PARTS[part]),
      el("span", { class: "count" }, ` ${rows.length}`),
    ),
    state.open.includes(part) ? [list, next] : "",
  );
}

function ledgerKey() {
  const looks = [["went around", BYPASS], ...Object.entries(LINKS), ["denied", DENIED]];
  return el(
    "p",
    { class: "key" },
    looks.map(([words, look]) => el("span", { class: `line ${look.look}` }, sign(look.sign), words)),
    Object.keys(VALENCES).map((way) =>
      el(
        "span",
        {},
        el("span", { class: `sign ${way}`, "aria-hidden": "true" }, VALENCES[way]),
        `verdicts ${VALENCE_WORDS[way]}`,
      ),
    ),
  );
}

function drawLedger(judgement) {
  const rows = ledgerRows(judgement);
  const parts = gathered(rows.map((row) => [row.part, row]));
  const lit = rows.filter((row) => row.lit).length;
  return {
    status: lit === entries.length ? count(lit, "row") : `${lit} of ${count(entries.length, "row")} lit`,
    element: el(
      "div",
      { class: "ledger" },
      ledgerKey(),
      el(
        "div",
        { class: "heads", "aria-hidden": "true" },
        el("span", {}, "Deal"),
        el("span", {}, "went around …"),
        el("span", {}, "… and then (who says so)"),
      ),
      Object.keys(PARTS)
        .filter((part) => parts.has(part))
        .map((part) => ledgerPart(part, parts.get(part), judgement.lit)),
    ),
  };
}
