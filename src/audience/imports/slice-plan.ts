import type { ConsentFields, ConsentResponse } from '../consent.dto.js';
import type { CreateContact } from '../contacts.dto.js';
import { CHANNELS, type Channel } from '../domain/channel.js';
import { heeded } from '../domain/consent-changes.js';
import { consentAfter } from '../domain/consent-on-import.js';
import { IDENTITIES, type Identity } from '../domain/identity.js';
import { identityOf, type Rejection, type SliceRow } from './slice.js';

/** A contact that is there, as far as a plan has to know it. */
export interface Known extends Record<Identity, string | null> {
  id: number;
  consent: ConsentResponse;
  /** Where its own last word is that it opted out: no row subscribes it there. */
  optedOut: Channel[];
}

/** Whom rows of a slice speak of: somebody who is there, or who will be. */
export interface Person {
  /** Null until the contact is made; below zero where an earlier slice of a trial would have made it. */
  id: number | null;
  /** What identifies it after the rows that were gone through. */
  now: Partial<Record<Identity, string | null>>;
}

/** The id of whoever a trial would have made just now: no contact has it. */
export const MADE_ON_TRIAL = 0;

/** Where a status of consent comes from, as far as its row says. */
export type Evidence = Pick<ConsentFields, 'source' | 'text_version'>;

/** What one or more rows make of a contact. */
export interface Entry {
  person: Person;
  /** What they say together: of several the later ones win, field by field. */
  contact: CreateContact;
  /** What the contact had consented to before them; null for a new one. */
  before: ConsentResponse | null;
  /** Of each channel's consent: that of the row that had the last word. */
  evidence: Partial<Record<Channel, Evidence>>;
  /** How many rows it is of. */
  rows: number;
  /** Whether rows before them were about the contact, too. */
  again: boolean;
}

/**
 * What is to be done for a slice: part by part, so that the entries of a part may be written in any order, none of them twice
 * the same contact's.
 */
export interface SlicePlan {
  parts: Entry[][];
  rejections: Rejection[];
}

/** A person while the rows are gone through. */
interface Held extends Person {
  /** What identified it in the database when the present part began. */
  stored: Partial<Record<Identity, string | null>>;
  consent: ConsentResponse | null;
  optedOut: Channel[];
  line: number | null;
  entry: Entry | null;
}

/**
 * Goes through rows in their order, as if each were written on its own, and puts together what they say of one contact.
 * `known`: every contact that has one of the identities which the rows name. A row whose identity is another contact's is
 * refused, but for one that may be given the row's external_id. One that takes over what an earlier row of its part took away begins a new part, since a unique index would meet
 * both; so does one that takes back a word on consent, or gives somebody who opted out another address: each word has its history,
 * and the list has the address that was opted out.
 */
export function planSlice(rows: readonly SliceRow[], known: readonly Known[], overwriteConsent: boolean): SlicePlan {
  return new Planning(known, overwriteConsent).plan(rows);
}

class Planning {
  private readonly parts: Entry[][] = [];
  private readonly rejections: Rejection[] = [];
  private part: Entry[] = [];
  private touched: Held[] = [];
  private readonly holders = holdersOf<Held>();
  /** Identities that the database has at the beginning of the part, and that a row of it took from their contact. */
  private readonly freed = holdersOf<true>();

  constructor(
    known: readonly Known[],
    private readonly overwriteConsent: boolean,
  ) {
    for (const { id, consent, optedOut, ...now } of known) {
      const held: Held = { id, now, stored: now, consent, optedOut, line: null, entry: null };
      for (const name of IDENTITIES) if (now[name] !== null) this.holders[name].set(now[name], held);
    }
  }

  plan(rows: readonly SliceRow[]): SlicePlan {
    for (const row of rows) this.take(row);
    this.cut();
    return { parts: this.parts, rejections: this.rejections };
  }

  private take({ line, cells, contact: given, again }: SliceRow): void {
    const holder = this.holderOf(given);
    const contact = holder ? heededOf(given, holder) : given;
    for (const name of IDENTITIES) {
      const other = contact[name] == null ? undefined : this.holders[name].get(contact[name]);
      if (other && other !== holder) return this.refuse(line, cells, name, other);
    }
    if (this.takesOver(contact) || (holder?.entry && this.outdates(holder, holder.entry, contact))) this.cut();
    const held = holder ?? { id: null, now: {}, stored: {}, consent: null, optedOut: [], line: null, entry: null };
    this.identify(held, contact);
    if (held.entry) this.merge(held.entry, contact);
    else this.begin(held, contact, again);
    held.line = line;
  }

