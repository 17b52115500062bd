import type { Schema } from './orm.js';

/** Where this process's tables are and how they came to be: for who makes another set of them, for a while. */
export class Installation {
  constructor(
    readonly databaseUrl: string,
    readonly schema: Schema,
  ) {}
}
