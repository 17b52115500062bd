import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmtpProvider } from '../src/delivery/channels/email/smtp.provider.js';
import type { OutgoingMessage, SendResult } from '../src/delivery/channels/provider.js';
import { outgoing } from './support/provider-contract.js';
import { type SinkFault, type SinkStage } from './support/smtp-sink-script.js';
import { SmtpSink } from './support/smtp-sink.js';

/** Longer than a busy machine keeps an answer back. */
const PATIENT = { connectMs: 30_000, greetingMs: 30_000, commandMs: 30_000, answerMs: 30_000, idleMs: 5_000 };

/** Of who is to notice that nothing comes. */
const HASTY = { connectMs: 3_000, greetingMs: 3_000, commandMs: 3_000, answerMs: 3_000, idleMs: 5_000 };

let sink: SmtpSink;
let provider: SmtpProvider;

async function set(without: 'PIPELINING'[] = [], maxConnections = 1, staleMs = 5_000): Promise<void> {
  sink = await SmtpSink.start({ without });
  provider = providerOf({ ...PATIENT, staleMs }, maxConnections);
}
const providerOf = (timeouts: typeof PATIENT & { staleMs: number }, maxConnections = 1) =>
  new SmtpProvider({ url: sink.url, from: 'bell@example.com', maxConnections, timeouts });

/** Only where a server hangs is anybody to wait in vain: everywhere else an answer comes, however late. */
async function beHasty(): Promise<void> {
  await provider.close();
  provider = providerOf({ ...HASTY, staleMs: 5_000 });
}
const send = (overrides: Partial<OutgoingMessage> = {}): Promise<SendResult> =>
  provider.send(outgoing(overrides), () => true);

/** The scripted step fails once; everything after it goes well. */
function failOnce(at: SinkStage, fault: SinkFault): void {
  let used = false;
  sink.script = (stage) => (stage === at && !used ? ((used = true), fault) : undefined);
}

afterEach(async () => {
  await provider.close();
  await sink.stop();
});

const infrastructure = { outcome: 'deferred', scope: 'provider' };
const account = { outcome: 'deferred', scope: 'account' };
const recipient = { outcome: 'deferred', scope: 'recipient' };
const rejected = { outcome: 'rejected' };
const unknown = { outcome: 'unknown', code: 'smtp_no_answer' };
const say = (code: number, text: string): SinkFault => ({ code, text });

