import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { RawBuilder } from 'kysely';
import { Clock } from '../platform/clock.js';
import {
  countContacts,
  estimateContacts,
  newestContacts,
  plannedContacts,
  roughlyAllContacts,
} from './contact-counts.queries.js';
import { ALL_IDS, ContactFactsService } from './contact-facts.service.js';
import { worldOf } from './domain/audience.js';
import { conditionsAsked, conditionsAskedBy, MOST_ASKED_TOGETHER } from './domain/rule-graph.js';
import { type Rule, segmentsIn } from './domain/segment-rule.js';
import { ruleCondition, type RuleQuestion } from './segment-rule.queries.js';
import { segmentsNamed } from './segments.queries.js';
import { withinLimit } from './statement-limit.js';

/** How long an exact count may take before an estimate is given instead, in milliseconds, unless told otherwise. */
export const COUNT_LIMIT_MS = 250;

/** How long looking at a part of the contacts may take; only what asks for much else of each takes longer. */
const ESTIMATE_LIMIT_MS = 1_000;

/** How many pages of contacts are looked at in that time, and how many and how long where those were too many. */
const PAGES = 800;
const FEW_PAGES = 20;
const FEW_PAGES_LIMIT_MS = 250;

/** How many contacts a rule has: counted, or estimated where counting takes too long; null where that does, too. */
export interface Size {
  size: number | null;
  exact: boolean;
}

/** How many contacts rules have at this moment, within a time limit however many contacts there are. */
@Injectable()
export class SegmentSizes {
  constructor(
    private readonly em: EntityManager,
    private readonly facts: ContactFactsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Estimates for rules, as many in one pass as a statement can ask; exact where all contacts are few enough to be looked at.
   * The passes share one time limit: what is left when it is over stays unknown.
   */
  async estimates(rules: Rule[]): Promise<Size[]> {
    const { world, asked } = await this.world(rules);
    const until = performance.now() + ESTIMATE_LIMIT_MS;
    const sizes: Size[] = [];
    for (const together of inPasses(rules, asked)) {
      const conditions = together.map((rule) => ruleCondition(rule, world));
      const left = Math.ceil(until - performance.now());
      const sampled =
        left > 0 ? await withinLimit(this.em, left, (db) => estimateContacts(db, conditions, 0, PAGES)) : null;
      const exact = sampled?.whole ?? false;
      sizes.push(...together.map((_, index) => ({ size: sampled?.counts[index] ?? null, exact })));
    }
    return sizes;
  }

  /** The exact size of a rule, or an estimate where counting takes longer than the limit. */
  async of(rule: Rule): Promise<Size> {
    const condition = ruleCondition(rule, (await this.world([rule])).world);
    const size = await withinLimit(this.em, COUNT_LIMIT_MS, (db) => countContacts(db, condition));
    return size === null ? (await this.estimates([rule]))[0]! : { size, exact: true };
  }

  /**
   * The size of a rule with some of its contacts; there is always one. Both are looked for at once: a rare rule takes a whole
   * scan for each.
   */
  async look(
    rule: Rule,
    sampleSize: number,
    limitMs: number,
  ): Promise<{ size: number; exact: boolean; ids: number[] }> {
    const condition = ruleCondition(rule, (await this.world([rule])).world);
    const [count, newest] = await Promise.all([
      withinLimit(this.em, limitMs, (db) => countContacts(db, condition)),
      withinLimit(this.em, limitMs, (db) => newestContacts(db, condition, sampleSize)),
    ]);
    if (count !== null && newest) return { size: count, exact: true, ids: newest };
    const sampled =
      (await withinLimit(this.em, ESTIMATE_LIMIT_MS, (db) => estimateContacts(db, [condition], sampleSize, PAGES))) ??
      (await withinLimit(this.em, FEW_PAGES_LIMIT_MS, (db) =>
        estimateContacts(db, [condition], sampleSize, FEW_PAGES),
      ));
    const size = count ?? sampled?.counts[0] ?? (await this.thought(condition));
    const exact = count !== null || (sampled?.whole ?? false);
    return { size, exact, ids: newest ?? sampled?.ids[0] ?? [] };
  }

  /** What the database thinks without a look at a contact; where it has no time for that, how many contacts it thinks there are. */
  private async thought(condition: RawBuilder<boolean>): Promise<number> {
    const planned = await withinLimit(this.em, FEW_PAGES_LIMIT_MS, (db) => plannedContacts(db, condition));
    return planned ?? roughlyAllContacts(this.em.getKysely());
  }

  /** What the rules mean now, and how many conditions each segment that they name comes to. */
  private async world(rules: Rule[]): Promise<{ world: RuleQuestion; asked: ReadonlyMap<number, number> }> {
    const named = rules.flatMap((rule) => segmentsIn(rule).map(({ segment }) => segment));
    const segments = named.length === 0 ? [] : await segmentsNamed(this.em.getKysely(), named);
    const graph = new Map(segments.flatMap(({ id, rule }) => (rule ? [[id, rule] as const] : [])));
    const meaning = worldOf({ include: null, exclude: [], newTo: null, segments }, this.clock.now());
    return { world: { ...meaning, facts: this.facts, ids: ALL_IDS }, asked: conditionsAsked(graph) };
  }
}

/** Rules in their order, in lists of which a statement can ask each. */
function inPasses(rules: readonly Rule[], asked: ReadonlyMap<number, number>): Rule[][] {
  const passes: Rule[][] = [];
  let conditions = Infinity;
  for (const rule of rules) {
    const more = conditionsAskedBy(rule, (segment) => asked.get(segment) ?? 1);
    if (conditions + more > MOST_ASKED_TOGETHER) {
      passes.push([]);
      conditions = 0;
    }
    passes.at(-1)!.push(rule);
    conditions += more;
  }
  return passes;
}
