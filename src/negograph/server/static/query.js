// The query editor: this server's endpoint, and each question as a tab that can be opened.
"use strict";

const { questions, prefixes } = JSON.parse(document.getElementById("tabs").textContent);
const endpoint = new URL("/sparql", window.location.href).href;

Yasgui.Yasqe.defaults.autocompleters = (Yasgui.Yasqe.defaults.autocompleters || []).filter(
  (name) => name === "variables",
); // the others ask servers on the web
Yasgui.Yasr.defaults.prefixes = prefixes;

const editor = new Yasgui(document.getElementById("yasgui"), {
  requestConfig: { endpoint, method: "POST", acceptHeaderGraph: "text/turtle,*/*;q=0.5" },
  copyEndpointOnNewTab: false,
  persistenceId: null,
  populateFromUrl: true,
  endpointCatalogueOptions: { getData: () => [{ endpoint }] },
  yasqe: { createShareableLink: null, collapsePrefixesOnLoad: true },
});

const open = (question) =>
  editor.addTab(true, {
    name: question.name,
    requestConfig: { endpoint },
    yasqe: { value: question.query, endpoint },
  });

const choice = document.getElementById("question");
for (const [place, question] of questions.entries()) {
  choice.add(new Option(question.title, String(place)));
}
choice.addEventListener("change", () => {
  if (choice.value !== "") open(questions[Number(choice.value)]);
  choice.value = "";
});
if (!window.location.hash) for (const question of questions.slice(0, 3).reverse()) open(question);
