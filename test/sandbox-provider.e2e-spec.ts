import { describe, expect, it } from '@jest/globals';
import { SandboxMailbox } from '../src/delivery/channels/sandbox/sandbox-mailbox.js';
import { SandboxProvider, type SandboxOptions } from '../src/delivery/channels/sandbox/sandbox.provider.js';
import { Chance } from '../src/platform/chance.js';
import { describeProviderContract, outgoing } from './support/provider-contract.js';

const NOON = new Date('2026-11-22T12:00:00Z');

function sandbox(
  options: Partial<SandboxOptions> = {},
  mark = 'here',
): { provider: SandboxProvider; mailbox: SandboxMailbox } {
  const mailbox = new SandboxMailbox(mark);
  const provider = new SandboxProvider({
    channel: 'push',
    failureRate: 0,
    latencyMs: 0,
    random: () => 0.5,
    now: () => NOON,
    mailbox,
    ...options,
  });
  return { provider, mailbox };
}

describeProviderContract('the sandbox', async () => {
  let refusing = false;
  let arrived = (): void => undefined;
  let answer: Promise<void> = Promise.resolve();
  const { provider, mailbox } = sandbox({
    failureRate: 0.5,
    latencyMs: 1,
    random: () => (refusing ? 0 : 1),
    sleep: () => {
      arrived();
      return answer;
    },
  });
  return {
    provider,
    to: '+15550100',
    received: () => mailbox.list(1_000).map(({ body }) => body),
    refuse: () => (refusing = true),
    stall: () => {
      const reached = new Promise<void>((resolve) => (arrived = resolve));
      let resume!: () => void;
      answer = new Promise((resolve) => (resume = resolve));
      return { reached, resume };
    },
    tearDown: async () => undefined,
  };
});

describe('the sandbox', () => {
  it('keeps what it took, whole, under the id it answers with', async () => {
    const { provider, mailbox } = sandbox({ channel: 'sms' });
    const message = outgoing({ to: '+15550100', toName: null, subject: null, contactId: 3, attempt: 2 });
    expect(await provider.send(message, () => true)).toEqual({ outcome: 'sent', providerMessageId: 'sandbox-here-1' });
    expect(mailbox.list(10)).toEqual([
      {
        ...{ id: 1, at: NOON, channel: 'sms', to: '+15550100', to_name: null, subject: null, format: 'text' },
        ...{ body: 'Message for contact 3', run_id: 7, contact_id: 3, attempt: 2 },
      },
    ]);
  });

  it('names no two messages alike, of whichever process', async () => {
    const names = [];
    for (const { provider } of [sandbox(), sandbox({}, new Chance().mark()), sandbox({}, new Chance().mark())])
      for (const contactId of [1, 2]) names.push(await provider.send(outgoing({ contactId }), () => true));
    const ids = names.map((result) => (result.outcome === 'sent' ? result.providerMessageId : null));
    expect(new Set(ids).size).toBe(6);
    for (const id of ids) expect(id).toMatch(/^sandbox-[a-z0-9]+-[12]$/);
  });

  it('fails the share of tries it was told to, and keeps none of those', async () => {
    const chances = [0.29, 0.3, 0.9, 0];
    const { provider, mailbox } = sandbox({ failureRate: 0.3, random: () => chances.shift()! });
    const outcomes = [];
    for (const contactId of [1, 2, 3, 4]) outcomes.push(await provider.send(outgoing({ contactId }), () => true));
    expect(outcomes.map((result) => ('code' in result ? result.code : result.outcome))).toEqual([
      'sandbox_failure',
      'sent',
      'sent',
      'sandbox_failure',
    ]);
    expect(mailbox.list(10).map(({ contact_id }) => contact_id)).toEqual([3, 2]);
  });

  it('takes its time when told to', async () => {
    const slept: number[] = [];
    const { provider } = sandbox({ latencyMs: 250, sleep: async (milliseconds) => slept.push(milliseconds) });
    await provider.send(outgoing(), () => true);
    expect(slept).toEqual([250]);
  });
});

describe('the sandbox mailbox', () => {
  const filled = (count: number, capacity?: number): SandboxMailbox => {
    const mailbox = new SandboxMailbox('here', capacity);
    const about = { at: NOON, channel: 'email', to: 'ada@example.org', to_name: null, subject: null } as const;
    for (let n = 1; n <= count; n++)
      mailbox.add({ ...about, format: 'text', body: `${n}`, run_id: 1, contact_id: n, attempt: 1 });
    return mailbox;
  };
  const ids = (mailbox: SandboxMailbox, limit: number, beforeId?: number): number[] =>
    mailbox.list(limit, beforeId).map(({ id, contact_id }) => (id === contact_id ? id : NaN));

  it('lists newest first, page by page, without gap or repeat', () => {
    const mailbox = filled(5);
    expect(ids(mailbox, 2)).toEqual([5, 4]);
    expect(ids(mailbox, 2, 4)).toEqual([3, 2]);
    expect(ids(mailbox, 2, 2)).toEqual([1]);
    expect(ids(mailbox, 2, 1)).toEqual([]);
    expect(ids(filled(0), 2)).toEqual([]);
  });

  it('forgets the oldest when it is full', () => {
    expect(ids(filled(7, 3), 10)).toEqual([7, 6, 5]);
    expect(ids(filled(7, 3), 10, 5)).toEqual([]);
    expect(filled(1_500).list(5_000)).toHaveLength(1_000);
  });
});