describe.each([
  ['with PIPELINING', []],
  ['without PIPELINING', ['PIPELINING' as const]],
])('a server that fails, %s', (_name, without) => {
  beforeEach(() => set(without));

  it.each<[SinkStage, SinkFault, object]>([
    ['connect', 'close', { ...infrastructure, code: 'smtp_connect' }],
    ['connect', 'hang', { ...infrastructure, code: 'smtp_timeout' }],
    ['connect', say(421, 'too busy'), { ...infrastructure, code: 'smtp_421' }],
    ['connect', say(554, '5.7.1 not you'), { ...infrastructure, code: 'smtp_554', enhancedCode: '5.7.1' }],
    ['mail', 'close', { ...infrastructure, code: 'smtp_connection_lost' }],
    ['mail', 'hang', { ...infrastructure, code: 'smtp_timeout' }],
    ['mail', say(421, 'closing'), { ...infrastructure, code: 'smtp_421' }],
    ['mail', say(451, 'later'), { ...recipient, code: 'smtp_451' }],
    ['mail', say(550, '5.1.8 sender refused'), { ...account, code: 'smtp_550' }],
    ['mail', say(530, '5.7.0 authenticate first'), { ...account, code: 'smtp_530' }],
    ['rcpt', 'close', { ...infrastructure, code: 'smtp_connection_lost' }],
    ['rcpt', 'hang', { ...infrastructure, code: 'smtp_timeout' }],
    ['rcpt', say(421, '4.3.2 shutting down'), { ...infrastructure, code: 'smtp_421', enhancedCode: '4.3.2' }],
    ['rcpt', say(450, '4.2.1 busy'), { ...recipient, code: 'smtp_450', enhancedCode: '4.2.1' }],
    ['rcpt', say(451, '4.7.1 greylisted'), { ...recipient, retryAfterMs: 300_000 }],
    ['rcpt', say(452, '4.2.2 full'), { ...recipient, code: 'smtp_452' }],
    ['rcpt', say(450, '4.7.28 rate'), { ...infrastructure, code: 'smtp_450' }],
    ['rcpt', say(550, '5.1.1 nobody here'), { ...rejected, code: 'smtp_550', enhancedCode: '5.1.1' }],
    ['data', 'close', { ...infrastructure, code: 'smtp_connection_lost' }],
    ['data', 'hang', { ...infrastructure, code: 'smtp_timeout' }],
    ['data', say(451, 'no room'), { ...recipient, code: 'smtp_451' }],
    ['data', say(554, 'no'), { ...rejected, code: 'smtp_554' }],
    ['dot', say(421, 'closing'), { ...infrastructure, code: 'smtp_421' }],
    ['dot', say(451, 'scanner down'), { ...recipient, code: 'smtp_451' }],
    ['dot', say(454, 'Throttling failure'), { ...infrastructure, code: 'smtp_454' }],
    ['dot', say(552, '5.3.4 too big'), { ...rejected, code: 'smtp_552', enhancedCode: '5.3.4' }],
    ['dot', say(554, '5.7.1 spam'), { ...rejected, code: 'smtp_554' }],
  ])('at %s with %j has surely not accepted', async (stage, fault, expected) => {
    if (fault === 'hang') await beHasty();
    failOnce(stage, fault);
    expect(await send()).toMatchObject(expected);
    expect(sink.accepted).toHaveLength(0);
    expect(await send({ contactId: 2 })).toMatchObject({ outcome: 'sent' });
    expect(sink.accepted.map(({ body }) => body)).toEqual(['Message for contact 2']);
  });

  it.each<[SinkFault, number]>([
    ['close', 0],
    ['hang', 0],
    ['accept_then_close', 1],
    ['accept_then_hang', 1],
  ])('after the dot with %s leaves a doubt, whether it accepted or not', async (fault, copies) => {
    if (fault === 'hang' || fault === 'accept_then_hang') await beHasty();
    failOnce('dot', fault);
    expect(await send()).toMatchObject(unknown);
    expect(sink.accepted).toHaveLength(copies);
    expect(await send({ contactId: 2 })).toMatchObject({ outcome: 'sent' });
  });

  it('keeps the connection after a refusal that was only about the message', async () => {
    for (const stage of ['mail', 'rcpt', 'data', 'dot'] as const) {
      failOnce(stage, say(450, 'later'));
      expect(await send()).toMatchObject(recipient);
      expect(await send({ body: stage })).toMatchObject({ outcome: 'sent' });
    }
    expect(sink.accepted.map(({ body }) => body)).toEqual(['mail', 'rcpt', 'data', 'dot']);
    expect(sink.connections).toBe(1);
    expect(sink.commands.filter((command) => command === 'RSET')).toHaveLength(3);
  });
});