  /** Whom a row is about. One that brings an external_id nobody has is about who has its email, else its phone, and no external_id yet. */
  private holderOf(contact: CreateContact): Held | undefined {
    const identity = identityOf(contact);
    const holder = this.holders[identity].get(contact[identity]!);
    if (holder || identity !== 'external_id') return holder;
    const [other] = IDENTITIES.flatMap((name) => (contact[name] && this.holders[name].get(contact[name])) || []);
    return other?.now.external_id == null ? other : undefined;
  }

  private takesOver(contact: CreateContact): boolean {
    return IDENTITIES.some((name) => contact[name] != null && this.freed[name].has(contact[name]));
  }

  /** Whether what a part says of consent is of an address, or is a status, that a row now replaces: it is heeded before. */
  private outdates({ now }: Held, { contact: { consent } }: Entry, later: CreateContact): boolean {
    if (!consent) return false;
    const said = CHANNELS.filter((channel) => consent[channel]);
    if (said.some((channel) => (later.consent?.[channel] ?? consent[channel]) !== consent[channel])) return true;
    const moves = IDENTITIES.some((name) => later[name] != null && later[name] !== now[name]);
    return said.some((channel) => consent[channel] === 'unsubscribed') && (moves || !!later.push_subscriptions);
  }

  private refuse(line: number, cells: string[], name: Identity, { line: at }: Held): void {
    const reason =
      at === null ? `another contact has this ${name}` : `its ${name} is that of the contact in line ${at}`;
    this.rejections.push({ line, cells, reason });
  }

  private identify(held: Held, contact: CreateContact): void {
    let now: Held['now'] | null = null;
    for (const name of IDENTITIES) {
      const given = contact[name];
      const present = held.now[name];
      if (given == null || given === present) continue;
      if (present != null) {
        this.holders[name].delete(present);
        if (held.stored[name] === present) this.freed[name].set(present, true);
      }
      this.holders[name].set(given, held);
      now ??= { ...held.now };
      now[name] = given;
    }
    if (now) held.now = now;
  }

  private begin(held: Held, contact: CreateContact, again: boolean): void {
    held.entry = {
      person: held,
      contact,
      before: held.consent,
      evidence: this.evidenceOf(contact.consent, undefined),
      rows: 1,
      again: again || held.line !== null,
    };
    this.part.push(held.entry);
    this.touched.push(held);
  }

  private merge(entry: Entry, later: CreateContact): void {
    Object.assign(entry.evidence, this.evidenceOf(later.consent, entry.contact.consent));
    entry.contact = this.merged(entry.contact, later);
    entry.rows += 1;
  }

  /** Ends a part: what it writes is what the next one finds. */
  private cut(): void {
    if (this.part.length > 0) this.parts.push(this.part);
    this.part = [];
    for (const held of this.touched) {
      held.stored = held.now;
      held.consent = this.consentOf(held);
      held.entry = null;
    }
    this.touched = [];
    for (const name of IDENTITIES) this.freed[name].clear();
  }

  private consentOf({ consent, entry }: Held): ConsentResponse {
    const after: ConsentResponse = { ...(consent ?? { email: 'subscribed', sms: 'subscribed', push: 'subscribed' }) };
    for (const channel of CHANNELS) {
      const given = entry?.contact.consent?.[channel];
      if (given) after[channel] = consent ? consentAfter(after[channel], given, this.overwriteConsent) : given;
    }
    return after;
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

/** A row without what it may not say of consent. */
function heededOf(contact: CreateContact, { optedOut }: Held): CreateContact {
  const consent = heeded(contact.consent, optedOut);
  return consent === contact.consent ? contact : { ...contact, consent };
}

const holdersOf = <T>(): Record<Identity, Map<string, T>> => ({
  external_id: new Map(),
  email: new Map(),
  phone: new Map(),
});

/** Whether it says anything. */
export const isEvidence = ({ source, text_version }: Evidence): boolean =>
  source !== undefined || text_version !== undefined;
