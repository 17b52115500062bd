import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import { type Client, escapeLiteral } from 'pg';
import { texts } from '../../src/platform/array-literal.js';
import type { Db } from '../../src/platform/database.js';

/** How PostgreSQL plans: for these values, or once for all, as it may with a statement that is prepared. */
export type PlanMode = 'force_custom_plan' | 'force_generic_plan';

/** A step of a plan that was carried out; counts are the averages of its loops. */
interface Step {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Join Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Step[];
}

/** A table with more rows than this must not be read from end to end. */
const LARGE = 1_000;

/** A step may throw away ten times what it answers, and a hundred rows besides. */
const wasted = (thrown: number, answered: number): boolean => thrown > 10 * answered + 100;

/**
 * What is wrong with the plans of the statements that `work` sends, one sentence each. The statements run as the product
 * sends them, in a transaction that is rolled back.
 */
export async function flawsOf(client: Client, mode: PlanMode, work: (db: Db) => Promise<unknown>): Promise<string[]> {
  const flaws: string[] = [];
  await client.query('begin');
  try {
    await client.query(`set local plan_cache_mode = ${mode}`);
    let statements = 0;
    const explain = async ({ sql, parameters }: CompiledQuery) => {
      statements += 1;
      for (const step of await planOf(client, sql, parameters)) flaws.push(...(await flawsIn(client, step)));
      return client.query(sql, parameters as unknown[]);
    };
    await work(explaining(explain));
    if (statements === 0) flaws.push('no statement was sent');
  } finally {
    await client.query('rollback');
  }
  return flaws;
}

/** Every step of the plan by which a statement was carried out; its changes are taken back. */
async function planOf(client: Client, statement: string, parameters: readonly unknown[]): Promise<Step[]> {
  const values = parameters.map(literal);
  await client.query('savepoint explained');
  await client.query(`prepare explained as ${statement}`);
  const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Step }[] }>(
    `explain (analyze, format json) execute explained${values.length > 0 ? `(${values.join(', ')})` : ''}`,
  );
  await client.query('rollback to explained');
  await client.query('deallocate explained');
  return flatten(rows[0]!['QUERY PLAN'][0]!.Plan);
}

/** A parameter as EXECUTE takes it, which has none of its own. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value))
    return escapeLiteral(texts(value.map((element) => (element === null ? null : String(element)))));
  return escapeLiteral(value instanceof Date ? value.toISOString() : String(value));
}

const flatten = (step: Step): Step[] => [step, ...(step.Plans ?? []).flatMap(flatten)];

async function flawsIn(client: Client, step: Step): Promise<string[]> {
  const flaws: string[] = [];
  const { 'Node Type': type, 'Relation Name': table, 'Actual Rows': rows, 'Actual Loops': loops } = step;
  const name = [type, table, step['Index Name']].filter(Boolean).join(' ');
  if (type === 'Seq Scan' && loops > 0 && (await sizeOf(client, table!)) > LARGE)
    flaws.push(`${name}: reads the whole table`);
  const thrown =
    (step['Rows Removed by Filter'] ?? 0) +
    (step['Rows Removed by Join Filter'] ?? 0) +
    (step['Rows Removed by Index Recheck'] ?? 0);
  if (wasted(thrown * loops, rows * loops)) flaws.push(`${name}: throws away ${thrown * loops} for ${rows * loops}`);
  return flaws;
}

async function sizeOf(client: Client, table: string): Promise<number> {
  const { rows } = await client.query<{ size: number }>(
    `select reltuples::float8 as size from pg_class where oid = $1::regclass`,
    [table],
  );
  return rows[0]!.size;
}

/** A Kysely that hands every statement to `execute`. */
function explaining(execute: (query: CompiledQuery) => Promise<QueryResult<unknown>>): Db {
  const connection: DatabaseConnection = {
    executeQuery: <Row>(query: CompiledQuery) => execute(query) as Promise<QueryResult<Row>>,
    streamQuery: () => {
      throw new Error('nothing is streamed');
    },
  };
  const nothing = () => Promise.resolve();
  const driver: Driver = {
    init: nothing,
    acquireConnection: () => Promise.resolve(connection),
    beginTransaction: nothing,
    commitTransaction: nothing,
    rollbackTransaction: nothing,
    releaseConnection: nothing,
    destroy: nothing,
  };
  return new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}
