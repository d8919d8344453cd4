// Making elements. Text only ever goes in as text.

const SVG = "http://www.w3.org/2000/svg";

function put(element, child) {
  if (Array.isArray(child)) for (const each of child) put(element, each);
  else if (child !== "" && child !== null && child !== undefined && child !== false) element.append(child);
}

function dress(element, properties, children) {
  for (const name in properties) {
    const value = properties[name];
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined && value !== null)
      element.setAttribute(name, value === true ? "" : value);
  }
  put(element, children);
  return element;
}

const el = (tag, properties = {}, ...children) => dress(document.createElement(tag), properties, children);
const svgEl = (tag, properties = {}, ...children) => dress(document.createElementNS(SVG, tag), properties, children);
const byName = (id) => document.getElementById(id);
const sign = (text, extra = "") => el("span", { class: `sign ${extra}`, "aria-hidden": "true" }, text);
const hidden = (text) => el("span", { class: "hidden" }, text);
const count = (number, one, many = `${one}s`) => `${inThousands(number)} ${number === 1 ? one : many}`;

const nameList = (items) =>
  el(
    "ul",
    { class: "names" },
    items.map((item) => el("li", {}, item)),
  );

/** A button that shows a thing or a claim in the panel; its key finds it again after everything was drawn anew. */
function opener(id, key, properties, ...children) {
  const chosen = state.focus === id;
  return el(
    "button",
    {
      type: "button",
      "data-key": key,
      "data-id": id,
      "aria-current": chosen ? "true" : undefined,
      onclick: (event) => openPanel(event, chosen ? "" : id, key),
      ...properties,
    },
    ...children,
  );
}

function nameOf(id, key, className = "name") {
  const family = familyOf(id);
  return opener(id, key, { class: className }, sign(family.sign, family.tone), labelOf(id));
}
