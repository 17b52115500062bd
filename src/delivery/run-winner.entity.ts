import { defineEntity, p } from '@mikro-orm/core';
import { DECIDED_BY, type DecidedBy, type VariantResult } from './domain/winner.js';

const RunWinnerSchema = defineEntity({
  name: 'RunWinner',
  tableName: 'run_winner',
  checks: [
    {
      name: 'run_winner_decided_by_known',
      expression: `decided_by in (${DECIDED_BY.map((value) => `'${value}'`).join(', ')})`,
    },
    { name: 'run_winner_undecided_has_none', expression: `(variant is null) = (decided_by = 'undecided')` },
  ],
  properties: {
    runId: p.bigint('number').primary().autoincrement(false),
    /** The number of the variant; null while people are waited for. */
    variant: p.smallint().nullable(),
    decidedBy: p.text().$type<DecidedBy>(),
    /** The API key of who chose; null where the engine did. */
    actor: p.text().nullable(),
    at: p.datetime(6),
    /** How likely as large a difference is where there is none, of what was compared. */
    pValue: p.double().nullable(),
    /** How the variants stood then. */
    results: p.json<VariantResult[]>(),
  },
});

/** Which variant won in a run, when, by what, and how all of them stood; or that none did, and people are waited for. */
export class RunWinner extends RunWinnerSchema.class {}
RunWinnerSchema.setClass(RunWinner);
