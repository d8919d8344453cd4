// Asks an endpoint by Comunica: {"url", "queries"} on stdin, a list of rows for each query on stdout.
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

const folder = process.argv[2];
const { QueryEngine } = createRequire(`${folder}/package.json`)('@comunica/query-sparql');
const { url, queries } = JSON.parse(await text(process.stdin));
const engine = new QueryEngine();
const answers = [];
for (const query of queries) {
  const start = performance.now();
  const found = await engine.queryBindings(query, { sources: [{ type: 'sparql', value: url }] });
  const rows = await found.toArray();
  answers.push({
    seconds: (performance.now() - start) / 1000,
    rows: rows.map((row) => Object.fromEntries([...row].map(([name, term]) => [name.value, written(term)]))),
  });
}
console.log(JSON.stringify(answers));

function written(term) {
  if (term.termType !== 'Literal') return `<${term.value}>`;
  return JSON.stringify([term.value, term.language, term.datatype.value]);
}
