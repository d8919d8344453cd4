// Stories: ordered steps, walked with the arrow keys; what a step does not speak of fades.

function storyPicker() {
  const pick = el(
    "select",
    { "data-key": "story", onchange: (event) => toStep(event.target.value, 1) },
    el("option", { value: "" }, "Stories …"),
    [...stories.values()].map((story) => el("option", { value: story.name }, story.title || story.name)),
  );
  pick.value = state.story;
  return pick;
}

/** Go to a step, and unfold whatever part of the ledger it speaks of. */
function toStep(story, step) {
  if (!story) return update({ story: "", step: 1 });
  const last = stories.get(story).steps.length;
  const at = Math.min(Math.max(1, step), last);
  const { lit, step: said } = judged({ ...state, story, step: at });
  const speaks = (entry) =>
    said.things.has(entry.deal) || [...entry.around, ...entry.then].some((line) => lit.has(line.claim));
  const open = [...new Set([...state.open, ...entries.filter(speaks).map((entry) => entry.part)])];
  update({ story, step: at, open });
  const first = document.querySelector(".row:not(.faded), tr[data-claim]");
  if (first && state.view === "ledger") first.scrollIntoView({ block: "nearest" });
  return undefined;
}

function drawStory() {
  const box = byName("story");
  box.hidden = !state.story;
  if (!state.story) return box.replaceChildren();
  const { title, steps } = stories.get(state.story);
  const { header, text, entities: about } = steps[state.step - 1];
  const to = (key, words, step, off) =>
    el(
      "button",
      { type: "button", "data-key": `story ${key}`, disabled: off, onclick: () => toStep(state.story, step) },
      words,
    );
  return box.replaceChildren(
    el("p", { class: "kind" }, `${title} · step ${state.step} of ${steps.length}`),
    el("div", { "aria-live": "polite" }, el("h2", {}, header), el("p", {}, text)),
    el(
      "p",
      { class: "named" },
      about.filter(thing).map((id) => [nameOf(id, `story ${id}`), " "]),
    ),
    el(
      "div",
      { class: "bar", role: "group", "aria-label": "Steps, also with the arrow keys" },
      to("back", "← Back", state.step - 1, state.step === 1),
      to("on", "On →", state.step + 1, state.step === steps.length),
      el("button", { type: "button", "data-key": "story end", onclick: () => toStep("", 1) }, "End the story"),
    ),
  );
}

function storyKeys(event) {
  const busy = event.target.closest("input, select, textarea, .canvas, .scroll");
  if (!state.story || busy || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowRight") toStep(state.story, state.step + 1);
  else if (event.key === "ArrowLeft") toStep(state.story, state.step - 1);
  else return;
  event.preventDefault();
}
