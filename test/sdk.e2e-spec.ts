import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { AccessService } from '../src/access/access.service.js';
import { startApp, type TestApp } from './support/app.js';
import { makeContacts } from './support/factories.js';

const folder = fileURLToPath(new URL('../sdk/', import.meta.url));
const example = /```ts\n([^]*?)```/.exec(readFileSync(`${folder}README.md`, 'utf8'))![1]!;

describe("the example in the SDK's README", () => {
  let app: TestApp;
  let env: Record<string, string>;
  beforeAll(async () => {
    app = await startApp();
    await app.app.listen(0, '127.0.0.1');
    const key = await app.app.get(AccessService).createKey('sdk', ['admin']);
    env = { PATH: process.env.PATH!, CAMPANILE_URL: await app.app.getUrl(), CAMPANILE_KEY: key };
  });
  afterAll(() => app.close());

  const run = (code: string): Promise<{ said: string[]; wrong: string }> => {
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
    });
    return new Promise((resolve) =>
      execFile(process.execPath, ['--input-type=module', '-e', outputText], { cwd: folder, env }, (_, stdout, stderr) =>
        resolve({ said: stdout.trim().split('\n'), wrong: stderr }),
      ),
    );
  };

  it('does what it says', async () => {
    // More than one page of fifty.
    await makeContacts(app, 120);
    const { said, wrong } = await run(example);
    expect(wrong).toBe('');
    expect(said[0]).toBe('pending');
    expect(said.slice(1, -1).toSorted()).toEqual(
      ['ada@example.org', ...Array.from({ length: 120 }, (_, index) => `c${index + 1}@example.com`)].toSorted(),
    );
    expect(said.at(-1)).toBe('404 CAMPAIGN_NOT_FOUND');
  });

  it('is right by its types, and what the API does not know is wrong by them', () => {
    const node = 'declare const process: { env: Record<string, string | undefined> };\n';
    const codes = new Map([
      [`${folder}right.ts`, node + example],
      [`${folder}wrong-value.ts`, node + example.replace("'one_time'", "'sometimes'")],
      [`${folder}wrong-field.ts`, node + example.replace('contact.email', 'contact.mail')],
    ]);
    const wrong = wrongByTypes(codes).map(({ file, message }) => [file.slice(folder.length), message]);
    expect(wrong.toSorted()).toEqual([
      ['wrong-field.ts', expect.stringContaining("'mail'")],
      ['wrong-value.ts', expect.stringContaining('"sometimes"')],
    ]);
  });
});

/** What the compiler says against files that are not there, but might be. */
function wrongByTypes(codes: Map<string, string>): { file: string; message: string }[] {
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [], lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] },
    ...{ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023 },
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => codes.has(name) || fileExists(name);
  host.getSourceFile = (name, language, ...rest) => {
    const code = codes.get(name);
    return code === undefined ? getSourceFile(name, language, ...rest) : ts.createSourceFile(name, code, language);
  };
  return ts.getPreEmitDiagnostics(ts.createProgram([...codes.keys()], options, host)).map(({ file, messageText }) => ({
    file: file?.fileName ?? '',
    message: ts.flattenDiagnosticMessageText(messageText, ' '),
  }));
}
