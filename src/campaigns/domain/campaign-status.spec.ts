import { describe, expect, it } from '@jest/globals';
import {
  CAMPAIGN_STATUSES,
  CAMPAIGN_TRANSITIONS,
  type CampaignAction,
  type CampaignStatus,
  statusAfter,
} from './campaign-status.js';

const actions = Object.keys(CAMPAIGN_TRANSITIONS) as CampaignAction[];

/** Every status that some order of actions leads to from the given ones. */
function reachable(from: CampaignStatus[]): Set<CampaignStatus> {
  const reached = new Set(from);
  for (const status of reached)
    for (const action of actions) {
      const next = statusAfter(action, status);
      if (next) reached.add(next);
    }
  return reached;
}

describe('the life of a campaign', () => {
  it('reaches every status from a draft, and from a campaign that waits at once', () => {
    expect([...reachable(['draft'])].sort()).toEqual([...CAMPAIGN_STATUSES].sort());
    expect(reachable(['pending'])).toEqual(new Set(CAMPAIGN_STATUSES.filter((status) => status !== 'draft')));
  });

  it('ends for good only by cancelling', () => {
    expect([...reachable(['cancelled'])]).toEqual(['cancelled']);
    for (const status of CAMPAIGN_STATUSES.filter((name) => name !== 'cancelled'))
      expect(reachable([status]).size).toBeGreaterThan(1);
  });

  it('never goes back to being a draft', () => {
    for (const status of CAMPAIGN_STATUSES.filter((name) => name !== 'draft'))
      expect(reachable([status])).not.toContain('draft');
  });

  it.each<[CampaignAction, CampaignStatus[]]>([
    ['launch', ['draft', 'pending']],
    ['pause', ['pending', 'processing']],
    ['resume', ['paused']],
    ['cancel', ['draft', 'pending', 'processing', 'paused', 'failed']],
    ['reschedule', ['draft', 'pending', 'processing', 'paused', 'completed', 'failed']],
    ['edit', ['draft', 'pending', 'processing', 'paused']],
    ['open_run', ['pending', 'processing']],
  ])('allows %s in exactly its statuses', (action, allowed) => {
    expect(CAMPAIGN_STATUSES.filter((status) => statusAfter(action, status) !== null).sort()).toEqual(allowed.sort());
  });

  it('lets an edit and a new time leave a campaign where it stands, unless it has ended', () => {
    for (const action of ['edit', 'reschedule'] as const)
      for (const status of ['draft', 'pending', 'processing', 'paused'] as const)
        expect(statusAfter(action, status)).toBe(status);
    for (const status of ['completed', 'failed'] as const) expect(statusAfter('reschedule', status)).toBe('pending');
  });
});
