import { createInterface } from 'node:readline/promises';
import { type Application, withApplication } from '../application.js';
import { command } from '../command.js';
import { operator } from '../operator.js';
import { Terminal } from '../terminal.js';
import { AsCodeService, PlanOutdated } from './as-code.service.js';
import { CodeRefused, type Entry } from './domain/code.js';
import { readFiles, writeFiles } from './files.js';
import type { PlanWish } from './domain/plan.js';
import { changeLines, planWords } from './plan-words.js';
import { readCode } from './reading.js';
import { StoredCodeService } from './stored-code.service.js';
import { writeCode } from './writing.js';

/** The exit code of a plan that has something to do, where it is asked for: 1 and 2 mean something else. */
const CHANGES = 3;

/** What can be said of `export`. */
export interface ExportOptions {
  out?: string;
  name: string[];
}

/** What can be said of `plan` and `apply`. */
export interface PlanOptions {
  start?: boolean;
  prune?: boolean;
  detailedExitCode?: boolean;
  yes?: boolean;
}

/** `export`: to standard output, unless files are named. */
export function exportCode({ out, name }: ExportOptions, json: boolean): Promise<void> {
  return command(json, (terminal) =>
    // Where the file is standard output nothing else may be said there.
    withApplication(out === undefined ? new Terminal(true) : terminal, async (app) => {
      const code = await app.get(StoredCodeService).export(name);
      if (out === undefined) return terminal.result(code, (await writeCode(code)).trimEnd());
      const files = await writeFiles(out, code);
      const [segments, campaigns] = [code.segments.length, code.campaigns.length];
      terminal.result(
        { segments, campaigns, files },
        `${segments} segments and ${campaigns} campaigns: ${files.join(', ')}`,
      );
    }),
  );
}

/** `plan`: shows what `apply` would do. */
export function planCode(paths: string[], options: PlanOptions, json: boolean): Promise<void> {
  return withCode(paths, options, json, async ({ terminal, entries, wish, app }) => {
    const plan = await app.get(AsCodeService).plan(entries, wish, operator());
    terminal.result(plan, await planWords(plan, wish.prune));
    if (options.detailedExitCode && plan.changes.length > 0) process.exitCode = CHANGES;
  });
}

/** `apply`: shows what it will do, asks unless told not to, and does it. */
export function applyCode(paths: string[], options: PlanOptions, json: boolean): Promise<void> {
  return withCode(paths, options, json, async ({ terminal, entries, wish, app }) => {
    const service = app.get(AsCodeService);
    const shown = await service.plan(entries, wish, operator());
    terminal.say(await planWords(shown, wish.prune));
    if (shown.changes.length === 0) return terminal.result({ ...shown, applied: false }, 'nothing to do');
    if (!options.yes && !(await agreed(json))) throw new Error('Nothing was applied.');
    const plan = await service.apply(entries, wish, operator(), shown);
    terminal.result({ ...plan, applied: true }, 'applied');
  });
}

/** Throws where nobody can be asked. */
async function agreed(json: boolean): Promise<boolean> {
  if (json || !process.stdin.isTTY)
    throw new Error('Nobody can be asked here, so nothing was applied: say --yes to apply.');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await lines.question('Apply this? (yes/no) ')).trim());
  } finally {
    lines.close();
  }
}

interface CodeWork {
  terminal: Terminal;
  app: Application;
  entries: Entry[];
  wish: PlanWish;
}

/** Reads files and works with them; what is refused in them is told with its places, exit code 1. */
function withCode(
  paths: string[],
  { start = false, prune = false }: PlanOptions,
  json: boolean,
  work: (given: CodeWork) => Promise<void>,
): Promise<void> {
  return command(json, async (terminal) => {
    try {
      const entries = await readCode(await readFiles(paths));
      await withApplication(terminal, (app) => work({ terminal, app, entries, wish: { start, prune } }));
    } catch (error) {
      if (error instanceof PlanOutdated) throw await inWords(error);
      if (!(error instanceof CodeRefused) || !json) throw error;
      terminal.result({ faults: error.faults }, '');
      process.exitCode = 1;
    }
  });
}

async function inWords({ message, differences: { gone, added } }: PlanOutdated): Promise<Error> {
  const lines: string[] = [];
  for (const change of gone) lines.push('no longer:', ...(await changeLines(change)));
  for (const change of added) lines.push('now:', ...(await changeLines(change)));
  return new Error([message, ...lines].join('\n'));
}
