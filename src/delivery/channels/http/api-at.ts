/** The URL of a path of an API, which begins with a slash. */
export type Api = (path: string) => URL;

/** An API at an endpoint, the path of which stands before its own: with or without a slash at the end, and without a query. */
export function apiAt(endpoint: string): Api {
  const base = new URL(endpoint);
  base.search = '';
  base.pathname = base.pathname.replace(/\/+$/, '');
  const root = base.href.replace(/\/$/, '');
  return (path) => new URL(root + path);
}
