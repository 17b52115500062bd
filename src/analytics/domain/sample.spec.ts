import { describe, expect, it } from '@jest/globals';
import type { Recipient } from '../../audience/domain/recipient.js';
import { compileContent, type Content } from '../../campaigns/domain/content.js';
import { lookAt } from './sample.js';

const look = (contacts: Recipient[], wanted: Content, channel: string, enough: () => boolean) => {
  const { render } = compileContent(wanted);
  const fill = ({ fields }: Recipient) => Promise.resolve().then(() => render(fields));
  return lookAt(contacts, wanted.subject, { channel, fill, enough });
};

const contact = (first_name: string, exclusion: Recipient['exclusion'] = null): Recipient => ({
  contactId: 1,
  address: exclusion ? null : 'c@example.com',
  exclusion,
  fields: { first_name, attributes: { city: 'Rome', [first_name]: 1 } },
});
const content = { subject: 'For {{ first_name }}', message: 'Hi {{ first_name }}', format: 'text' } as const;
const never = () => false;

describe('looking at a sample', () => {
  it('renders for who would get it, and knows the attributes of everybody', async () => {
    const looked = await look([contact('Al'), contact('Maximilian', 'unsubscribed')], content, 'email', never);
    expect(looked).toMatchObject({ size: 2, longestSubject: 'For Al'.length, fault: null });
    expect([...looked.attributes].sort()).toEqual(['Al', 'Maximilian', 'city']);
  });

  it('takes the subject as it is written where nobody can be rendered for', async () => {
    expect((await look([], content, 'email', never)).longestSubject).toBe('For '.length);
  });

  it('adds up the segments of messages on the air', async () => {
    const looked = await look([contact('Al'), contact('Ł'.repeat(80))], { ...content, subject: null }, 'sms', never);
    const dearBy = { character: 'Ł', segments: 2, without: 1 };
    expect(looked.sms).toEqual({ messages: 2, segments: 3, fewest: 1, most: 2, ucs2: 1, forcedBy: 'Ł', dearBy });
    expect(looked.mostSegments).toBe(2);
  });

  it('finds the character that alone makes a message dearer', async () => {
    const dear = async (first_name: string) =>
      (await look([contact(first_name)], { ...content, subject: null }, 'sms', never)).dearBy;
    expect(await dear(`${'a'.repeat(100)}\u00a0`)).toEqual({ character: '\u00a0', segments: 2, without: 1 });
    expect(await dear('a\u00a0')).toBeNull();
    expect(await dear(`${'a'.repeat(100)}\u00a0Ł`)).toBeNull();
    expect(await dear('a'.repeat(200))).toBeNull();
  });

  it('stops when it is enough, and goes on after a message that cannot be rendered', async () => {
    const contacts = ['a', 'b', 'c', 'd'].map((name) => contact(name));
    let asked = 0;
    expect((await look(contacts, content, 'sms', () => ++asked > 2)).sms.messages).toBe(2);
    const broken = { ...content, message: '{% if first_name == "b" %}{{ (1..99999999) | join }}{% endif %}' };
    const looked = await look(contacts, broken, 'sms', never);
    expect(looked.sms.messages).toBe(3);
    expect(looked.fault).toMatch(/memory alloc limit/);
  });
});
