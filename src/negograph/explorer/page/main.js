// The page draws itself from the state, all of it, whenever the state changes.

const DRAWERS = { ledger: drawLedger, lanes: drawLanes, network: drawNetwork, table: drawTable };

/** Draw everything; whoever was on a button is on the same button afterwards. */
function draw() {
  const active = document.activeElement;
  const key = active && active.dataset ? active.dataset.key : undefined;
  const inside = active ? active.closest("#view, #panel, #facets, #tools, #views, #story") : null;
  const judgement = judged(state);
  if (drawnNetwork.net && state.view !== "network") {
    drawnNetwork.net.destroy();
    Object.assign(drawnNetwork, { canvas: null, net: null, shown: "" });
  }
  drawViews();
  drawTools();
  drawSearch();
  drawStory();
  drawFacets(judgement);
  drawPanel();
  const view = DRAWERS[state.view](judgement); // last, when it is known how much room the others leave
  lastDrawn = { judgement, view };
  byName("view").replaceChildren(view.element);
  if (view.place) view.place();
  say(
    judgement.filtered || judgement.step
      ? `${view.status} · ${inThousands(judgement.lit.size)} of ${count(claims.length, "claim")} lit`
      : view.status,
  );
  if (key && inside) {
    const again =
      [...inside.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key) ||
      document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (again) again.focus({ preventScroll: true });
  }
  document.documentElement.dataset.ready = "yes";
}

function keys(event) {
  if (event.key === "Escape" && state.focus && !event.target.closest("#search")) closePanel();
  else if (event.key === "/" && !event.target.closest("input, select, textarea")) {
    event.preventDefault();
    byName("search").focus();
  } else storyKeys(event);
}

function start() {
  const opening =
    data.start.focus || data.start.story
      ? hashOf({ ...DEFAULTS, focus: data.start.focus, story: data.start.story })
      : "";
  state = stateOf(location.hash.length > 1 ? location.hash : opening);
  redraw = draw;
  byName("filters").open = matchMedia("(min-width: 900px)").matches;
  byName("facets").addEventListener("submit", (event) => event.preventDefault());
  byName("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byName("main").focus();
  });
  startSearch();
  document.addEventListener("keydown", keys);
  addEventListener("hashchange", () => {
    state = stateOf(location.hash);
    draw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  let resized = 0;
  let wide = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === wide || state.view !== "lanes") return;
    wide = innerWidth;
    clearTimeout(resized);
    resized = setTimeout(draw, 200);
  });
  draw();
}

start();
