import type { ConsentFields } from '../consent.dto.js';
import type { CreateContact } from '../contacts.dto.js';
import { CHANNELS, type Channel } from '../domain/channel.js';
import { consentAfter } from '../domain/consent-on-import.js';
import { IDENTITIES, type Identity } from '../domain/identity.js';
import type { RawRow } from './row-reader.js';

/** Where a status of consent comes from, as far as its row says. */
export type Evidence = Pick<ConsentFields, 'source' | 'text_version'>;

/** The contact that one or more rows of a slice speak of. */
export interface Entry {
  /** Of the last of its rows. */
  line: number;
  cells: string[];
  contact: CreateContact;
  identity: Identity;
  /** Of each channel's consent: that of the row that had the last word. */
  evidence: Partial<Record<Channel, Evidence>>;
  /** Rows of this slice about it. */
  rows: number;
  /** Whether rows before this slice were about it, too. */
  again: boolean;
}

/** A row that was refused. */
export interface Rejection {
  line: number;
  cells: string[];
  reason: string;
}

/**
 * Rows that are written in one transaction, one entry a contact: no email, phone or external_id is in two entries. Of
 * several rows about one contact the later ones win, field by field, as if each had been written on its own.
 */
export class Slice {
  entries: Entry[] = [];
  readonly rejections: Rejection[] = [];
  /** Rows in it, refused ones included. */
  rows = 0;
  /** Rows that a later row about the same contact took the place of, before that one was refused. */
  overruled = 0;
  /** How far into the file it goes. */
  bytesDone = 0;
  private readonly claimed = new Map<string, Entry>();

  constructor(private readonly overwriteConsent: boolean) {}

  /** `seenBefore` says whether rows of earlier slices were about the contact with this key. */
  add({ line, cells }: RawRow, contact: CreateContact, seenBefore: (key: string) => boolean): void {
    const key = Slice.keyOf(contact);
    const present = this.claimed.get(key);
    const keys = IDENTITIES.filter((name) => contact[name] != null).map((name) => `${name}:${contact[name]}`);
    for (const each of keys) {
      const holder = this.claimed.get(each);
      if (holder && holder !== present)
        return this.reject(
          { line, cells },
          `its ${each.split(':', 1)[0]} is that of the contact in line ${holder.line}`,
        );
    }
    this.rows += 1;
    const entry = present ?? {
      line,
      cells,
      contact,
      identity: identityOf(contact),
      evidence: this.evidenceOf(contact.consent, undefined),
      rows: 0,
      again: seenBefore(key),
    };
    if (present) {
      Object.assign(entry.evidence, this.evidenceOf(contact.consent, entry.contact.consent));
      Object.assign(entry, { line, cells, contact: this.merged(entry.contact, contact) });
    } else this.entries.push(entry);
    entry.rows += 1;
    for (const each of keys) this.claimed.set(each, entry);
  }

  /** What tells the contact of a row from others: its external_id, or else its email, or else its phone. */
  static keyOf(contact: CreateContact): string {
    const identity = identityOf(contact);
    return `${identity}:${contact[identity]}`;
  }

  reject({ line, cells }: { line: number; cells: string[] }, reason: string): void {
    this.rows += 1;
    this.rejections.push({ line, cells, reason });
  }

  /** Takes an entry out again. */
  refuse(entry: Entry, reason: string): void {
    this.entries = this.entries.filter((each) => each !== entry);
    this.overruled += entry.rows - 1;
    this.rejections.push({ line: entry.line, cells: entry.cells, reason });
  }

  /** Of what a row says anew or confirms; what it may not give back is not said. */
  private evidenceOf(said: ConsentFields | undefined, present: ConsentFields | undefined): Entry['evidence'] {
    const evidence: Entry['evidence'] = {};
    if (!said) return evidence;
    const { source, text_version } = said;
    for (const channel of CHANNELS) {
      const [before, given] = [present?.[channel], said[channel]];
      if (!given || (before && consentAfter(before, given, this.overwriteConsent) !== given)) continue;
      if (given !== before || isEvidence(said)) evidence[channel] = { source, text_version };
    }
    return evidence;
  }

  private merged(earlier: CreateContact, later: CreateContact): CreateContact {
    const merged: CreateContact = { ...earlier, ...later };
    if (earlier.attributes) merged.attributes = { ...earlier.attributes, ...later.attributes };
    if (earlier.segments) merged.segments = [...new Set([...earlier.segments, ...(later.segments ?? [])])];
    if (earlier.consent) {
      merged.consent = { ...earlier.consent };
      for (const channel of CHANNELS) {
        const [present = 'subscribed', given] = [earlier.consent[channel], later.consent?.[channel]];
        if (given) merged.consent[channel] = consentAfter(present, given, this.overwriteConsent);
      }
    }
    return merged;
  }
}

const identityOf = (contact: CreateContact): Identity => IDENTITIES.find((name) => contact[name] != null)!;

/** Whether it says anything. */
export const isEvidence = ({ source, text_version }: Evidence): boolean =>
  source !== undefined || text_version !== undefined;
