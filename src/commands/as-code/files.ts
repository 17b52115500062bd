import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freeName } from '../domain/free-name.js';
import type { Code } from './domain/code.js';
import type { CodeFile } from './reading.js';
import { writeCode } from './writing.js';

/** Files by their paths; of a directory those in it whose names end so, in the order of their names. */
export async function readFiles(paths: string[], ends = ['.yaml', '.yml']): Promise<CodeFile[]> {
  const files: CodeFile[] = [];
  for (const path of paths) {
    const isDirectory = (await stat(path)).isDirectory();
    const names = isDirectory
      ? (await readdir(path)).filter((name) => ends.some((end) => name.endsWith(end))).sort()
      : [];
    if (isDirectory && names.length === 0)
      throw new Error(`${path}: there is no file in it that ends in ${ends.join(' or ')}`);
    for (const one of isDirectory ? names.map((name) => join(path, name)) : [path])
      files.push({ path: one, text: textOf(one, await readFile(one)) });
  }
  return files;
}

function textOf(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${path}: it is not UTF-8`);
  }
}

/**
 * Writes code to a file; to a directory (one that is there, or a path that ends in a slash) as one file for the segments and
 * one for each campaign. Answers the paths written.
 */
export async function writeFiles(out: string, code: Code): Promise<string[]> {
  if (!out.endsWith('/') && !(await isDirectory(out))) {
    await writeFile(out, await writeCode(code));
    return [out];
  }
  await mkdir(out, { recursive: true });
  const parts: [string, Code][] = code.segments.length > 0 ? [['segments', { ...code, campaigns: [] }]] : [];
  const taken = new Set(['segments']);
  for (const campaign of code.campaigns) {
    const name = freeName(fileName(campaign.name), taken, { between: '-' });
    taken.add(name);
    parts.push([name, { segments: [], campaigns: [campaign] }]);
  }
  for (const [name, part] of parts) await writeFile(join(out, `${name}.yaml`), await writeCode(part));
  return parts.map(([name]) => join(out, `${name}.yaml`));
}

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** A name that every file system takes. */
function fileName(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'campaign';
}
