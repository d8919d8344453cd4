// Search over labels and aliases, with suggestions; what is typed also lights the claims that say it.

const SUGGESTIONS = 8;
const suggested = { items: [], at: -1 };

const nameIndex = lazily(() =>
  entities.flatMap((row) =>
    [row.label, ...listOf(row.aliases)].map((name) => ({ id: row.id, name, low: name.toLowerCase() })),
  ),
);

/** Names that begin with the words first, then those in which a word does, then the others. */
function suggestionsFor(text) {
  const words = text.trim().toLowerCase();
  if (!words) return [];
  const found = new Map();
  for (const { id, name, low } of nameIndex()) {
    const at = low.indexOf(words);
    if (at < 0) continue;
    const rank = at === 0 ? 0 : low[at - 1] === " " ? 1 : 2;
    if (!found.has(id) || found.get(id).rank > rank)
      found.set(id, { id, name, rank, weight: (claimsOf().get(id) || []).length });
  }
  return [...found.values()]
    .sort((one, two) => one.rank - two.rank || two.weight - one.weight || compare(one.id, two.id))
    .slice(0, SUGGESTIONS);
}

function showSuggestions() {
  const list = byName("suggestions");
  list.replaceChildren(
    ...suggested.items.map(({ id, name }, number) =>
      el(
        "div",
        {
          role: "option",
          id: `suggestion-${number}`,
          "aria-selected": String(number === suggested.at),
          "data-id": id,
          onpointerdown: (event) => {
            event.preventDefault();
            pickSuggestion(number);
          },
        },
        sign(familyOf(id).sign, familyOf(id).tone),
        labelOf(id),
        name === labelOf(id) ? "" : el("span", { class: "alias" }, ` also ${name}`),
        el("span", { class: "kind" }, ` ${kinds[kindOf(id)].label}`),
      ),
    ),
  );
  list.hidden = !suggested.items.length;
  byName("search").setAttribute("aria-expanded", String(!list.hidden));
  if (suggested.at < 0) byName("search").removeAttribute("aria-activedescendant");
  else byName("search").setAttribute("aria-activedescendant", `suggestion-${suggested.at}`);
}

function closeSuggestions() {
  Object.assign(suggested, { items: [], at: -1 });
  showSuggestions();
}

function pickSuggestion(number) {
  const { id } = suggested.items[number];
  closeSuggestions();
  byName("search").value = "";
  if (state.search) update({ search: "" });
  openPanel({ detail: 0 }, id, "search");
}

function searchKeys(event) {
  const { items } = suggested;
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && items.length) {
    suggested.at =
      (suggested.at + (event.key === "ArrowDown" ? 1 : items.length + (suggested.at < 0 ? 0 : -1))) % items.length;
    showSuggestions();
  } else if (event.key === "Enter" && items.length && (suggested.at >= 0 || picking.from))
    pickSuggestion(Math.max(0, suggested.at));
  else if (event.key === "Enter") closeSuggestions();
  else if (event.key === "Escape") closeSuggestions();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function startSearch() {
  const box = byName("search");
  let waiting = 0;
  box.addEventListener("input", () => {
    Object.assign(suggested, { items: suggestionsFor(box.value), at: -1 });
    showSuggestions();
    clearTimeout(waiting);
    waiting = setTimeout(() => update({ search: box.value }), 150);
  });
  box.addEventListener("keydown", searchKeys);
  box.addEventListener("blur", closeSuggestions);
}

function drawSearch() {
  if (document.activeElement !== byName("search")) byName("search").value = state.search;
}
