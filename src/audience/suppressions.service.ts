import { TransactionPropagation } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { type FieldError, invalid } from '../platform/errors.js';
import { decodeCursor, Page } from '../platform/page.js';
import { noteReleases } from './consent.queries.js';
import { ContactWriting } from './contact-writing.js';
import { normaliseAddress } from './domain/address.js';
import type { Channel } from './domain/channel.js';
import { channelOf, isDemanded, type SuppressionReason } from './domain/suppression.js';
import { pushAddressesAmong } from './push-subscriptions.queries.js';
import type {
  CreatedSuppression,
  CreateSuppression,
  RemovalResult,
  RemoveSuppressions,
  SuppressedAddress,
  SuppressionQuery,
  SuppressionResponse,
  SuppressionResult,
} from './suppressions.dto.js';
import {
  addErasures,
  addSuppressions,
  type ContactAddress,
  type ContactOnChannel,
  contactsAt,
  contactsWithHashes,
  hashedAddresses,
  listSuppressions,
  lockForSuppressions,
  markContacts,
  type NewSuppression,
  type OldSuppression,
  removeSuppressions,
  suppressedAddresses,
  suppressionById,
  suppressionsOf,
} from './suppressions.queries.js';

export type { ContactAddress };

/** Who must not be written to: by address, so that it holds for whoever has the address, now or later. */
@Injectable()
export class SuppressionsService {
  private readonly logger = new Logger('Suppressions');

