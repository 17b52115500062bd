import type { ContactFacts } from './contact-rules.js';

/**
 * When somebody is tried next: at the due time of their batch, and not before the account takes messages again. Null where
 * they came to an end or are on their way, and as long as only people can set it going: the run is paused, the account is
 * switched off, nobody has chosen the variant that wins.
 */
export function nextTryAt({ run, end, batch, standing }: NextTryFacts): Date | null {
  if (run?.status !== 'processing' || end || !batch?.dueAt || batch.inFlight) return null;
  const { state, until, ailing, fallback } = standing;
  if (ailing && fallback !== null) return batch.dueAt;
  if (state === 'off') return null;
  return until && until > batch.dueAt ? until : batch.dueAt;
}

type NextTryFacts = Pick<ContactFacts, 'end' | 'batch' | 'standing'> & {
  run: Pick<NonNullable<ContactFacts['run']>, 'status'> | null;
};
