import { type Evidence, nameOf, nameOfEntry } from './evidence.js';
import type { BatchState } from './witness.js';

/** Clocks are read in whole milliseconds, and the trigger's a moment before its commit. */
const TOLERANCE_MS = 2;

/** A lease that was taken from its owner by recovery. */
export interface LostLease {
  owner: string;
  /** Positions below the intent without an outcome when it was lost. */
  unsettled: number;
  words: string;
}

/** Each step from a leased epoch to a higher one by another hand; release and the end of a batch keep the epoch. */
export function lostLeases({ states }: Pick<Evidence, 'states'>): LostLease[] {
  const lost: LostLease[] = [];
  for (const history of byBatch(states).values())
    history.forEach((state, index) => {
      const before = history[index - 1];
      if (before?.state !== 'leased' || state.epoch === before.epoch) return;
      lost.push({
        owner: before.owner!,
        unsettled: before.intent_upto - before.settled,
        words: `batch ${state.run_id}/${state.seq}: ${before.owner} lost epoch ${before.epoch} at ${new Date(state.at).toISOString()}, lease until ${new Date(before.lease_until!).toISOString()}`,
      });
    });
  return lost;
}

/**
 * I8, from both sides: at the moment MAIL came, some batch with this contact was leased, its lease had not run out, and an
 * intent that covers the contact's position was there.
 */
export function leaseViolations(evidence: Evidence): { invariant: string; what: string; names: string[] }[] {
  const histories = byBatch(evidence.states);
  const places = new Map<string, { history: BatchState[]; position: number }[]>();
  for (const batch of evidence.batches) {
    const history = histories.get(`${batch.run_id}/${batch.seq}`) ?? [];
    batch.contact_ids.forEach((contact, index) => {
      const name = nameOf(batch.run_id, contact);
      const known = places.get(name) ?? [];
      known.push({ history, position: index + 1 });
      places.set(name, known);
    });
  }
  const late: string[] = [];
  const unannounced: string[] = [];
  for (const entry of evidence.journal.filter(({ key }) => key !== '')) {
    const name = nameOfEntry(entry);
    const seen = (places.get(name) ?? []).map(({ history, position }) => {
      const state = stateAt(history, entry.mailAt + TOLERANCE_MS);
      const intended = state !== undefined && state.state === 'leased' && state.intent_upto >= position;
      return { intended, held: intended && state.lease_until! >= entry.mailAt - TOLERANCE_MS };
    });
    if (!seen.some(({ intended }) => intended)) unannounced.push(name);
    else if (!seen.some(({ held }) => held)) late.push(name);
  }
  return [
    { invariant: 'I8', what: 'a try without a lease and a committed intent', names: unannounced },
    { invariant: 'I8', what: 'a try after its lease had run out', names: late },
  ];
}

/** The last state noted up to a moment; histories are short, but for long runs the end is the likely place. */
function stateAt(history: BatchState[], moment: number): BatchState | undefined {
  return history.findLast((state) => state.at <= moment);
}

function byBatch(states: BatchState[]): Map<string, BatchState[]> {
  const histories = new Map<string, BatchState[]>();
  for (const state of states) {
    const key = `${state.run_id}/${state.seq}`;
    const history = histories.get(key) ?? [];
    history.push(state);
    histories.set(key, history);
  }
  return histories;
}
