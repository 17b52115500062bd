import { sessionKey } from '../session.js';
import { root } from './client.js';
import { problemOf } from './problem.js';

/** Fetches a file with the session's key, which a plain link would not carry, and hands it to the person. */
export async function download(path: string, name: string): Promise<void> {
  const response = await fetch(root + path, { headers: { authorization: `Bearer ${sessionKey() ?? ''}` } });
  if (!response.ok) throw await problemOf(response);
  const url = URL.createObjectURL(await response.blob());
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
