// Reads an AsyncAPI document with the official parser.
// Prints each diagnostic of severity error and then exits with 1.
import { readFileSync } from 'node:fs';
import { Parser, DiagnosticSeverity } from '@asyncapi/parser';

const text = readFileSync(process.argv[2], 'utf8');
const { document, diagnostics } = await new Parser().parse(text);
const errors = diagnostics.filter(({ severity }) => severity === DiagnosticSeverity.Error);
for (const { code, message, path } of errors) {
  console.log(`${path.join('.') || 'document'}: ${message} (${code})`);
}
if (document === undefined && errors.length === 0) {
  console.log('document: the parser gave none');
}
process.exitCode = document === undefined || errors.length > 0 ? 1 : 0;
