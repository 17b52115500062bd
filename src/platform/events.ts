import { Injectable } from '@nestjs/common';
import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';

/**
 * Every fact one module may tell another: past tense, ids and counts only; a listener that needs more asks the owner.
 * No work depends on a fact arriving: the next tick reads state.
 */
export interface Facts {
  /** A person unsubscribed by the link in a message of this run. */
  'contact.unsubscribed': { contactId: number; runId: number };
  /** Contacts said, or others said for them, that they want nothing more on a channel: by a link, a text, the API or an import. */
  'consent.withdrawn': { optOuts: { contactId: number; channel: string; saidBy: 'contact' | 'operator' }[] };
  /**
   * Providers reported what became of messages. In no transaction; stated again until everybody who listens is through.
   */
  'messages.reported': {
    reports: { runId: number; contactId: number; kind: 'bounced' | 'complained' | 'unsubscribed'; at: Date }[];
  };
  /** A campaign waits for its time: it was created, launched, resumed or given another schedule. */
  'campaign.scheduled': { campaignId: number };
  /** An occurrence became a run; its audience is being frozen. */
  'run.opened': { runId: number; campaignId: number; scheduledFor: Date };
  /** Batches were recorded up to their end or given back: the outcomes added to each since it was claimed. */
  'batches.recorded': {
    batches: { runId: number; lane: number; sent: number; failed: number; skipped: number; inDoubt: number }[];
  };
  /**
   * Recipients were recorded as failed, or a provider refused them afterwards; not those whom people settle by hand. Stated
   * only while somebody wants it: it costs the record a transaction of its own.
   */
  'deliveries.failed': { deliveries: { runId: number; contactId: number; reason: string }[] };
  /** Nothing of the run is pending any more. */
  'run.completed': { runId: number; campaignId: number };
  /**
   * The ledger of these runs is about to be dropped. In no transaction: there may be millions of rows about them. Stated
   * again until all is gone.
   */
  'ledger.closed': { fromRun: number; beforeRun: number };
}

/** Publishes facts to the modules on the right, inside the publisher's transaction. */
@Injectable()
export class Events {
  private readonly unwanted = new Set<keyof Facts>();

  constructor(private readonly emitter: EventEmitter2) {}

  /** Says whether anybody wants a fact that costs something to state. */
  want(name: keyof Facts, wanted: boolean): void {
    if (wanted) this.unwanted.delete(name);
    else this.unwanted.add(name);
  }

  /** Whether to state it. Yes, until somebody said that nobody wants it. */
  isWanted(name: keyof Facts): boolean {
    return !this.unwanted.has(name);
  }

  /** Resolves when every listener has; a listener that fails fails the publisher's transaction with it. */
  async publish<Name extends keyof Facts>(name: Name, fact: Facts[Name]): Promise<void> {
    await this.emitter.emitAsync(name, fact);
  }
}

/** Marks the method that handles a fact. Errors reach the publisher: by default the emitter would only log them. */
export const OnFact = (name: keyof Facts): MethodDecorator => OnEvent(name, { suppressErrors: false });
