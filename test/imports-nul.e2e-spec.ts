import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { contactsByEmail, importFile, upload } from './support/importing.js';
import { expectProblem } from './support/problems.js';

describe('U+0000 in a file, which no text may hold,', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());
  const rejected = async (id: number) => (await app.request('GET', `/imports/${id}/rejected`)).body as string;

  it('costs the rows that have it and no others, which are kept without it', async () => {
    const rows = ['z1@example.com,good', 'z2@example.com,b\0d', 'z3\0@example.com,x', 'z4@example.com,\0,more'];
    const done = await importFile(app, `email,note\n${rows.join('\n')}\n`);
    expect(done).toMatchObject({ status: 'completed', total: 4, created: 1, rejected: 3 });
    const kept = await rejected(done.id);
    for (const cells of ['z2@example.com,b\uFFFDd', 'z3\uFFFD@example.com,x', 'z4@example.com,\uFFFD,more'])
      expect(kept).toContain(cells);
    expect(kept).not.toContain('\0');
  });

  it('is seen in a quoted field that began long before', async () => {
    const long = `"a\0${'\n'.repeat(30_000)}b"`;
    const fill = Array.from({ length: 1_500 }, (_, index) => `fill${index}@example.com,x\n`).join('');
    const done = await importFile(app, `email,first_name\n${fill}z5@example.com,${long}\nz6@example.com,Ada\n`);
    expect(done).toMatchObject({ status: 'completed', total: 1_502, created: 1_501, rejected: 1 });
    expect((await app.request('GET', '/contacts?email=z6@example.com')).body).toHaveLength(1);
  });

  it('costs lines of NDJSON alone as well, written out or escaped', async () => {
    const lines = ['{"email":"z7@example.com"}', '{"email":"z8@example.com","note":"\\u0000"}', '{"email":"z9\0"}'];
    const done = await importFile(app, lines.join('\n'), '', { 'content-type': 'application/x-ndjson' });
    expect(done).toMatchObject({ status: 'completed', total: 3, created: 1, rejected: 2 });
  });

  it('has the file refused at once where it is in the header', async () => {
    for (const header of ['email,no\0te', '"email","\0"', 'email\0']) {
      const answer = await upload(app, `${header}\nz10@example.com,x\n`);
      expectProblem(answer, 400, 'UNREADABLE_FILE');
      expect(answer.body.detail).toMatch(/the name of column \d has the character U\+0000/);
    }
    expect((await contactsByEmail(app))['z10@example.com']).toBeUndefined();
  });
});
