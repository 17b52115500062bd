import { CampanileError } from '../../platform/errors.js';
import { checkValues } from '../../platform/request-check.js';
import { RequestPipe } from '../../platform/request.pipe.js';
import { CONSENTS } from '../contact.entity.js';
import { alone, inNormalForm } from '../contact-input.js';
import { CreateContact } from '../contacts.dto.js';
import { IDENTITIES } from '../domain/identity.js';
import { isEmail, normaliseEmail, normalisePhone } from '../domain/address.js';
import { CHANNELS } from '../domain/channel.js';
import { MOST_SEGMENTS } from '../domain/segment-name.js';
import { CreateSegment } from '../segments.dto.js';

/** What a row turned out to be: the contact as the API would take it, or why the API would refuse it. */
export type Verdict = { contact: CreateContact } | { reason: string };

/** Characters of attributes that are surely within the API's limit, however they are written as JSON. */
const FEW_CHARACTERS = 2_000;

/** Distinct zones, locales and segment names that are remembered as good; files have few. */
const REMEMBERED = 5_000;

/**
 * Whether a row is a contact. The truth is what the API says of a request, and asking it takes 30 µs. So a row is looked
 * at in passing first: whatever is plainly right is taken, and all else is asked. A property test holds the two together.
 */
export class RowCheck {
  private readonly pipe = new RequestPipe();
  /** Values that the API took, with what it made of them. */
  private readonly good = new Map<string, string>();

  /** `country`: whose national phone numbers are understood (ISO 3166). */
  constructor(private readonly country?: string) {}

  /** `verbatim`: whether the row has neither escapes nor U+0000, so that its text is surely text. */
  check(given: Record<string, unknown>, verbatim: boolean): Verdict | Promise<Verdict> {
    const contact = verbatim ? this.inPassing(given) : null;
    return contact ? identified(contact) : this.asked(given);
  }

  /** The contact where everything about the row is plainly right, null where the API has to be asked. */
  private inPassing(given: Record<string, unknown>): CreateContact | null {
    const contact: Record<string, unknown> = {};
    for (const name in given) {
      const value = this.plain(name, given[name]);
      if (value === undefined) return null;
      contact[name] = value;
    }
    return contact as CreateContact;
  }

  /** A field's value as it is stored; undefined where it is not plainly right. */
  private plain(name: string, value: unknown): unknown {
    if (typeof value === 'string') return this.plainText(name, value);
    if (name === 'segments' && Array.isArray(value))
      return value.length <= MOST_SEGMENTS && value.every((each) => this.good.has(`segment:${each}`))
        ? value
        : undefined;
    if (name === 'attributes') return areFew(value) ? value : undefined;
    if (name === 'consent')
      return isPlain(value, (channel, inside) => isOneOf(CHANNELS, channel) && isOneOf(CONSENTS, inside))
        ? value
        : undefined;
    return undefined;
  }

  private plainText(name: string, text: string): string | undefined {
    switch (name) {
      case 'email': {
        const email = normaliseEmail(text);
        return isEmail(email) ? email : undefined;
      }
      case 'phone':
        return normalisePhone(text, this.country) ?? undefined;
      case 'external_id':
        return text.length <= 200 && /\S/.test(text) ? text : undefined;
      case 'first_name':
      case 'last_name':
        return text.length <= 200 ? text : undefined;
      default:
        return this.good.get(`${name}:${text}`);
    }
  }

  private async asked(given: Record<string, unknown>): Promise<Verdict> {
    try {
      const asked = await this.ask(CreateContact, given);
      const [contact] = inNormalForm([asked], alone, this.country) as [CreateContact];
      for (const name of contact.segments ?? []) {
        if (!this.good.has(`segment:${name}`)) await this.ask(CreateSegment, { name });
        this.remember('segment', name, name);
      }
      for (const name of ['locale', 'time_zone'] as const)
        if (contact[name] != null) this.remember(name, String(given[name]), contact[name]);
      return identified(contact);
    } catch (error) {
      if (error instanceof CampanileError) return { reason: error.message };
      throw error;
    }
  }

  /** What the API makes of a request's body. Throws what it would answer. */
  private async ask<T>(dto: new () => T, body: object): Promise<T> {
    await checkValues({ body, query: undefined });
    return (await this.pipe.transform(body, { type: 'body', metatype: dto })) as T;
  }

  private remember(name: string, given: string, stored: string): void {
    if (this.good.size < REMEMBERED) this.good.set(`${name}:${given}`, stored);
  }
}

function identified(contact: CreateContact): Verdict {
  return IDENTITIES.some((name) => contact[name] != null)
    ? { contact }
    : { reason: 'give an email, a phone or an external_id' };
}

/** Whether attributes are flat and short. */
function areFew(value: unknown): boolean {
  let characters = 0;
  return isPlain(value, (name, inside) => {
    characters += name.length + (typeof inside === 'string' ? inside.length : 24);
    return typeof inside !== 'object' && characters <= FEW_CHARACTERS;
  });
}

/** Whether a value is an object whose entries are right and have no name that every object has. */
function isPlain(value: unknown, right: (name: string, inside: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const [name, inside] of Object.entries(value))
    if (name in Object.prototype || !right(name, inside)) return false;
  return true;
}

const isOneOf = (known: readonly string[], value: unknown): boolean => known.some((each) => each === value);