  constructor(
    private readonly em: EntityManager,
    private readonly writing: ContactWriting,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  async create(input: CreateSuppression): Promise<CreatedSuppression> {
    const [added] = await this.suppress(await this.entriesOf([input], () => '/address'));
    const { id, created } = added!;
    return { ...(await suppressionById(this.em.getKysely(), id)), created };
  }

  /** Suppresses addresses in one transaction: all of them, or none when one is wrong. */
  async bulk(inputs: CreateSuppression[]): Promise<SuppressionResult> {
    const added = await this.suppress(await this.entriesOf(inputs, placeOf));
    const created = new Set(added.filter((entry) => entry.created).map(({ id }) => id)).size;
    return { created, known: inputs.length - created };
  }

  /**
   * Takes entries back; the contacts that have the addresses can be sent to again, unless something else forbids it, and who
   * opted out may be subscribed by others. Throws
   * NOTE_REQUIRED where one of them is what a person demanded and no `note` says why; then none is taken back. The note is
   * kept in the log, with `actor`.
   */
  async remove({ suppressions: inputs, note }: RemoveSuppressions, actor: string): Promise<RemovalResult> {
    const addresses = this.normalised(inputs, placeOf);
    const entries = inputs.map(({ channel = null }, index) => ({ address: addresses[index]!, channel }));
    const reasons = await this.write(async (em) => {
      const db = em.getKysely();
      const said = { now: this.clock.sql(), source: `taken off by ${actor}` };
      await noteReleases(db, this.writing.key(), await contactsAt(db, addresses), entries, said);
      const removed = await removeSuppressions(db, this.writing.key(), entries, null);
      const demanded = removed.find(isDemanded);
      if (demanded && note === undefined)
        throw invalid('NOTE_REQUIRED', [
          { pointer: '/note', message: `say why an entry for ${demanded} is taken back` },
        ]);
      return { answer: removed, addresses };
    });
    const demanded = reasons.filter(isDemanded);
    if (demanded.length > 0) {
      const what = `entries for ${[...new Set(demanded)].join(' or ')}: ${demanded.length}`;
      this.logger.warn(`taken back by ${JSON.stringify(actor)}, ${what}; note: ${JSON.stringify(note)}`);
    }
    return { removed: reasons.length };
  }

  async list(query: SuppressionQuery): Promise<Page<SuppressionResponse>> {
    const [address] =
      query.address === undefined ? [] : this.normalised([{ address: query.address }], () => '/address');
    const after = decodeCursor(query.cursor) ?? 0;
    const rows = await listSuppressions(this.em.getKysely(), this.writing.key(), { ...query, address }, after);
    return Page.cut(rows, query.limit, ({ id }) => id);
  }

  /** Those of these addresses, in normal form, that are not written to on a channel. */
  async suppressedAmong(channel: Channel, addresses: string[]): Promise<Set<string>> {
    return new Set(await suppressedAddresses(this.em.getKysely(), this.writing.key(), channel, addresses));
  }

  /**
   * Puts addresses in normal form on the list and marks the contacts that have them, in the caller's transaction or one of
   * its own. A caller must not have locked contacts before.
   */
  suppress(entries: NewSuppression[]): Promise<{ id: number; created: boolean }[]> {
    return this.write(async (em) => {
      const added = await addSuppressions(em.getKysely(), this.writing.key(), entries);
      return { answer: added, addresses: entries.map(({ address }) => address) };
    });
  }

  /** The same for an erased person of whose addresses only the HMACs are known. */
  suppressErased(hashes: readonly Buffer[]): Promise<void> {
    return this.write(async (em) => {
      const db = em.getKysely();
      await addErasures(db, hashes);
      await markContacts(db, this.writing.key(), await contactsWithHashes(db, this.writing.key(), hashes));
      return { answer: undefined, addresses: [] };
    });
  }

  /** The entries of addresses in normal form, with their reasons. */
  async entriesAbout(addresses: readonly string[]): Promise<SuppressionResponse[]> {
    return suppressionsOf(this.em.getKysely(), this.writing.key(), addresses);
  }

  /** Whether an address in normal form was that of somebody who was erased. */
  async isErased(address: string): Promise<boolean> {
    return (await this.entriesAbout([address])).some(({ reason }) => reason === 'erasure');
  }

  /** Takes entries off the list, only those with `reason` where it is given, and answers how many; else as `suppress`. */
  release(entries: OldSuppression[], reason: SuppressionReason | null): Promise<number> {
    return this.write(async (em) => {
      const removed = await removeSuppressions(em.getKysely(), this.writing.key(), entries, reason);
      return { answer: removed.length, addresses: entries.map(({ address }) => address) };
    });
  }

  /** The present addresses of contacts on channels, with their HMACs; without those that have none. */
  addressesOf(contacts: readonly ContactOnChannel[]): Promise<ContactAddress[]> {
    return hashedAddresses(this.em.getKysely(), this.writing.key(), contacts);
  }

  /**
   * Puts addresses on the list for a reason, and takes others off that are on it for this reason, as `work` finds out when
   * nobody else changes the list. `work` locks no contact.
   */
  async reconsider(
    reason: SuppressionReason,
    work: (em: EntityManager) => Promise<{ on: OldSuppression[]; off: OldSuppression[] }>,
  ): Promise<void> {
    await this.write(async (em) => {
      const db = em.getKysely();
      const { on, off } = await work(em);
      const entries = on.map(({ address, channel }) => ({ address, channel: channel ?? ('all' as const), reason }));
      await addSuppressions(db, this.writing.key(), entries);
      await removeSuppressions(db, this.writing.key(), off, reason);
      return { answer: undefined, addresses: [...on, ...off].map(({ address }) => address) };
    });
  }

  private write<T>(work: (em: EntityManager) => Promise<{ answer: T; addresses: string[] }>): Promise<T> {
    const transaction = async (em: EntityManager) => {
      const db = em.getKysely();
      await lockForSuppressions(db);
      const { answer, addresses } = await work(em);
      await markContacts(db, this.writing.key(), await contactsAt(db, addresses));
      return answer;
    };
    return this.em.transactional(transaction, { propagation: TransactionPropagation.REQUIRED });
  }

  /** What to put on the list; throws VALIDATION_FAILED also for what may be no address, where no contact has it as one. */
  private async entriesOf(inputs: CreateSuppression[], pointer: (index: number) => string): Promise<NewSuppression[]> {
    const addresses = this.normalised(inputs, pointer);
    const unclear = addresses.filter((_, index) => looksLike(inputs[index]!) === null);
    const tokens = new Set(await pushAddressesAmong(this.em.getKysely(), unclear));
    const errors = addresses.flatMap((address, index): FieldError[] =>
      looksLike(inputs[index]!) !== null || tokens.has(address)
        ? []
        : [{ pointer: pointer(index), message: UNCLEAR_ADDRESS }],
    );
    if (errors.length > 0) throw invalid('VALIDATION_FAILED', errors);
    return inputs.map(({ channel = 'all', reason = 'manual' }, index) => ({
      address: addresses[index]!,
      channel,
      reason,
    }));
  }

  /** The addresses in normal form; throws VALIDATION_FAILED for those that are none of their channel. */
  private normalised(inputs: SuppressedAddress[], pointer: (index: number) => string): string[] {
    const errors: FieldError[] = [];
    const addresses = inputs.map((input, index) => {
      const of = looksLike(input) ?? 'push';
      const normal = normaliseAddress(input.address, of, this.config.DEFAULT_COUNTRY);
      if (normal === null) errors.push({ pointer: pointer(index), message: `address is none that ${of} can go to` });
      return normal ?? '';
    });
    if (errors.length > 0) throw invalid('VALIDATION_FAILED', errors);
    return addresses;
  }
}

const UNCLEAR_ADDRESS =
  'address is no email address, phone number or push endpoint, nor a token that a contact has; say which channel it is of';

/** The channel an address is of: as given, else by its looks; null where these do not tell. */
const looksLike = ({ address, channel = 'all' }: SuppressedAddress): Channel | null =>
  channel === 'all' ? channelOf(address) : channel;

const placeOf = (index: number): string => `/suppressions/${index}/address`;
