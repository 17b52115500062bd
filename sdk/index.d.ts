import type { Client } from 'openapi-fetch';
import type { components, paths } from './schema.js';

export type { components, paths };

/** What the API answered instead of success: RFC 9457, with a stable `code`. */
export declare class CampanileError extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** Stable; for programs, such as `VALIDATION_FAILED`. */
  readonly code: string;
  /** What the server's log calls the request. */
  readonly requestId: string | undefined;
  /** Each wrong field, by a JSON pointer into what was sent. */
  readonly errors: components['schemas']['ProblemField'][];
}

/** Where the API is, and who asks. */
export interface CampanileOptions {
  /** Without a slash at its end, such as `https://campaigns.example.org`. */
  baseUrl: string;
  apiKey: string;
  /** Instead of the global one. */
  fetch?: (request: Request) => Promise<Response>;
}

/** A client of openapi-fetch whose calls throw a CampanileError where the API does not answer success. */
export type Campanile = Client<paths>;

export declare function createCampanile(options: CampanileOptions): Campanile;

/** The lists of the API. */
export type ListPath = {
  [Path in keyof paths]: paths[Path] extends {
    get: { responses: { 200: { content: { 'application/json': readonly unknown[] } } } };
  }
    ? Path
    : never;
}[keyof paths];

/** One item of a list. */
export type ItemOf<Path extends ListPath> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': readonly (infer Item)[] } } } };
}
  ? Item
  : never;

/** The parameters of a list; its cursor is seen to. */
export type ListParameters<Path extends ListPath> = paths[Path] extends { get: { parameters: infer Parameters } }
  ? Pick<Parameters, keyof Parameters & ('query' | 'path')>
  : never;

/** Everything of a list, page by page. */
export declare function everyItem<Path extends ListPath>(
  client: Campanile,
  path: Path,
  parameters?: ListParameters<Path>,
): AsyncGenerator<ItemOf<Path>, void, undefined>;
