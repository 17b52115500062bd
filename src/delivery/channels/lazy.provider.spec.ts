import { describe, expect, it } from '@jest/globals';
import { LazyProvider } from './lazy.provider.js';
import type { OutgoingMessage, Provider, SendResult } from './provider.js';
import type { OpenAccount } from './provider-kinds.js';

const account = (key: string): OpenAccount => ({
  ...{ channel: 'email', kind: 'resend', name: 'one', settings: {} },
  secrets: { key },
});
const message = {} as OutgoingMessage;
const always = (): boolean => true;

/** A provider that answers when it is told to, and tells when it is closed. */
function slow(key: string) {
  let answer!: (result: SendResult) => void;
  const answered = new Promise<SendResult>((resolve) => (answer = resolve));
  const state = { closed: false };
  const provider: Provider = {
    ...{ name: 'one', channel: 'email' },
    send: () => answered,
    close: async () => {
      await answered;
      state.closed = true;
    },
  };
  return { key, provider, state, answer };
}

describe('the provider of an account', () => {
  it('is made by its first message, and anew when the account changes, while what is in flight ends on the old one', async () => {
    const made: ReturnType<typeof slow>[] = [];
    const lazy = new LazyProvider(account('old-key'), ({ secrets }) => {
      made.push(slow((secrets as { key: string }).key));
      return Promise.resolve(made.at(-1)!.provider);
    });
    expect(made).toEqual([]);
    const first = lazy.send(message, always);
    await Promise.resolve();
    lazy.change(account('new-key'));
    const second = lazy.send(message, always);
    await Promise.resolve();
    expect(made.map(({ key }) => key)).toEqual(['old-key', 'new-key']);
    made[0]!.answer({ outcome: 'rejected', code: 'no', response: 'old-key is known, new-key too' });
    made[1]!.answer({ outcome: 'sent', providerMessageId: 'x' });
    expect(await first).toMatchObject({ response: '*** is known, new-key too' });
    expect(await second).toMatchObject({ outcome: 'sent' });
    await lazy.close();
    expect(made.map(({ state }) => state.closed)).toEqual([true, true]);
    expect(await lazy.send(message, always)).toMatchObject({ outcome: 'deferred', code: 'not_started' });
    expect(made).toHaveLength(2);
  });

  it('shows nothing of what a header packs, whatever form the answer gives it', async () => {
    const [packed, secrets] = [
      'me:p4ss',
      { headers: { authorization: `Basic ${btoa('me:p4ss')}`, 'x-key': 'Token abcd' } },
    ];
    const { provider, answer } = slow('');
    const lazy = new LazyProvider({ ...account(''), secrets }, () => Promise.resolve(provider));
    answer({ outcome: 'rejected', code: '401', response: `${packed}, p4ss, ${btoa(packed)} and abcd are wrong` });
    expect(await lazy.send(message, always)).toMatchObject({ response: '***, ***, *** and *** are wrong' });
  });

  it('that cannot be made refuses the account with the reason, and is tried again after a change', async () => {
    let works = false;
    const spare = slow('');
    spare.answer({ outcome: 'sent', providerMessageId: 'x' });
    const lazy = new LazyProvider(account('secret-key'), () =>
      works ? Promise.resolve(spare.provider) : Promise.reject(new Error('secret-key is no key')),
    );
    expect(await lazy.send(message, always)).toEqual({
      ...{ outcome: 'deferred', scope: 'account', code: 'provider_misconfigured', response: '*** is no key' },
    });
    works = true;
    lazy.change(account('secret-key'));
    expect(await lazy.send(message, always)).toMatchObject({ outcome: 'sent' });
  });
});
