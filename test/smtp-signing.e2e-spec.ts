import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DkimSigner } from '../src/delivery/channels/email/dkim-signer.js';
import { SmtpProvider } from '../src/delivery/channels/email/smtp.provider.js';
import { outgoing } from './support/provider-contract.js';
import { type Acceptance, SmtpSink } from './support/smtp-sink.js';

const MANY = 300;
const keys = generateKeyPairSync('rsa', { modulusLength: 1024 });
const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Signs now at once, now many turns of the loop later, as the threads that do it may. */
class UnevenSigner extends DkimSigner {
  private signed = 0;

  override async sign(head: string, body: readonly Buffer[]): Promise<string> {
    const turns = [0, 1, 2, 7, 30][this.signed++ % 5]!;
    for (let turn = 0; turn < turns; turn += 1) await nextTurn();
    return super.sign(head, body);
  }
}

let sink: SmtpSink;
let provider: SmtpProvider;
beforeEach(async () => {
  sink = await SmtpSink.start();
  const signer = new UnevenSigner({ domain: 'example.com', selector: 'bell', privateKey });
  provider = new SmtpProvider({ url: sink.url, from: 'bell@example.com', signer, maxConnections: 3 });
});
afterEach(async () => {
  await provider.close();
  await sink.stop();
});

const addressOf = (n: number): string => `${n}@example.org`;
const send = (n: number, mayStart: () => boolean = () => true) =>
  provider.send(outgoing({ contactId: n, to: addressOf(n), body: `For ${n} alone.` }), mayStart);
const numbers = Array.from({ length: MANY }, (_, index) => index + 1);

describe('messages whose signatures come when they come', () => {
  it('each arrive once, whole, at the address they were written for', async () => {
    const results = await Promise.all(numbers.map((n) => send(n)));
    expect(results.filter(({ outcome }) => outcome !== 'sent')).toEqual([]);
    expect(sink.accepted.map(({ to }) => to).sort()).toEqual(numbers.map(addressOf).sort());
    expect(sink.accepted.filter((message) => !isWhole(message))).toEqual([]);
    expect(sink.connections).toBeLessThanOrEqual(3);
  });

  it('that are called off meanwhile leave their connection to the next', async () => {
    const results = await Promise.all(numbers.map((n) => send(n, () => n % 3 !== 0)));
    const left = numbers.filter((n) => n % 3 !== 0);
    expect(results.filter(({ outcome }) => outcome === 'sent')).toHaveLength(left.length);
    expect(results.filter((result) => 'code' in result && result.code !== 'not_started')).toEqual([]);
    expect(sink.accepted.map(({ to }) => to).sort()).toEqual(left.map(addressOf).sort());
  });
});

/** Begins with its own signature and says nothing but what it was to say. */
function isWhole({ to, headers, body }: Acceptance): boolean {
  return headers.startsWith('DKIM-Signature:') && body.trim() === `For ${to.split('@')[0]} alone.`;
}
