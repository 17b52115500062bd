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

/** Keeps the last messages the sandbox took, in memory, shared by its channels. */
export class SandboxMailbox {
  private readonly ring: (SandboxMessage | undefined)[] = [];
  private lastId = 0;

  constructor(private readonly capacity = 1_000) {}

  /** Keeps a message, in place of the oldest if the mailbox is full, and returns its id. */
  add(message: Omit<SandboxMessage, 'id'>): number {
    const id = ++this.lastId;
    this.ring[(id - 1) % this.capacity] = { id, ...message };
    return id;
  }

  /** Up to `limit` messages, newest first, only those older than `beforeId` if given: the last id of the page before. */
  list(limit: number, beforeId = Infinity): SandboxMessage[] {
    const newest = Math.min(this.lastId, beforeId - 1);
    const oldest = Math.max(1, this.lastId - this.capacity + 1);
    const page: SandboxMessage[] = [];
    for (let id = newest; id >= oldest && page.length < limit; id--) {
      const message = this.ring[(id - 1) % this.capacity];
      if (message) page.push(message);
    }
    return page;
  }

  /** Those to one contact, the oldest first. */
  to(contactId: number): SandboxMessage[] {
    return this.ring.filter((message) => message?.contact_id === contactId) as SandboxMessage[];
  }

  /** Throws away those to one contact. */
  forget(contactId: number): void {
    for (const [place, message] of this.ring.entries())
      if (message?.contact_id === contactId) this.ring[place] = undefined;
  }
}
