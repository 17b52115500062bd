import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { carryOver } from './carry-over.js';

/** Written after the documentation of the SDK: CampaignsResponse, SegmentsResponse and the responses of templates. */
const files = ['campaigns.json', 'segments.json', 'templates.json'].map((path) => ({
  path,
  json: JSON.parse(readFileSync(`test/support/pinpoint/${path}`, 'utf8')) as unknown,
}));
const now = new Date('2026-11-01T12:00:00Z');
const { segments, campaigns, remarks } = carryOver(files, now);

/** Every value that holds no other, by its place. */
function leaves(value: unknown, pointer = ''): [string, unknown][] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (inner.length === 0) return [[pointer, value]];
  return inner.flatMap(([name, one]) => leaves(one, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`));
}
const found = (pointer: string, file = 'campaigns.json') =>
  remarks.find((one) => one.file === file && one.pointer.endsWith(pointer));

describe('what Pinpoint had', () => {
  it('is reported value by value, each once: nothing is silently left out', () => {
    const places = remarks.map(({ file, pointer, value }) => `${file} ${pointer} ${JSON.stringify(value)}`).sort();
    const expected = files.flatMap(({ path, json }) =>
      leaves(json).map(([pointer, value]) => `${path} ${pointer} ${JSON.stringify(value)}`),
    );
    expect(places).toEqual(expected.sort());
    for (const { mapping, to, note } of remarks) {
      if (mapping === 'mapped') expect(to ?? note).not.toBeNull();
      else expect(note).not.toBeNull();
      if (mapping === 'mapped_differently') expect(to).not.toBeNull();
    }
  });

  it('is a campaign here: schedule, window, hold-out, variants, message', () => {
    expect(campaigns.map(({ name }) => name)).toEqual(['Monday brief', 'Welcome', 'Code']);
    expect(campaigns[0]).toEqual({
      name: 'Monday brief',
      target_segment: 'Active in Germany',
      only_new: true,
      type: 'recurring',
      schedule_time: '2027-02-01T09:00:00',
      time_zone: 'Etc/GMT-1',
      frequency: 'weekly',
      until: '2028-02-01T08:00:00.000Z',
      send_window: { from: '08:00', to: '21:00' },
      channel: 'email',
      format: 'html',
      subject: 'Hello {{ attributes.FirstName }}',
      message: '<p>Hi {% if attributes.nick != blank %}{{ attributes.nick }}{% else %}you{% endif %}</p>',
      text: 'Hi {{ attributes.FirstName }}',
      sender: { email: 'news@example.org' },
      headers: { 'X-Owner': 'growth' },
      variants: [
        { name: 'Plain', share: 50 },
        { name: 'Question', share: 50, subject: 'Did you see this?', message: '<p>Hi</p>', text: 'Hi' },
      ],
      test_share: 90,
      hold_out: 10,
    });
    expect(found('/0/Schedule/Timezone')).toMatchObject({ mapping: 'mapped_differently', to: 'time_zone' });
    expect(found('/0/Limits/Daily')).toMatchObject({
      mapping: 'not_mapped',
      note: expect.stringContaining('FREQUENCY_CAP_EMAIL'),
    });
    expect(found('/0/AdditionalTreatments/1/MessageConfiguration/SMSMessage/Body')).toMatchObject({
      mapping: 'not_mapped',
      note: expect.stringContaining('one channel'),
    });
  });

  it('takes a template for a message, at the wall time of each recipient, with its defaults', () => {
    expect(campaigns[1]).toEqual({
      name: 'Welcome',
      target_segment: 'Pinpoint s-elsewhere',
      type: 'one_time',
      schedule_time: '2027-03-01T09:30:00',
      recipient_time_zone: true,
      channel: 'push',
      subject: 'Welcome',
      url: 'https://example.org/start',
      message: 'Hi {{ attributes.FirstName | default: "friend" }}',
    });
    expect(segments).toContainEqual({
      name: 'Pinpoint s-elsewhere',
      description: expect.stringContaining('Stands in'),
    });
  });

  it('keeps what cannot be translated from being taken over unseen', () => {
    expect(campaigns[2]).toMatchObject({
      schedule_time: '2026-11-01T12:00:00',
      message: '{{ phone }}: {% not_mapped formatDate Attributes.day "yyyy" %}',
    });
    expect(found('/3/MessageConfiguration/SMSMessage/Body')?.note).toContain('has no counterpart');
  });

  it('leaves out campaigns that are sent by events, and says so of each of their values', () => {
    const those = remarks.filter(({ thing }) => thing === 'campaign "Order shipped"');
    expect(those).toHaveLength(10);
    for (const { mapping, note } of those)
      expect([mapping, note]).toEqual(['not_mapped', expect.stringContaining('event')]);
  });

  it('is a segment by rule, or a static one without its members', () => {
    const rule = (name: string) => segments.find((one) => one.name === name)?.rule;
    expect(rule('Active in Germany')).toEqual({
      all: [
        { segment: 'VIP' },
        {
          any: [
            {
              all: [
                { attribute: 'last_active_at', op: 'within_last', value: '7 days' },
                { attribute: 'platform', op: 'gte', value: '' },
                { attribute: 'platform', op: 'not_in', value: ['WEB'] },
                {
                  any: [
                    { field: 'email', op: 'exists' },
                    { field: 'phone', op: 'exists' },
                  ],
                },
                { attribute: 'country', op: 'in', value: ['DE'] },
              ],
            },
            {
              all: [
                { attribute: 'plan', op: 'in', value: ['pro', 'team'] },
                { not: { attribute: 'joined', op: 'before', value: '2026-05-31' } },
                { attribute: 'joined', op: 'before', value: '2026-06-01' },
                { attribute: 'left', op: 'after', value: '2026-01-01T00:00:00Z' },
                { attribute: 'left', op: 'before', value: '2026-02-01T00:00:00Z' },
                { attribute: 'city', op: 'contains', value: 'ber' },
                { attribute: 'orders', op: 'gte', value: 3 },
              ],
            },
          ],
        },
      ],
    });
    expect(segments.find(({ name }) => name === 'VIP')).toEqual({ name: 'VIP' });
    expect(rule('VIP 2')).toEqual({
      any: [
        { field: 'email', op: 'exists' },
        { field: 'email', op: 'missing' },
      ],
    });
  });

  it('has nobody in a segment of which a condition cannot be asked, nor in one that is built on it', () => {
    const nobody = {
      all: [
        { field: 'email', op: 'exists' },
        { field: 'email', op: 'missing' },
      ],
    };
    for (const name of ['Near us', 'Not near us'])
      expect(segments.find((one) => one.name === name)).toMatchObject({
        rule: nobody,
        description: expect.stringContaining('Has nobody'),
      });
  });

  it('is told where a list goes on, and what is nothing of the kind', () => {
    expect(found('/NextToken')).toMatchObject({ mapping: 'not_mapped', note: expect.stringContaining('next page') });
    expect(found('/2/Something', 'templates.json')).toMatchObject({ note: expect.stringContaining('no campaign') });
    expect(found('/1/EmailTemplateResponse/Subject', 'templates.json')?.note).toContain('uses it');
  });
});
