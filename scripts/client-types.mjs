/** Writes the web client's types of the API, as the built product describes it. After a change of the API. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const target = 'src/dashboard/client/api/schema.d.ts';
const text = execFileSync(process.execPath, ['dist/src/cli.js', 'openapi'], { maxBuffer: 64 * 1024 * 1024 });
writeFileSync(target, astToString(await openapiTS(JSON.parse(text.toString()))));
console.log(`${target} is written`);
