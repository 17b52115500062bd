import { AsCodeService } from '../../src/commands/as-code/as-code.service.js';
import type { Fault } from '../../src/commands/as-code/domain/code.js';
import type { Plan } from '../../src/commands/as-code/domain/plan.js';
import { planWords } from '../../src/commands/as-code/plan-words.js';
import { readCode } from '../../src/commands/as-code/reading.js';
import { StoredCodeService } from '../../src/commands/as-code/stored-code.service.js';
import { writeCode } from '../../src/commands/as-code/writing.js';
import type { TestApp } from './app.js';

/** Who applies in tests. */
export const ANN = { kind: 'cli', id: null, name: 'ann' } as const;

type Wish = { start?: boolean; prune?: boolean };
const meant = (wish: Wish) => ({ start: false, prune: false, ...wish });

/** Files `a.yaml`, `b.yaml` and on. */
export const read = (...texts: string[]) =>
  readCode(texts.map((text, index) => ({ path: `${'abc'[index]}.yaml`, text })));

/** What applying would do. */
export const planned = async (app: TestApp, text: string, wish: Wish = {}): Promise<Plan> =>
  app.app.get(AsCodeService).plan(await read(text), meant(wish), ANN);

/** The same for people. */
export const plannedWords = async (app: TestApp, text: string, wish: Wish = {}): Promise<string> =>
  planWords(await planned(app, text, wish), wish.prune ?? false);

/** Applies; what was shown is `shown`, or what is planned just before. */
export async function applied(app: TestApp, text: string, wish: Wish = {}, shown?: Plan): Promise<Plan> {
  const plan = shown ?? (await planned(app, text, wish));
  return app.app.get(AsCodeService).apply(await read(text), meant(wish), ANN, plan);
}

/** What is there, as YAML. */
export const exported = async (app: TestApp, ...names: string[]): Promise<string> =>
  writeCode(await app.app.get(StoredCodeService).export(names));

/** What is refused: `file:line:column pointer message`, or the sentence. */
export async function refused(work: Promise<unknown>): Promise<string[]> {
  const error = await work.then(
    () => null,
    (thrown: Error & { faults?: Fault[] }) => thrown,
  );
  if (!error) throw new Error('it was not refused');
  const said = error.faults?.map(
    ({ file, line, column, pointer, message }) => `${file}:${line}:${column} ${pointer} ${message}`,
  );
  return said ?? [error.message];
}
