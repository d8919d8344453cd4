// Reads files by N3.js: [path, media type] pairs on stdin, for each the statements or an error on stdout.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

const folder = process.argv[2];
const { Parser } = createRequire(`${folder}/package.json`)('n3');
const files = JSON.parse(await text(process.stdin));
console.log(JSON.stringify(files.map(([path, format]) => {
  try {
    const quads = new Parser({ format }).parse(readFileSync(path, 'utf8'));
    return { statements: quads.map((quad) => written(quad)) };
  } catch (error) {
    return { error: error.message };
  }
})));

function written(term) {
  switch (term.termType) {
    case 'Quad': return [term.subject, term.predicate, term.object, term.graph].map(written);
    case 'Literal': return { value: term.value, language: term.language, datatype: term.datatype.value };
    case 'DefaultGraph': return null;
    default: return `${term.termType} ${term.value}`;
  }
}
