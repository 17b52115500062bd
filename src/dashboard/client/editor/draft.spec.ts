import { describe, expect, it } from '@jest/globals';
import { readSchedule } from '../../../campaigns/domain/schedule-request.js';
import type { Campaign } from '../api/types.js';
import { type Draft, draftOf, newDraft, requestOf, scheduleFields } from './draft.js';
import { previewFields } from './draft-variants.js';

const now = new Date('2026-11-28T12:00:00Z');
const campaign: Campaign = {
  id: 1,
  name: 'Rent',
  type: 'recurring',
  status: 'pending',
  status_reason: null,
  channel: 'email',
  subject: null,
  message: 'Due.',
  format: 'text',
  provider: null,
  kind: 'marketing',
  footer: 'auto',
  preheader: null,
  reply_to: null,
  sender: null,
  text: null,
  headers: null,
  content_version: 1,
  tracking: { opens: false, clicks: false, utm: null },
  url: null,
  icon: null,
  variants: null,
  test_share: 100,
  hold_out: 0,
  winner: null,
  target_segment: 'tenants',
  include: null,
  exclude: [],
  only_new: false,
  // The 28th, because February has no 31st.
  schedule_time: '2027-02-28T01:30:00.000Z',
  time_zone: 'Europe/Berlin',
  recipient_time_zone: false,
  late: 'send_now',
  send_window: { from: '09:00', to: '20:00', weekdays: ['monday'] },
  frequency: 'monthly',
  interval: 1,
  weekdays: null,
  cron: null,
  until: null,
  max_runs: 12,
  misfire: 'run_latest',
  overlap: 'skip',
  on_doubt: 'hold',
  next_run_at: null,
  last_run_at: null,
  runs: 1,
  recurrence_message: '',
  version: 3,
  created_at: '',
  updated_at: '',
};

describe('a campaign in the editor', () => {
  it('is asked for as it is when nothing is changed', () => {
    expect(requestOf(draftOf(campaign, now))).toMatchObject({
      name: 'Rent',
      subject: null,
      include: ['tenants'],
      schedule_time: '2027-02-28T02:30',
      frequency: 'monthly',
      max_runs: 12,
      until: null,
      send_window: { from: '09:00', to: '20:00', weekdays: ['monday'] },
    });
  });

  it('begins as one that the API takes, but for what only a person can say', () => {
    const draft = newDraft(now);
    expect(readSchedule({ ...scheduleFields(draft), type: draft.type })).toHaveProperty('schedule');
    expect(draft).toMatchObject({ name: '', message: '' });
  });

  it.each<[string, Partial<Draft>]>([
    ['by cron', { repeats: 'cron', cron: '0 9 * * 1-5', interval: 3, weekdays: ['monday'] }],
    ['until a date', { ends: 'until', until: '2028-01-01T00:00', max_runs: 5 }],
    ['so many times', { ends: 'max_runs', until: '2028-01-01T00:00' }],
    ['in the zones of contacts', { recipient_time_zone: true, late: 'skip' }],
    ['once, after it was to repeat', { type: 'one_time', repeats: 'cron', ends: 'max_runs', weekdays: ['monday'] }],
  ])('asks for nothing that does not go together: %s', (_, change) => {
    const draft: Draft = { ...draftOf(campaign, now), ...change };
    expect(readSchedule({ ...scheduleFields(draft), type: draft.type })).toHaveProperty('schedule');
  });

  it('has no title and no HTML by SMS, whatever was written before', () => {
    const draft: Draft = { ...newDraft(now), channel: 'sms', subject: 'Hello', format: 'html' };
    expect(requestOf(draft)).toMatchObject({ subject: null, format: 'text' });
  });

  it('takes back what an email has and its new channel has not', () => {
    const draft: Draft = {
      ...newDraft(now),
      ...{
        format: 'html',
        preheader: 'Soon',
        text: 'Text',
        sender_email: 'a@b.example',
        headers: 'X-A: b: c',
        opens: false,
      },
    };
    expect(requestOf(draft)).toMatchObject({
      preheader: 'Soon',
      sender: { name: null, email: 'a@b.example' },
      headers: { 'X-A': 'b: c' },
      tracking: { opens: false, clicks: null, utm: null },
    });
    expect(requestOf({ ...draft, channel: 'push', url: 'https://a.example/' })).toMatchObject({
      ...{ format: 'text', preheader: null, text: null, sender: null, headers: null, tracking: null },
      url: 'https://a.example/',
    });
  });

  it('asks for its variants as they are, and without them for no test', () => {
    const own = { preheader: null, text: null, reply_to: 'b@c.example', sender: null, url: null, icon: null };
    const variants = [
      { name: 'A', share: 30, subject: 'First', message: null, ...own },
      { name: 'B', share: 70, subject: null, message: 'Other', ...own },
    ];
    const winner = { by: 'hand', after_minutes: null, significance: 0.9, on_undecided: 'wait' } as const;
    const test = { variants, test_share: 40, hold_out: 10, winner };
    const draft = draftOf({ ...campaign, ...test }, now);
    expect(requestOf(draft)).toMatchObject(test);
    expect(previewFields(draft, 1)).toMatchObject({ message: 'Other', subject: null, reply_to: 'b@c.example' });
    expect(requestOf({ ...draft, variants: [] })).toMatchObject({
      ...{ variants: null, test_share: 100, hold_out: 0, winner: null },
    });
    expect(requestOf({ ...draft, hold_out: 60 })).toMatchObject({ winner: null });
  });
});
