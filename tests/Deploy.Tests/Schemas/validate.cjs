// node validate.cjs SCHEMA FILE…: one line per complaint, exit code 1 when there is one. The files are JSON.
const fs = require('fs');

const [, , schemaFile, ...files] = process.argv;
const schema = JSON.parse(fs.readFileSync(schemaFile, 'utf8'));
const Ajv = require((schema.$schema ?? '').includes('2019-09') ? 'ajv/dist/2019' : 'ajv');
delete schema.$schema; // Compose's spells draft-07 in a way that ajv does not know.

// Published schemas use what strict mode forbids, formats of their own, and expressions that are none under the flag u.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, logger: false });
require('ajv-formats')(ajv);
const isValid = ajv.compile(schema);

for (const file of files) {
  if (isValid(JSON.parse(fs.readFileSync(file, 'utf8')))) continue;
  process.exitCode = 1;
  for (const error of isValid.errors) console.log(`${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`);
}
