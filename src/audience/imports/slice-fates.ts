import type { NewConsentChange } from '../consent.queries.js';
import { CHANNELS } from '../domain/channel.js';
import { consentAfter } from '../domain/consent-on-import.js';
import type { Counts, Job } from './imports.queries.js';
import type { Memberships } from './membership.queries.js';
import { type Entry, isEvidence } from './slice-plan.js';

/** What became of each entry. */
export type Fates = Map<Entry, 'created' | 'updated' | 'unchanged'>;

/** Every row counts once. */
export function countsOf(fates: Fates, rejected: number): Counts {
  const counts: Counts = { created: 0, updated: 0, unchanged: 0, duplicates: 0, rejected };
  for (const [{ rows, again }, fate] of fates) {
    counts.duplicates += rows - 1;
    counts[again && fate !== 'created' ? 'duplicates' : fate] += 1;
  }
  return counts;
}

/** What the rows said about consent that was taken at its word, and is new or comes with its source or its text. */
export function consentChanges(
  { id: importId, overwrite_consent: overwrite }: Pick<Job, 'id' | 'overwrite_consent'>,
  fates: Fates,
): NewConsentChange[] {
  const changes: NewConsentChange[] = [];
  for (const { person, contact, before, evidence } of fates.keys()) {
    if (!contact.consent) continue;
    for (const channel of CHANNELS) {
      const [said, status] = [evidence[channel], contact.consent[channel]];
      if (!said || !status || (before && consentAfter(before[channel], status, overwrite) !== status)) continue;
      if (status === before?.[channel] && !isEvidence(said)) continue;
      const { source = `import ${importId}`, text_version: textVersion = null } = said;
      changes.push({ contactId: person.id!, channel, status, source, textVersion, actor: null });
    }
  }
  return changes;
}

/** Who belongs where: to the import's segment, and to those of the row itself. */
export function membershipsOf(
  { segment }: Pick<Job, 'segment'>,
  fates: Fates,
  segments: Map<string, number>,
): Memberships {
  const memberships: Memberships = { segmentIds: [], contactIds: [] };
  for (const { person, contact } of fates.keys())
    for (const name of new Set([...(segment === null ? [] : [segment]), ...(contact.segments ?? [])])) {
      memberships.segmentIds.push(segments.get(name)!);
      memberships.contactIds.push(person.id!);
    }
  return memberships;
}
