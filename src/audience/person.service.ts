import { createHmac } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { recordAhead } from '../access/audited.decorator.js';
import { Clock } from '../platform/clock.js';
import { conflict, notFound } from '../platform/errors.js';
import { SecretKey } from '../platform/secret-key.js';
import { SignedTokens } from '../platform/signed-token.js';
import { askedLately } from './audience.errors.js';
import type { ConsentChangeResponse } from './consent.dto.js';
import { type ConsentOrigin, consentChangesSince, lastConsentChanges } from './consent.queries.js';
import { ConsentService } from './consent.service.js';
import { CONTACT } from './domain/consent-actor.js';
import { ContactWriting } from './contact-writing.js';
import { CHANNELS, type Channel } from './domain/channel.js';
import { noteAsk, takeAskBack } from './opt-in.queries.js';
import { channelsOf, type PersonChannel } from './person.queries.js';

/** How long a confirmation may take. */
const OPT_IN_LASTS_MS = 14 * 86_400_000;

/** What a person may choose on its page. */
export const CHOICES = { subscribe: 'subscribed', unsubscribe: 'unsubscribed' } as const;
export type Choice = keyof typeof CHOICES;

/** A confirmation that is asked for, or given. */
export interface OptIn {
  contactId: number;
  channel: Channel;
  address: string;
}

/** A confirmation that a link asks for. */
interface AskedOptIn extends OptIn {
  /** The text that is agreed to. */
  textVersion: string | null;
  /** Whether it was given by this link already, and nothing was said since. */
  given: boolean;
}

const DOUBLE_OPT_IN = 'double opt-in';

/** The links by which people act for themselves, without logging in. */
@Injectable()
export class PersonService {
  constructor(
    private readonly em: EntityManager,
    private readonly tokens: SignedTokens,
    private readonly secret: SecretKey,
    private readonly writing: ContactWriting,
    private readonly consent: ConsentService,
    private readonly clock: Clock,
  ) {}

  /** Where a person changes what it gets; good as long as the contact is there. */
  preferencesUrl(contactId: number): string {
    return this.tokens.link('preferences', [String(contactId)], null);
  }

  /** The channels that this link is about; null where it is not good. */
  async preferences(token: string): Promise<{ contactId: number; channels: PersonChannel[] } | null> {
    const [id] = this.tokens.read('preferences', token) ?? [];
    const channels = id === undefined ? undefined : await this.channels(Number(id));
    return channels ? { contactId: Number(id), channels } : null;
  }

  /** What a person chose, for one channel or all that it has; answers false where the link is not good. */
  async choose(token: string, channel: Channel | 'all', choice: Choice): Promise<boolean> {
    const preferences = await this.preferences(token);
    if (!preferences) return false;
    const origin = { source: 'preference page', textVersion: null, actor: CONTACT };
    for (const each of channel === 'all' ? CHANNELS : [channel])
      await this.consent.say(preferences.contactId, each, CHOICES[choice], origin);
    return true;
  }

  /**
   * Lets a channel wait for the person's confirmation, and answers by which link it is given: this ask and no other. Throws
   * CONTACT_NOT_FOUND, NO_ADDRESS, CONTACT_SUPPRESSED where somebody else than the person stopped it, or OPT_IN_ASKED, which
   * leaves the ask before good: an address is asked once an hour, whoever has it meanwhile.
   */
  async askOptIn(contactId: number, channel: Channel, origin: ConsentOrigin): Promise<OptIn & { url: string }> {
    const channels = await this.channels(contactId);
    if (!channels) throw notFound('contact', contactId);
    const own = channels.find((each) => each.channel === channel);
    if (!own) throw conflict('NO_ADDRESS', `The contact has no address for ${channel}.`);
    if (own.blocked) throw conflict('CONTACT_SUPPRESSED', `The contact's address for ${channel} is suppressed.`);
    const ask = await this.em.transactional(async (em) => {
      const wait = await noteAsk(em.getKysely(), this.writing.key(), own, this.clock.sql());
      if (wait !== null) throw askedLately(wait);
      await this.consent.say(contactId, channel, 'pending', origin);
      const said = await this.lastSaid(contactId, channel);
      await recordAhead();
      return said;
    });
    if (!ask) throw notFound('contact', contactId);
    const words = [String(contactId), channel, this.digestOf(own.address), String(ask.id)];
    const url = this.tokens.link('opt-in', words, OPT_IN_LASTS_MS);
    return { contactId, channel, address: own.address, url };
  }

  /** The message of an ask reached nobody: the address may be asked again at once. */
  takeAskBack(asked: OptIn): Promise<void> {
    return takeAskBack(this.em.getKysely(), this.writing.key(), asked);
  }

  /**
   * What a link asks to confirm; null where it is not good: too old, its address replaced meanwhile, or something else was said
   * about the channel since, be it another ask.
   */
  async readOptIn(token: string): Promise<AskedOptIn | null> {
    const [id, channel, digest, askId] = this.tokens.read('opt-in', token) ?? [];
    if (id === undefined) return null;
    const contactId = Number(id);
    const own = (await this.channels(contactId))?.find((each) => each.channel === channel);
    if (!own || own.blocked || own.status === 'unsubscribed' || this.digestOf(own.address) !== digest) return null;
    // Links of before the ask stood in them are good for two weeks more: they are about the last one.
    const ask = askId === undefined ? (await this.lastSaid(contactId, own.channel))?.id : Number(askId);
    const db = this.em.getKysely();
    const since = ask === undefined ? [] : await consentChangesSince(db, contactId, own.channel, ask);
    const [asked, given, ...later] = since;
    if (!asked || later.length > 0 || (given && !isGiven(given))) return null;
    const textVersion = asked.text_version;
    return { contactId, channel: own.channel, address: own.address, textVersion, given: given !== undefined };
  }

  /** Confirms; again, it changes nothing. Null where the link is not good. */
  async confirmOptIn(token: string): Promise<OptIn | null> {
    return this.consent.undisturbed(async () => {
      const asked = await this.readOptIn(token);
      if (!asked || asked.given) return asked;
      const origin = { source: DOUBLE_OPT_IN, textVersion: asked.textVersion, actor: CONTACT };
      await this.consent.say(asked.contactId, asked.channel, 'subscribed', origin);
      return asked;
    });
  }

  /** The channels by which a person can be reached; undefined for one that is gone. */
  channels(contactId: number): Promise<PersonChannel[] | undefined> {
    return channelsOf(this.em.getKysely(), this.writing.key(), contactId);
  }

  private async lastSaid(contactId: number, channel: Channel): Promise<ConsentChangeResponse | undefined> {
    const said = await lastConsentChanges(this.em.getKysely(), contactId);
    return said.find((change) => change.channel === channel);
  }

  private digestOf(address: string): string {
    return createHmac('sha256', this.secret.for('opt-in address')).update(address).digest('base64url').slice(0, 16);
  }
}

const isGiven = ({ status, source }: ConsentChangeResponse): boolean =>
  status === 'subscribed' && source === DOUBLE_OPT_IN;
