import type { ServerResponse } from 'node:http';

/** One transparent pixel, as the text that Node writes in one piece with its head. */
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64').toString('latin1');

/** Every answer's: nothing of it is kept, guessed, framed or run, and where it leads learns nothing of where it was. */
const HEADERS = [
  ...['cache-control', 'no-store', 'referrer-policy', 'no-referrer', 'x-robots-tag', 'noindex'],
  ...['x-content-type-options', 'nosniff', 'content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
];

const page = (words: string): string => `<!doctype html><meta charset="utf-8"><title>${words}</title><p>${words}</p>`;

/** What a page says, by its status. */
const PAGES = {
  200: page('There is nothing here'),
  302: page('Found'),
  404: page('This link does not work any more'),
  503: page('This link does not work at the moment. Please try again soon.'),
};

/** The pixel. Mail programs on the web show it, which are other sites. */
export function answerPixel(response: ServerResponse, more: readonly string[]): number {
  return answer(response, 200, 'image/gif', GIF, ['cross-origin-resource-policy', 'cross-origin', ...more]);
}

/** A page of a few words. */
export function answerPage(response: ServerResponse, status: keyof typeof PAGES, more: readonly string[]): number {
  return answer(response, status, 'text/html; charset=utf-8', PAGES[status], more);
}

/** Bodies are of one byte a character; Node leaves them out for HEAD. Answers the status. */
function answer(response: ServerResponse, status: number, type: string, body: string, more: readonly string[]): number {
  const length = ['content-type', type, 'content-length', String(body.length)];
  response.writeHead(status, [...HEADERS, ...length, ...more]).end(body, 'latin1');
  return status;
}
