// What a careful subscriber checks of a record: its CloudEvents attributes and, by the committed
// JSON Schema that it names, its data.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const REQUIRED = [
  'ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_time', 'ce_subject', 'ce_dataschema',
];

export function schemasOf(folder) {
  const ajv = new Ajv({ allErrors: true, strict: true });
  addFormats(ajv);
  for (const file of readdirSync(folder)) {
    ajv.addSchema(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  }
  return ajv;
}

export function problemsOf({ key, headers, value_text }, ajv) {
  return [...attributeProblems(key, headers), ...dataProblems(headers, value_text, ajv)];
}

function attributeProblems(key, headers) {
  const problems = REQUIRED.filter((name) => !headers[name]).map((name) => `${name} is missing`);
  if (headers.ce_specversion !== '1.0') problems.push('ce_specversion is not 1.0');
  if (headers['content-type'] !== 'application/json') problems.push('content-type is not JSON');
  if (Number.isNaN(Date.parse(headers.ce_time))) problems.push('ce_time is no time');
  if ((headers.ce_partitionkey ?? null) !== key) problems.push('ce_partitionkey is not the key');
  if (!headers.ce_dataschema?.endsWith(headers.ce_type?.replace('ma.zarbia.', ':'))) {
    problems.push('ce_dataschema is not the schema of ce_type');
  }
  return problems;
}

function dataProblems(headers, text, ajv) {
  const valid = headers.ce_dataschema && ajv.getSchema(headers.ce_dataschema);
  if (!valid) return [`no schema ${headers.ce_dataschema}`];
  return valid(JSON.parse(text)) ? [] : valid.errors.map((e) => `${e.instancePath} ${e.message}`);
}
