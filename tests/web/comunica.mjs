// Asks an endpoint with Comunica: node comunica.mjs FOLDER-OF-NODE-MODULES ADDRESS TYPE QUERY
import { createRequire } from 'node:module';

const [folder, address, type, query] = process.argv.slice(2);
const { QueryEngine } = createRequire(`${folder}/`)('@comunica/query-sparql');
const engine = new QueryEngine();
const sources = [{ type, value: address }];
const result = await engine.query(query, { sources });
const found = await result.execute();
if (result.resultType === 'boolean') {
  console.log(JSON.stringify(found));
} else if (result.resultType === 'bindings') {
  const rows = await found.toArray();
  console.log(
    JSON.stringify(rows.map((row) => Object.fromEntries([...row].map(([key, term]) => [key.value, term.value])))),
  );
} else {
  const quads = await found.toArray();
  console.log(JSON.stringify(quads.map((one) => [one.subject.value, one.predicate.value, one.object.value])));
}
