import { sql } from 'kysely';
import type { Answer, TestApp } from './app.js';

/** What is kept of files that are not worked off. */
export const uploadedChunks = sql<{ id: number }>`select import_id as id from import_chunk`;

/** Sends a file, CSV unless the headers say otherwise. */
export function upload(
  app: TestApp,
  file: string | Buffer,
  query = '',
  headers: Record<string, string> = {},
): Promise<Answer> {
  return app.request('POST', `/imports${query}`, file, { 'content-type': 'text/csv', ...headers });
}

/** Sends a file and works it off; answers the import at its end. */
export async function importFile(...given: Parameters<typeof upload>) {
  const [app] = given;
  const { status, body } = await upload(...given);
  if (status !== 202) throw new Error(`import: ${JSON.stringify(body)}`);
  await app.tick();
  return (await app.request('GET', `/imports/${body.id}`)).body;
}

/** Every contact by its email, up to two hundred. */
export async function contactsByEmail(app: TestApp): Promise<Record<string, Answer['body']>> {
  const { body } = await app.request('GET', '/contacts?limit=200');
  return Object.fromEntries(body.map((contact: { email: string }) => [contact.email, contact]));
}
