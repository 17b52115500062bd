import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OutgoingMessage, Provider } from '../../src/delivery/channels/provider.js';

/** A provider, and the far side of it. */
export interface ProviderRig {
  provider: Provider;
  /** A recipient this channel takes. */
  to: string;
  /** The bodies that the far side took responsibility for, in any order. */
  received: () => string[];
  /** From now on the far side puts every message off. */
  refuse: () => void;
  /** Whom that is about; the recipient unless given, for whom not every provider has words. */
  refusalScope?: 'recipient' | 'provider';
  /** Resolves once a message has reached the far side, whose answer waits until `resume` is called. */
  stall: () => { reached: Promise<void>; resume: () => void };
  tearDown: () => Promise<void>;
}

/** One message for contact `contactId` of run 7, different from every other in its body. */
export function outgoing(overrides: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const contactId = overrides.contactId ?? 1;
  return {
    runId: 7,
    contactId,
    attempt: 1,
    to: 'ada@example.org',
    toName: 'Ada Lovelace',
    subject: 'The bell',
    format: 'text',
    body: `Message for contact ${contactId}`,
    deliveryKey: `7.${contactId}`,
    ...overrides,
  };
}

/** What every provider must keep, whatever it sends through. Call it once per provider, with a way to build a fresh one. */
export function describeProviderContract(name: string, makeRig: () => Promise<ProviderRig>): void {
  describe(`the provider contract, kept by ${name}`, () => {
    let rig: ProviderRig;
    const go = (): boolean => true;
    const send = (overrides: Partial<OutgoingMessage> = {}, mayStart = go) =>
      rig.provider.send(outgoing({ to: rig.to, ...overrides }), mayStart);

    beforeEach(async () => {
      rig = await makeRig();
    });
    afterEach(async () => {
      await rig.provider.close();
      await rig.tearDown();
    });

    it('has a name that can stand in logs and reports', () => {
      expect(rig.provider.name).toMatch(/^[a-z][a-z0-9_]*$/);
    });

    it('says sent when the far side accepted, and then it did, once', async () => {
      expect(await send({ body: 'only one' })).toEqual({ outcome: 'sent', providerMessageId: expect.any(String) });
      expect(rig.received()).toEqual(['only one']);
    });

    it('sends nothing without permission', async () => {
      const lost = { outcome: 'deferred', scope: 'provider', code: 'not_started' };
      expect(await send({}, () => false)).toMatchObject(lost);
      expect(rig.received()).toEqual([]);
      expect(await send()).toMatchObject({ outcome: 'sent' });
    });

    it('asks for permission before the far side has anything', async () => {
      let receivedWhenAsked = -1;
      await send({}, () => {
        receivedWhenAsked = rig.received().length;
        return true;
      });
      expect(receivedWhenAsked).toBe(0);
    });

    it('answers a temporary refusal with a value and a stable short code', async () => {
      rig.refuse();
      const result = await send();
      expect(result).toMatchObject({
        outcome: 'deferred',
        scope: rig.refusalScope ?? 'recipient',
        code: expect.stringMatching(/^[a-z0-9_]+$/),
      });
      expect(rig.received()).toEqual([]);
    });

    it('carries 100 messages at once, each exactly once', async () => {
      const ids = Array.from({ length: 100 }, (_, index) => index + 1);
      const results = await Promise.all(ids.map((contactId) => send({ contactId })));
      expect(results.map(({ outcome }) => outcome)).toEqual(ids.map(() => 'sent'));
      expect(rig.received().sort()).toEqual(ids.map((id) => outgoing({ contactId: id }).body).sort());
    });

    it('survives hostile names, subjects and bodies', async () => {
      const hostile = 'x\r\nBcc: eve@example.org\r\n\r\n.\r\n\0\u2028\ud800 =?utf-8?Q?=0A?= " \\ <';
      expect(await send({ toName: hostile, subject: hostile, body: '.\n..\n.' })).toMatchObject({ outcome: 'sent' });
      expect(rig.received()).toEqual(['.\n..\n.']);
    });

    it('finishes what is in flight before it is closed, and takes nothing after', async () => {
      const { reached, resume } = rig.stall();
      const sending = send();
      await reached;
      const order: string[] = [];
      const closing = rig.provider.close().then(() => order.push('closed'));
      const settled = sending.then(({ outcome }) => order.push(outcome));
      resume();
      await Promise.all([closing, settled]);
      expect(order).toEqual(['sent', 'closed']);
      expect(await send()).toMatchObject({ outcome: 'deferred', scope: 'provider', code: 'provider_closed' });
    });

    it('can be closed twice, and unused', async () => {
      await Promise.all([rig.provider.close(), rig.provider.close()]);
    });
  });
}
