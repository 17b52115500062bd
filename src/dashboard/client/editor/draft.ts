import type { Campaign, NewCampaign } from '../api/types.js';
import { toWallTime } from '../../../campaigns/domain/wall-time.js';
import { OWN_ZONE } from '../elements/time.js';
import { contentFields, contentOf, type DraftContent, NO_CONTENT, written } from './draft-content.js';
import { type DraftTest, NO_TEST, testFields, testOf } from './draft-variants.js';

/** A campaign as it is being written. Whom, what and when are always there; the form shows what applies. */
export interface Draft extends DraftContent, DraftTest {
  name: string;
  /** The account that it goes through by name; empty for the default of its channel. */
  provider: string;
  include: string[];
  exclude: string[];
  only_new: boolean;
  type: Campaign['type'];
  /** Wall time in `time_zone`, to the minute, as the browser's own picker gives it. */
  schedule_time: string;
  time_zone: string;
  recipient_time_zone: boolean;
  late: Campaign['late'];
  /** How it repeats: by a unit of time or by a cron expression. */
  repeats: NonNullable<Campaign['frequency']> | 'cron';
  interval: number;
  weekdays: NonNullable<Campaign['weekdays']>;
  cron: string;
  ends: 'never' | 'until' | 'max_runs';
  until: string;
  max_runs: number;
  window: { from: string; to: string } | null;
  windowWeekdays: NonNullable<Campaign['weekdays']>;
  misfire: Campaign['misfire'];
  overlap: Campaign['overlap'];
  on_doubt: Campaign['on_doubt'];
}

const minute = (wall: string): string => wall.slice(0, 16);

/** What a new campaign begins as: an email, once, tomorrow at nine. */
export function newDraft(now: Date): Draft {
  const tomorrow = toWallTime(new Date(now.getTime() + 86_400_000), OWN_ZONE).slice(0, 10);
  return {
    ...NO_CONTENT,
    ...NO_TEST,
    name: '',
    provider: '',
    include: [],
    exclude: [],
    only_new: false,
    type: 'one_time',
    schedule_time: `${tomorrow}T09:00`,
    time_zone: OWN_ZONE.includes('/') ? OWN_ZONE : 'UTC',
    recipient_time_zone: false,
    late: 'send_now',
    repeats: 'weekly',
    interval: 1,
    weekdays: [],
    cron: '0 9 * * 1-5',
    ends: 'never',
    until: '',
    max_runs: 10,
    window: null,
    windowWeekdays: [],
    misfire: 'run_latest',
    overlap: 'skip',
    on_doubt: 'hold',
  };
}

/** A campaign that is there, as the form shows it. */
export function draftOf(campaign: Campaign, now: Date): Draft {
  const { name, target_segment, include, exclude, only_new, type, time_zone, send_window } = campaign;
  const { recipient_time_zone, late, interval, misfire, overlap, on_doubt } = campaign;
  const wall = (at: string) => minute(toWallTime(new Date(at), time_zone));
  return {
    ...newDraft(now),
    ...contentOf(campaign),
    ...testOf(campaign),
    ...{ name, exclude, only_new, type, time_zone, recipient_time_zone, late, interval, misfire, overlap, on_doubt },
    provider: campaign.provider ?? '',
    include: include ?? (target_segment === null ? [] : [target_segment]),
    schedule_time: wall(campaign.schedule_time),
    repeats: campaign.cron === null ? (campaign.frequency ?? 'weekly') : 'cron',
    weekdays: campaign.weekdays ?? [],
    cron: campaign.cron ?? '0 9 * * 1-5',
    ends: campaign.until !== null ? 'until' : campaign.max_runs !== null ? 'max_runs' : 'never',
    until: campaign.until === null ? '' : wall(campaign.until),
    max_runs: campaign.max_runs ?? 10,
    window: send_window && { from: send_window.from, to: send_window.to },
    windowWeekdays: send_window?.weekdays ?? [],
  };
}

/** The schedule's part of a request; what does not apply is null, so that an edit takes it back. */
export function scheduleFields(draft: Draft) {
  const recurring = draft.type === 'recurring';
  const byCron = draft.repeats === 'cron';
  return {
    schedule_time: draft.schedule_time,
    time_zone: draft.time_zone,
    recipient_time_zone: draft.recipient_time_zone,
    late: draft.recipient_time_zone ? draft.late : ('send_now' as const),
    frequency: recurring && draft.repeats !== 'cron' ? draft.repeats : null,
    interval: recurring && !byCron ? draft.interval : 1,
    weekdays: recurring && draft.repeats === 'weekly' && draft.weekdays.length > 0 ? draft.weekdays : null,
    cron: recurring && byCron ? draft.cron : null,
    until: recurring && draft.ends === 'until' && draft.until !== '' ? draft.until : null,
    max_runs: recurring && draft.ends === 'max_runs' ? draft.max_runs : null,
  };
}

/** The whole of a campaign as the API takes it. */
export function requestOf(draft: Draft): Omit<NewCampaign, 'type' | 'draft'> {
  const { window, windowWeekdays } = draft;
  return {
    name: draft.name,
    provider: written(draft.provider),
    ...contentFields(draft),
    ...testFields(draft),
    include: draft.include.length > 0 ? draft.include : null,
    exclude: draft.exclude,
    only_new: draft.only_new,
    ...scheduleFields(draft),
    send_window: window && { ...window, weekdays: windowWeekdays.length > 0 ? windowWeekdays : null },
    misfire: draft.misfire,
    overlap: draft.overlap,
    on_doubt: draft.on_doubt,
  };
}
