import type { Campaign } from './campaign.entity.js';
import type { OccurrenceResponse } from './campaign-response.dto.js';
import { openingsOf, opensByZones, scheduleOf } from './campaign-schedule.js';
import { occurrences, onceAt } from './domain/recurrence.js';
import { occurrenceIn, recipientTimeNote } from './domain/recipient-time.js';
import type { Occurrence } from './domain/schedule.js';

/** The next occurrences of a campaign from the anchor or then, whichever is later, as its own zone meets them. */
export function shownOccurrences(campaign: Campaign, count: number, from: Date): OccurrenceResponse[] {
  if (campaign.status === 'cancelled') return [];
  const { schedule } = openingsOf(campaign);
  const shown = (occurrence: Occurrence) =>
    opensByZones(campaign, occurrence.at) ? byZones(campaign, occurrence) : occurrence;
  if (campaign.type === 'one_time') {
    const at = campaign.nextRunAt ?? schedule.anchorAt;
    return at >= from || campaign.nextRunAt ? [shown(onceAt(at, scheduleOf(campaign)))] : [];
  }
  const left = campaign.maxRuns == null ? count : Math.max(campaign.maxRuns - campaign.runsStarted, 0);
  return occurrences(schedule, from, Math.min(count, left)).map(shown);
}

/** An occurrence whose run opens in the first time zone, as the campaign's own zone meets it. */
function byZones({ timeZone }: Campaign, { at, note }: Occurrence): OccurrenceResponse {
  const own = occurrenceIn(timeZone, at);
  return { ...own, note: [note, own.note, recipientTimeNote(at)].filter((part) => part !== null).join('; ') };
}
