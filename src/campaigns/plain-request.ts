import { type CampaignRequest, requestOf } from './campaign-plan.js';
import { variantsRequestOf } from './campaign-variants.js';

/** What a request must say, whatever it is. */
const REQUIRED = ['name', 'type', 'schedule_time', 'message'];

/** A request without what it need not say: the request that this one stands for is the same. */
export function plainRequest(request: CampaignRequest): Record<string, unknown> {
  const { name, type, schedule_time, message, misfire } = request;
  const usual = { ...requestOf({ name, type, schedule_time, message, misfire, interval: 1 }), misfire: 'run_latest' };
  const said = Object.entries(request).filter(
    ([field, value]) => REQUIRED.includes(field) || JSON.stringify(value) !== JSON.stringify(usual[field as 'name']),
  );
  return Object.fromEntries(said.map(([field, value]) => [field, withoutNulls(plainValue(field, value, request))]));
}

function plainValue(field: string, value: unknown, { winner }: CampaignRequest): unknown {
  if (field !== 'winner' || winner === null) return value;
  const usual: object = variantsRequestOf({ winner: { by: winner.by } }).winner!;
  const said = Object.entries(winner).filter(
    ([name, one]) => name === 'by' || one !== usual[name as keyof typeof usual],
  );
  return Object.fromEntries(said);
}

/** Inside a field null and absent are the same. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const said = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(said.map(([name, one]) => [name, withoutNulls(one)]));
}
