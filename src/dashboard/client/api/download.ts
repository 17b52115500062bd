import { sessionHeaders } from '../session.js';
import { root } from './client.js';
import { problemOf } from './problem.js';

/** Fetches a file with what the session carries, as a plain link would not, and hands it to the person. */
export async function download(path: string, name: string): Promise<void> {
  const response = await fetch(root + path, { headers: sessionHeaders() });
  if (!response.ok) throw await problemOf(response);
  const url = URL.createObjectURL(await response.blob());
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
