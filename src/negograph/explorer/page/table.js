// The table: every claim, in full, page by page.

const CLAIMS_AT_ONCE = 100;
const COLUMNS = [
  ["id", "Claim"],
  ["subject", "Subject"],
  ["predicate", "says"],
  ["object", "Object"],
  ["gist", "In one sentence"],
  ["speaker", "Said by"],
  ["source", "Where"],
  ["when", "When"],
];
const SORT_KEYS = {
  id: (claim) => claim.id.slice(1).padStart(12, "0"),
  subject: (claim) => labelOf(claim.subject).toLowerCase(),
  predicate: (claim) => predicates[claim.predicate].label,
  object: (claim) => objectOf(claim).toLowerCase(),
  speaker: (claim) => saidBy(claim).toLowerCase(),
  source: (claim) => `${claim.source || "~"} ${(claim.locator.match(/\d+/) || ["0"])[0].padStart(6, "0")}`,
  when: (claim) => (whenOf(claim) || [""])[0],
};

function tableClaims({ lit }) {
  const key = SORT_KEYS[state.sort.replace(/^-/, "")];
  const sorted = claims.filter((claim) => lit.has(claim)).map((claim) => [key(claim), claim]);
  const way = state.sort.startsWith("-") ? -1 : 1;
  // what has none comes last
  sorted.sort(([one], [two]) => (one && two ? way * compare(one, two) : compare(two !== "", one !== "")));
  return sorted.map(([, claim]) => claim);
}

function headOf([name, words]) {
  if (!SORT_KEYS[name]) return el("th", { scope: "col" }, words);
  const active = state.sort.replace(/^-/, "") === name;
  const down = state.sort.startsWith("-");
  return el(
    "th",
    { scope: "col", "aria-sort": active ? (down ? "descending" : "ascending") : undefined },
    el(
      "button",
      {
        type: "button",
        "data-key": `sort ${name}`,
        onclick: () => update({ sort: active && !down ? `-${name}` : name }),
      },
      words,
      active ? sign(down ? " ▾" : " ▴") : "",
    ),
  );
}

/** What a claim says besides its sentence, where it is not the usual. */
function qualities(claim) {
  const found = [];
  if (modalityOf(claim) !== "reported") found.push(termLabel("Modality", modalityOf(claim)));
  if (claim.polarity) found.push(termLabel("Polarity", claim.polarity));
  if (claim.rank) found.push(termLabel("Rank", claim.rank));
  if (claim.confidence) found.push(`confidence ${termLabel("Confidence", claim.confidence)}`);
  return found;
}

const termLabel = (list, word) => (terms[list][word] || ["", word])[1];

function rowOf(claim) {
  const end = (id, key) =>
    claimById.has(id)
      ? opener(id, key, { class: "name", title: labelOf(id) }, sign("❝", "other"), shortLabel(id))
      : nameOf(id, key);
  const chosen = state.focus === claim.id ? "chosen" : "";
  const look = lookOfClaim(claim);
  return el(
    "tr",
    { "data-claim": claim.id, class: chosen },
    el("th", { scope: "row" }, opener(claim.id, `claim ${claim.id}`, { class: "says" }, claim.id)),
    el("td", {}, end(claim.subject, `subject ${claim.id}`)),
    el(
      "td",
      { class: `line ${look.look}` },
      el("span", { class: "link" }, look === PLAIN ? "" : sign(look.sign), sentence(claim)),
    ),
    el(
      "td",
      {},
      claim.object ? end(claim.object, `object ${claim.id}`) : "",
      claim.value ? el("span", { class: "value" }, claim.value) : "",
    ),
    el("td", { class: "gist" }, claim.gist, " ", el("span", { class: "qualities" }, qualities(claim).join(" · "))),
    el("td", { class: "speaker" }, saidBy(claim)),
    el("td", { class: "where" }, whereOf(claim)),
    el("td", { class: "when" }, dates(claim) || (predicates[claim.predicate].value === "edtf:EDTF" ? claim.value : "")),
  );
}

function pager(pages) {
  const to = (words, page, off, key) =>
    el("button", { type: "button", "data-key": key, disabled: off, onclick: () => update({ page }) }, words);
  return el(
    "nav",
    { class: "bar", "aria-label": "Pages" },
    to("First", 1, state.page <= 1, "first"),
    to("Previous", state.page - 1, state.page <= 1, "previous"),
    el("span", { class: "page" }, `page ${state.page} of ${pages}`),
    to("Next", state.page + 1, state.page >= pages, "next"),
    to("Last", pages, state.page >= pages, "last"),
  );
}

function drawTable(judgement) {
  const found = tableClaims(judgement);
  const pages = Math.max(1, Math.ceil(found.length / CLAIMS_AT_ONCE));
  if (state.page > pages) state = { ...state, page: pages };
  const shown = found.slice((state.page - 1) * CLAIMS_AT_ONCE, state.page * CLAIMS_AT_ONCE);
  return {
    status: `${inThousands(found.length)} of ${count(claims.length, "claim")}`,
    element: el(
      "div",
      { class: "tabular" },
      pager(pages),
      el(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": "Claims, to be scrolled sideways" },
        el(
          "table",
          {},
          el("caption", { class: "hidden" }, "Claims, with who says them and where"),
          el("thead", {}, el("tr", {}, COLUMNS.map(headOf))),
          el("tbody", {}, shown.map(rowOf)),
        ),
      ),
    ),
  };
}
