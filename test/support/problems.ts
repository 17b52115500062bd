import { expect } from '@jest/globals';
import { sql } from 'kysely';
import type { Answer, TestApp } from './app.js';

const TABLES = ['campaign', 'contact', 'segment', 'segment_member', 'import', 'run', 'run_batch', 'idempotency_key'];

/** Expects an RFC 9457 problem with this status and code that points at each of these fields. */
export function expectProblem(answer: Answer, status: number, code: string, ...pointers: string[]): void {
  expect(answer.body).toMatchObject({
    type: `urn:campanile:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    status,
    code,
    title: expect.any(String),
    detail: expect.stringMatching(/\S/),
    instance: expect.stringMatching(/^\//),
  });
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const named = (answer.body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer);
  for (const pointer of pointers) expect(named).toContain(pointer);
  for (const { message } of answer.body.errors ?? []) expect(message).toMatch(/\S/);
}

/** Every row of the product's tables in one value: equal before and after a request that must change nothing. */
export async function contents(app: TestApp): Promise<Record<string, { rows: number; digest: string }>> {
  const found: Record<string, { rows: number; digest: string }> = {};
  for (const table of TABLES) {
    const [row] = await app.sql<{ rows: number; digest: string }>(
      sql`select count(*) as rows, coalesce(md5(string_agg(t::text, ' ' order by t::text)), '') as digest
          from ${sql.table(table)} t`,
    );
    found[table] = row!;
  }
  return found;
}
