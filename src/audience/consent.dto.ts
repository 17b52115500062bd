import { IsIn, IsString, MaxLength, MinLength } from 'class-validator';
import { Absent } from '../platform/absent.decorator.js';
import { CONSENTS, type Consent } from './contact.entity.js';
import type { Channel } from './domain/channel.js';

/**
 * Consent of a contact per channel; a channel left out keeps what it has (a new contact is subscribed). `unsubscribed` also
 * puts the present address on the suppression list, with the reason `unsubscribe`, where it outlives the contact.
 * `subscribed` afterwards sets the status and does not lift that: the address stays suppressed until the person takes it back
 * (preference page, double opt-in) or an admin removes the entry. Where the contact itself opted out of the channel last,
 * `subscribed` is passed over and the rest of the call is taken, also where its address was another or none then: the answer
 * shows the consent as it stays.
 */
export class ConsentFields {
  /** @example subscribed */
  @Absent()
  @IsIn(CONSENTS)
  email?: Consent;

  @Absent()
  @IsIn(CONSENTS)
  sms?: Consent;

  @Absent()
  @IsIn(CONSENTS)
  push?: Consent;

  /**
   * Where it was given or withdrawn; goes into the history.
   * @example "sign-up form"
   */
  @Absent()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  source?: string;

  /**
   * Which wording was agreed to; goes into the history.
   * @example "2026-03"
   */
  @Absent()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  text_version?: string;
}

/** Consent of a contact per channel. */
export class ConsentResponse {
  email: Consent;
  sms: Consent;
  push: Consent;
}

/** Something that was said about consent. */
export class ConsentChangeResponse {
  /** @example 12 */
  id: number;
  /** @example "email" */
  channel: Channel;
  /** @example "unsubscribed" */
  status: Consent;
  /**
   * Where it was said.
   * @example "preference page"
   */
  source: string | null;
  /** @example "2026-03" */
  text_version: string | null;
  /**
   * Who said it: the name of an API key, `contact` for the person, or `suppression list` where an admin took the address off it
   * that the person opted out with.
   * @example "contact"
   */
  actor: string | null;
  at: Date;
}

/** Where a contact stands on a channel. */
export class ChannelConsent {
  /** @example "email" */
  channel: Channel;
  /** @example "subscribed" */
  status: Consent;
  /** Whether the present address is on the suppression list: then nothing is sent, whatever the status. */
  suppressed: boolean;
  /** What made it so; null where nobody ever said anything and it is as it was when the contact was made. */
  source: string | null;
  text_version: string | null;
  actor: string | null;
  at: Date | null;
}
