import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = new URL('../', import.meta.url);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));

interface Component {
  name: string;
  version: string;
  scope: string;
  purl: string;
  hashes?: { alg: string; content: string }[];
  licenses?: object[];
}

describe('the bill of materials', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
  const write = (name: string): string => {
    execFileSync(process.execPath, ['scripts/sbom.mjs', join(folder, name)], { cwd: root });
    return readFileSync(join(folder, name), 'utf8');
  };
  const { dependencies, optionalDependencies, devDependencies } = read('package.json');
  let text: string;
  let components: Component[];
  let edges: { ref: string; dependsOn: string[] }[];
  beforeAll(() => {
    text = write('one.json');
    ({ components, dependencies: edges } = JSON.parse(text));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const has = (names: Record<string, string>, scope: string) => {
    for (const [name, version] of Object.entries(names))
      expect(components).toContainEqual(expect.objectContaining({ name, version, scope }));
  };

  it('lists what package.json names, with the versions that are pinned', () => {
    has(dependencies, 'required');
    has(optionalDependencies, 'optional');
  });

  it('lists what is built into the dashboard, and nothing else of the development', () => {
    const names = ['react', 'react-dom', '@mantine/core', '@tanstack/react-query', 'openapi-fetch'];
    has(Object.fromEntries(names.map((name) => [name, devDependencies[name]])), 'required');
    for (const name of ['jest', '@jest/globals', 'vite', 'typescript', 'eslint', 'playwright-core', 'smtp-server'])
      expect([name, components.filter((each) => each.name === name)]).toEqual([name, []]);
  });

  it('lists what those need in turn, each once, with the hash of the lockfile', () => {
    const { packages } = read('package-lock.json');
    const [scheduler] = components.filter(({ name }) => name === 'scheduler');
    const sha512 = Buffer.from(scheduler!.hashes![0]!.content, 'hex').toString('base64');
    expect(packages['node_modules/scheduler'].integrity).toBe(`sha512-${sha512}`);
    const purls = components.map(({ purl }) => purl);
    expect(new Set(purls).size).toBe(purls.length);
    expect(edges.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !purls.includes(ref))).toEqual([]);
  });

  it('has a hash and a license for each, except where SECURITY.md says that there is none', () => {
    const without = components.filter(({ hashes, licenses }) => !hashes || !licenses).map(({ name }) => name);
    const told = /One has neither hash nor license there: `([^`]+)`/.exec(
      readFileSync(new URL('SECURITY.md', root), 'utf8'),
    )!;
    expect(without).toEqual([told[1]]);
  });

  it('is the same for the same commit', () => expect(write('two.json')).toBe(text));
});
