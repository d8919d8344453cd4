// Views, the legend that is the filter, the span of time, the menu.

const FACET_TITLES = {
  kinds: "Claims about …",
  links: "… of what followed",
  groups: "… as to",
  sources: "… from the source",
  speakers: "… said by",
};
const VALUES_AT_ONCE = 8;

const facetLabel = {
  kinds: (kind) => [sign(familyOfKind(kind).sign, familyOfKind(kind).tone), (kinds[kind] || { label: "claim" }).label],
  links: (link) => [sign(lookOf(link).sign, lookOf(link).look), link],
  groups: (group) => group,
  sources: (id) => (id === NO_SOURCE ? "none: inferred" : id),
  speakers: speakerLabel,
};

/** The values of each facet, those with most claims first. */
const facetValues = lazily(() =>
  Object.fromEntries(
    FACETS.map((facet, which) => {
      const all = new Map();
      for (const values of valuesOf()[which]) for (const value of values) all.set(value, (all.get(value) || 0) + 1);
      return [facet, [...all].sort(([one, n], [other, m]) => m - n || compare(one, other)).map(([value]) => value)];
    }),
  ),
);

function drawViews() {
  byName("views").replaceChildren(
    ...Object.entries(VIEWS).map(([view, words]) =>
      el(
        "button",
        {
          type: "button",
          "data-key": `view ${view}`,
          "aria-current": state.view === view ? "page" : undefined,
          onclick: () => update({ view }),
        },
        words,
      ),
    ),
  );
}

function facetBox(facet, value, counts) {
  const id = `${facet} ${value}`;
  const toggle = (event) =>
    update({
      [facet]: event.target.checked ? [...state[facet], value].sort() : state[facet].filter((each) => each !== value),
    });
  const number = counts[facet].get(value) || 0;
  const title = facet === "sources" && sourceById.has(value) ? sourceById.get(value).title : undefined;
  return el(
    "label",
    { class: number ? "" : "faded", title },
    el("input", { type: "checkbox", "data-key": id, checked: state[facet].includes(value), onchange: toggle }),
    el("span", { class: "what" }, facetLabel[facet](value)),
    el("span", { class: "count" }, inThousands(number)),
  );
}

function facetFields(facet, counts) {
  const values = facetValues()[facet];
  if (!values.length) return "";
  const most = facet === "speakers" ? VALUES_AT_ONCE : 20;
  const order = [
    ...values.filter((value) => state[facet].includes(value)),
    ...values.filter((value) => !state[facet].includes(value)),
  ];
  return el(
    "fieldset",
    {},
    el("legend", {}, FACET_TITLES[facet]),
    folded(values.length > most ? order : values, (value) => facetBox(facet, value, counts), `facet ${facet}`, most),
  );
}

// Time

const stops = lazily(() =>
  [...new Set([...entities, ...claims].map((row) => row.earliest.slice(0, 7)).filter(Boolean))].sort(),
);

/** The stop at or before a month; the ends stand for no limit. */
function stopOf(text, usual) {
  if (!text) return usual;
  const found = stops().findLastIndex((stop) => stop <= text);
  return Math.max(0, found);
}

function timeFields() {
  const all = stops();
  if (all.length < 2) return "";
  const last = all.length - 1;
  const [from, to] = [stopOf(state.from, 0), stopOf(state.to, last)];
  const thumb = (which, at, words) =>
    el("input", {
      type: "range",
      min: 0,
      max: last,
      step: 1,
      value: at,
      "data-key": `time ${which}`,
      "aria-label": words,
      "aria-valuetext": all[at],
      oninput: (event) => slid(which, Number(event.target.value), from, to, last),
    });
  return el(
    "fieldset",
    { class: "time" },
    el("legend", {}, "Time"),
    el("div", { class: "span" }, el("span", {}, state.from || all[0]), el("span", {}, state.to || all[last])),
    el("div", { class: "thumbs" }, thumb("from", from, "From"), thumb("to", to, "To")),
    el(
      "label",
      {},
      el("input", {
        type: "checkbox",
        "data-key": "undated",
        checked: state.undated,
        onchange: (event) => update({ undated: event.target.checked }),
      }),
      el("span", { class: "what" }, "also what bears no date"),
    ),
  );
}

function slid(which, at, from, to, last) {
  if (which === "from") update({ from: at === 0 ? "" : stops()[Math.min(at, to)] });
  else update({ to: at === last ? "" : stops()[Math.max(at, from)] });
}

function drawFacets({ counts, filtered }) {
  const hide = el(
    "label",
    {},
    el("input", {
      type: "checkbox",
      "data-key": "hide",
      checked: state.hide,
      onchange: (event) => update({ hide: event.target.checked }),
    }),
    el("span", { class: "what" }, "hide the rest instead of fading it"),
  );
  const clear = el(
    "button",
    { type: "button", "data-key": "clear", disabled: !filtered, onclick: () => update(UNFILTERED) },
    "Clear filters",
  );
  byName("facets").replaceChildren(
    ...[
      el("p", { class: "note" }, "A number counts claims, not things."),
      hide,
      clear,
      timeFields(),
      ...FACETS.map((facet) => facetFields(facet, counts)),
    ].filter(Boolean),
  );
  byName("filters-on").textContent = filtered ? "(on)" : "";
}

// The menu

function theme() {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  redraw({ theme: true });
}

function drawTools() {
  const button = (key, words, does, off) =>
    el("button", { type: "button", "data-key": key, disabled: off, onclick: does }, words);
  const files = Object.entries(EXPORTS).map(([name, { views, write }]) =>
    button(`export ${name}`, name, () => write(), views && !views.includes(state.view)),
  );
  const menu = el(
    "details",
    {
      class: "menu",
      open: unfolded.has("menu"),
      ontoggle: (event) => (event.target.open ? unfolded.add("menu") : unfolded.delete("menu")),
    },
    el("summary", { "data-key": "menu" }, "Export"),
    el(
      "div",
      { class: "sheet" },
      el("p", {}, "What is on screen, as"),
      files,
      button("print", "Print", () => print()),
    ),
  );
  const pick = stories.size ? el("label", {}, hidden("Story"), storyPicker()) : "";
  byName("tools").replaceChildren(
    ...[
      pick,
      button("copy link", "Copy link", () => copy(location.href, "link")),
      menu,
      button("theme", "Light / dark", theme),
    ].filter(Boolean),
  );
}
