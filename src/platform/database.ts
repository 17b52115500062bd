import type { QueryExecutorProvider } from 'kysely';

/** Where a statement runs: the pool, or the transaction the caller is in. */
export type Db = QueryExecutorProvider;
