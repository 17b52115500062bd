import type { Channel } from '../../../audience/domain/channel.js';

/** A message the sandbox took, as the dashboard shows it. */
export interface SandboxMessage {
  /** Counts up from 1 for as long as the process lives. */
  id: number;
  at: Date;
  channel: Channel;
  to: string;
  to_name: string | null;
  subject: string | null;
  format: 'text' | 'html';
  body: string;
  run_id: number;
  contact_id: number;
  attempt: number;
}

/** A person, as messages may be to it or about it. */
interface Person {
  contactId: number;
  addresses: readonly string[];
}

/** A message with the contact that it was filled for, where that is not whom it went to. */
interface Kept {
  message: SandboxMessage;
  writtenFor: number | null;
}

/** Keeps the last messages the sandbox took, in memory, shared by its channels. */
export class SandboxMailbox {
  private readonly ring: (Kept | undefined)[] = [];
  private lastId = 0;

  /** `mark` tells this mailbox from every other: of another process, or of this one before it was started anew. */
  constructor(
    private readonly mark: string,
    private readonly capacity = 1_000,
  ) {}

  /** What a provider would call the message that has this id here: no other message ever has that name. */
  nameOf(id: number): string {
    return `sandbox-${this.mark}-${id}`;
  }

  /** Keeps a message, in place of the oldest if the mailbox is full, and returns its id. */
  add(message: Omit<SandboxMessage, 'id'>, writtenFor: number | null = null): number {
    const id = ++this.lastId;
    this.ring[(id - 1) % this.capacity] = { message: { id, ...message }, writtenFor };
    return id;
  }

  /** Up to `limit` messages, newest first, only those older than `beforeId` if given: the last id of the page before. */
  list(limit: number, beforeId = Infinity): SandboxMessage[] {
    const newest = Math.min(this.lastId, beforeId - 1);
    const oldest = Math.max(1, this.lastId - this.capacity + 1);
    const page: SandboxMessage[] = [];
    for (let id = newest; id >= oldest && page.length < limit; id--) {
      const kept = this.ring[(id - 1) % this.capacity];
      if (kept) page.push(kept.message);
    }
    return page;
  }

  /** Those to one person, and tests that were filled for it, the oldest first. */
  about(person: Person): SandboxMessage[] {
    return this.ring.flatMap((kept) => (kept && isAbout(kept, person) ? [kept.message] : []));
  }

  /** Throws away the same. */
  forget(person: Person): void {
    for (const [place, kept] of this.ring.entries()) if (kept && isAbout(kept, person)) this.ring[place] = undefined;
  }
}

/** By its address only what went to no contact: whoever had that earlier got what is theirs under their own id. */
const isAbout = ({ message, writtenFor }: Kept, { contactId, addresses }: Person): boolean =>
  message.contact_id === contactId ||
  writtenFor === contactId ||
  (message.contact_id === 0 && addresses.includes(message.to));
