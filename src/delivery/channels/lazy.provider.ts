import type { Channel } from '../../audience/domain/channel.js';
import { credentialsIn } from '../../platform/redaction.js';
import type { AccountCheck } from '../domain/account-check.js';
import { NOT_STARTED, type OutgoingMessage, type Provider, type SendResult } from './provider.js';
import type { OpenAccount } from './provider-kinds.js';

/** A text as it is, and as it stands in a query. */
const spelled = (text: string): string[] => [...new Set([text, new URLSearchParams({ _: text }).toString().slice(2)])];

/** What an account is made of that is never shown: every text in its secrets, however deep, and what a header packs. */
export function secretTexts(secrets: unknown): string[] {
  if (typeof secrets === 'string')
    return [secrets, ...credentialsIn(secrets)].filter(({ length }) => length >= 4).flatMap(spelled);
  return typeof secrets === 'object' && secrets !== null ? Object.values(secrets).flatMap(secretTexts) : [];
}

/**
 * An account's provider, made when its first message comes, and again when the account has changed: messages that come
 * then go the new way, those in flight end on the old one. Secrets that a provider's answer repeats are blacked out, for
 * answers are logged and shown.
 */
export class LazyProvider implements Provider {
  readonly name: string;
  readonly channel: Channel;
  private made: Promise<Provider> | null = null;
  private closed = false;
  /** Of earlier makes, until they are closed. */
  private readonly leaving = new Set<Promise<void>>();

  constructor(
    private account: OpenAccount,
    private readonly make: (account: OpenAccount) => Promise<Provider>,
  ) {
    this.name = account.name;
    this.channel = account.channel;
  }

  async send(message: OutgoingMessage, mayStart: () => boolean): Promise<SendResult> {
    if (this.closed) return { outcome: 'deferred', scope: 'provider', code: NOT_STARTED };
    const { secrets } = this.account;
    try {
      return withoutSecrets(await (await this.present()).send(message, mayStart), secretTexts(secrets));
    } catch (error) {
      if (!(error instanceof NotMade)) throw error;
      const response = withoutTexts(error.message, secretTexts(secrets));
      return { outcome: 'deferred', scope: 'account', code: 'provider_misconfigured', response };
    }
  }

  async check(): Promise<AccountCheck | null> {
    const texts = secretTexts(this.account.secrets);
    try {
      const found = (await (await this.present()).check?.()) ?? null;
      return found && { ...found, detail: withoutTexts(found.detail, texts) };
    } catch (error) {
      return { verdict: 'refused', detail: withoutTexts((error as Error).message, texts) };
    }
  }

  /** Goes on with other settings or secrets. */
  change(account: OpenAccount): void {
    this.account = account;
    this.leave();
  }

  /** Takes nothing more; resolves when nothing is in flight. */
  async close(): Promise<void> {
    this.closed = true;
    this.leave();
    await Promise.all(this.leaving);
  }

  private present(): Promise<Provider> {
    return (this.made ??= this.make(this.account).catch((error: unknown) => {
      throw new NotMade((error as Error).message);
    }));
  }

  private leave(): void {
    const { made } = this;
    this.made = null;
    if (!made) return;
    const leaving = made.then((provider) => provider.close()).catch(() => undefined);
    this.leaving.add(leaving);
    void leaving.then(() => this.leaving.delete(leaving));
  }
}

/** The account cannot be used as it is configured. */
class NotMade extends Error {}

function withoutSecrets(result: SendResult, texts: readonly string[]): SendResult {
  if (result.outcome === 'sent' || result.response === undefined) return result;
  return { ...result, response: withoutTexts(result.response, texts) };
}

const withoutTexts = (words: string, texts: readonly string[]): string =>
  texts.reduce((shown, text) => shown.replaceAll(text, '***'), words);
