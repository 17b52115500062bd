import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ImportQuery, type ImportResponse } from '../audience/imports.dto.js';
import { ImportsService } from '../audience/imports.service.js';
import { withApplication } from './application.js';
import { command } from './command.js';
import type { Terminal } from './terminal.js';

/** What can be said of an import on the command line. */
export interface ImportOptions {
  segment?: string;
  map?: string;
  dryRun?: boolean;
  overwriteConsent?: boolean;
}

/** How often progress is looked at. */
const LOOK_MS = 200;

/** `import`: takes the file in as the API does, and works it off here, unless a server that runs is faster. */
export function importFile(file: string, options: ImportOptions, json: boolean): Promise<void> {
  return command(json, async (terminal) => {
    const query = queryOf(options);
    // A folder opens like a file, and only fails once it is read: without its name.
    if (file !== '-' && (await stat(file)).isDirectory()) throw new Error(`${file}: this is a folder, and no file`);
    await withApplication(terminal, async (app) => {
      const imports = app.get(ImportsService);
      const stream = file === '-' ? process.stdin : createReadStream(file);
      const { id } = await imports.upload(query, { stream, format: null, idempotencyKey: null });
      const done = await finished(imports, id, terminal);
      terminal.result(done, inWords(done));
      if (done.status !== 'completed') process.exitCode = 1;
    });
  });
}

async function finished(imports: ImportsService, id: number, terminal: Terminal): Promise<ImportResponse> {
  let present = await imports.get(id);
  const progress = terminal.progress(present.bytes, 'bytes');
  let working = true;
  const work = imports.workDue(id).finally(() => (working = false));
  // Told by the loop below, which goes on until it is over.
  work.catch(() => undefined);
  while (present.finished_at === null) {
    await delay(LOOK_MS);
    if (!working) await work;
    present = await imports.get(id);
    progress(present.bytes_done);
  }
  await work;
  return present;
}

function queryOf({ segment, map, dryRun = false, overwriteConsent = false }: ImportOptions): ImportQuery {
  const query = plainToInstance(ImportQuery, { segment, map, dry_run: dryRun, overwrite_consent: overwriteConsent });
  const errors = validateSync(query).flatMap(({ constraints }) => Object.values(constraints ?? {}));
  if (errors.length > 0) throw new Error(errors.join('; '));
  return query;
}

function inWords({ id, status, reason, dry_run, ...counts }: ImportResponse): string {
  const { total, created, updated, unchanged, duplicates, rejected } = counts;
  return [
    `import ${id} ${status}${reason === null ? '' : `: ${reason}`}`,
    `${total} rows: ${created} created, ${updated} updated, ${unchanged} unchanged, ${duplicates} duplicates, ${rejected} rejected` +
      (dry_run ? '; nothing was changed' : ''),
    ...(rejected > 0 ? [`the rejected rows: GET /imports/${id}/rejected`] : []),
  ].join('\n');
}
