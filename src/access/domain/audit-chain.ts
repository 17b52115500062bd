/** Who can act: an API key, a user, somebody at the terminal, the product itself. */
export type ActorKind = 'key' | 'user' | 'cli' | 'system';

/** An entry of the audit log as its hash is made of it. */
export interface ChainedEntry {
  id: number;
  at: Date;
  actor_kind: ActorKind;
  actor_id: number | null;
  actor_name: string;
  action: string;
  target: string;
  target_id: string | null;
  request_id: string | null;
  address: string | null;
  details: Record<string, unknown>;
}

/** What the first entry follows on. */
export const GENESIS = '0'.repeat(64);

/** The act that the oldest entries went; its `target_id` is the last of them, so that what is cut off otherwise shows. */
export const PRUNED = 'audit.pruned';

/** So many days an entry is kept at least: a trigger of the database lets no younger one go, whoever asks. */
export const SHORTEST_KEPT_DAYS = 30;

/**
 * The text whose SHA-256 is the hash of an entry: the hash before it, a line break, and the entry as a JSON array in the
 * order of its columns, names within `details` in the order of their characters. The address stands at the end, where there is
 * one: entries of before it was kept have the hashes they had.
 */
export function chainText(previousHash: string, entry: ChainedEntry): string {
  const { id, at, actor_kind, actor_id, actor_name, action, target, target_id, request_id, address, details } = entry;
  const row = [id, at.toISOString(), actor_kind, actor_id, actor_name, action, target, target_id, request_id];
  return `${previousHash}\n${JSON.stringify([...row, ordered(details), ...(address === null ? [] : [address])])}`;
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(pairs.map(([name, part]) => [name, ordered(part)]));
}