describe('a connection that died while idle', () => {
  const fromSecond =
    (at: SinkStage, fault: SinkFault) =>
    (stage: SinkStage, { transaction }: { transaction: number }) =>
      stage === at && transaction === 1 ? fault : undefined;

  beforeEach(() => set());

  it('is noticed, and the next message takes a fresh one', async () => {
    await send();
    sink.hangUp();
    await sink.until(() => sink.openConnections === 0);
    expect(await send({ contactId: 2 })).toMatchObject({ outcome: 'sent' });
    expect(sink.connections).toBe(2);
  });

  it.each<[SinkStage, SinkFault]>([
    ['mail', 'close'],
    ['mail', say(421, 'idle for too long')],
    ['rcpt', 'close'],
    ['data', 'close'],
  ])('and shows it only at %s (%j) costs the message nothing but a fresh one', async (stage, fault) => {
    sink.script = fromSecond(stage, fault);
    await send();
    let asked = 0;
    const second = await provider.send(outgoing({ contactId: 2 }), () => ++asked > 0);
    expect(second).toMatchObject({ outcome: 'sent' });
    expect(asked).toBe(2);
    expect(sink.accepted.map(({ body }) => body)).toEqual(['Message for contact 1', 'Message for contact 2']);
    expect(sink.connections).toBe(2);
  });

  it('is no excuse to send again what was handed over', async () => {
    sink.script = fromSecond('dot', 'accept_then_close');
    await send();
    expect(await send({ contactId: 2 })).toMatchObject(unknown);
    expect(sink.accepted).toHaveLength(2);
    expect(sink.connections).toBe(1);
  });

  it('does not hide that the lease ran out meanwhile', async () => {
    sink.script = fromSecond('mail', 'close');
    await send();
    const permissions = [true, false];
    const second = await provider.send(outgoing({ contactId: 2 }), () => permissions.shift()!);
    expect(second).toMatchObject({ ...infrastructure, code: 'not_started' });
    expect(sink.accepted).toHaveLength(1);
  });
});

describe('a server that closes with a 421', () => {
  const closesWith = (text: string): void => {
    sink.script = (stage, { transaction }) => (stage === 'mail' && transaction === 1 ? say(421, text) : undefined);
  };

  it.each([
    ['4.7.0 Too many messages, slow down', 5_000],
    ['closing', 5_000],
    ['4.7.0 try again later', 0],
    ['Too many messages', 0],
    ['slow down', 0],
  ])('saying %j to a connection that is stale after %d ms wants to be left alone', async (text, staleMs) => {
    await set([], 1, staleMs);
    closesWith(text);
    await send();
    expect(await send({ contactId: 2 })).toMatchObject({ ...infrastructure, code: 'smtp_421', retryAfterMs: 10_000 });
    expect(sink.connections).toBe(1);
  });

  it('after a connection was idle for long costs the message nothing but a fresh one', async () => {
    await set([], 1, 0);
    closesWith('closing');
    await send();
    expect(await send({ contactId: 2 })).toMatchObject({ outcome: 'sent' });
    expect(sink.connections).toBe(2);
  });
});

describe('a server that cannot be reached', () => {
  it('fails everyone who waits with one attempt per connection', async () => {
    await set([], 2);
    sink.script = (stage) => (stage === 'connect' ? 'close' : undefined);
    const results = await Promise.all(Array.from({ length: 50 }, (_, contactId) => send({ contactId })));
    expect(new Set(results.map((result) => ('code' in result ? result.code : '')))).toEqual(new Set(['smtp_connect']));
    expect(sink.connections).toBe(2);
  });

  it('is told apart: nobody listens, no such host', async () => {
    await set();
    const { port } = sink;
    await sink.stop();
    const elsewhere = new SmtpProvider({
      url: 'smtp://no-such-host.invalid',
      from: 'bell@example.com',
      timeouts: PATIENT,
    });
    expect(await send()).toMatchObject({
      ...infrastructure,
      code: 'smtp_connect',
      response: expect.stringContaining(`${port}`),
    });
    expect(await elsewhere.send(outgoing(), () => true)).toMatchObject({ ...infrastructure, code: 'smtp_dns' });
    await elsewhere.close();
  });

  it('leaves the work to the connections that it does allow', async () => {
    await set([], 10);
    sink.script = (stage) =>
      stage === 'connect' && sink.connections > 2 ? say(421, 'too many connections') : undefined;
    const results = await Promise.all(Array.from({ length: 100 }, (_, contactId) => send({ contactId })));
    expect(results.every(({ outcome }) => outcome === 'sent')).toBe(true);
    expect(sink.connections).toBe(10);
  });
});
