import { command } from '../command.js';
import { byName, type Code, type Thing } from '../as-code/domain/code.js';
import { readFiles, writeFiles } from '../as-code/files.js';
import { writeCode } from '../as-code/writing.js';
import { carryOver } from './domain/carry-over.js';
import { pinpointWords } from './pinpoint-words.js';

/** `import-pinpoint`: needs no database. The YAML goes to `out` or standard output, the remarks to standard error then. */
export function importPinpoint(paths: string[], { out }: { out?: string }, json: boolean): Promise<void> {
  return command(json, async (terminal) => {
    const files = await readFiles(paths, ['.json']);
    const carried = carryOver(
      files.map(({ path, text }) => ({ path, json: parsed(path, text) })),
      new Date(),
    );
    const code: Code = {
      segments: (carried.segments as Thing[]).toSorted(byName),
      campaigns: (carried.campaigns as Thing[]).toSorted(byName),
    };
    if (code.segments.length + code.campaigns.length === 0)
      throw new Error(`There is nothing to carry over in ${paths.join(', ')}.\n${pinpointWords(carried)}`);
    const written = out === undefined ? [] : await writeFiles(out, code);
    const words = pinpointWords(carried);
    if (json || out !== undefined)
      return terminal.result({ ...carried, files: written }, `${words}\nwritten: ${written.join(', ')}`);
    console.error(words);
    terminal.result(code, (await writeCode(code)).trimEnd());
  });
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new Error(`${path}: it is no JSON: ${(error as Error).message}`);
  }
}
