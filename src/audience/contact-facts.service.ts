import { Injectable } from '@nestjs/common';
import type { RawBuilder } from 'kysely';
import type { Channel } from './domain/channel.js';
import type { FactName } from './domain/segment-rule.js';

/** Contact ids in (after, through]: what a statement looks at. */
export interface IdRange {
  after: number;
  through: number;
}

/** Every id there can be. */
export const ALL_IDS: IdRange = { after: 0, through: Number.MAX_SAFE_INTEGER };

/** Of which messages a fact is asked; `since` is null for any time. */
export interface FactQuestion {
  campaign: number | null;
  since: Date | null;
  channel: Channel | null;
}

/**
 * An SQL condition, true or false and never null: whether something happened to the contact with this id, which is in the
 * range. The range stands in the condition too, so that it may be answered by a scan of that range instead of a probe each.
 */
export type FactCondition = (contactId: RawBuilder<number>, asked: FactQuestion, ids: IdRange) => RawBuilder<boolean>;

/**
 * What happened to contacts. Rules ask for it, and the tables belong to modules on the right, which hand in how to ask
 * them when they are made. Two that tell the same are wired wrong, and nothing starts.
 */
@Injectable()
export class ContactFactsService {
  private readonly conditions = new Map<FactName, FactCondition>();

  /** Makes a fact known; once. */
  tell(name: FactName, condition: FactCondition): void {
    if (this.conditions.has(name)) throw new Error(`two modules tell who ${name} a message`);
    this.conditions.set(name, condition);
  }

  /** The facts that somebody tells. */
  known(): FactName[] {
    return [...this.conditions.keys()];
  }

  /** How to ask for a fact. Rules with facts that nobody tells are refused before they are kept. */
  condition(name: FactName): FactCondition {
    const condition = this.conditions.get(name);
    if (!condition) throw new Error(`no module tells who ${name} a message`);
    return condition;
  }
}
