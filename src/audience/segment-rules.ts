import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type FieldError, invalid } from '../platform/errors.js';
import { segmentIds } from './audience.queries.js';
import { ContactFactsService } from './contact-facts.service.js';
import { conditionsAsked, leadsTo, MOST_ASKED, type RuleGraph } from './domain/rule-graph.js';
import { readRule } from './domain/rule-check.js';
import { renameSegments, type Rule, segmentsIn } from './domain/segment-rule.js';
import { lockRules, replaceReferences, segmentNames } from './segments.queries.js';

/** Rules between the API, which names segments, and the tables, which know their ids. */
@Injectable()
export class SegmentRules {
  constructor(
    private readonly em: EntityManager,
    private readonly facts: ContactFactsService,
  ) {}

  /** The rule that JSON stands for. Throws INVALID_RULE with everything that is wrong with it, or UNKNOWN_SEGMENT. */
  async read(json: unknown, pointer = '/rule'): Promise<Rule> {
    const read = readRule(json, pointer, this.facts.known());
    if ('faults' in read) throw invalid('INVALID_RULE', read.faults);
    const named = segmentsIn(read.rule, pointer);
    const ids = await segmentIds(
      this.em.getKysely(),
      named.map(({ segment }) => segment),
    );
    const unknown = named.flatMap(({ segment, pointer: at }): FieldError[] =>
      ids.has(segment) ? [] : [{ pointer: at, message: `there is no segment "${segment}"` }],
    );
    if (unknown.length > 0) throw invalid('UNKNOWN_SEGMENT', unknown);
    return renameSegments(read.rule, (name) => ids.get(name)!);
  }

  /**
   * Makes a rule that of a segment, inside the caller's transaction. Throws INVALID_RULE where it leads back to the segment
   * or, with the rules it names, is too large to ask.
   */
  async keep(segmentId: number, rule: Rule): Promise<void> {
    const db = this.em.getKysely();
    const graph: RuleGraph = (await lockRules(db)).set(segmentId, rule);
    const named = segmentsIn(rule, '/rule');
    const circles = named.filter(({ segment }) => leadsTo(graph, segment, segmentId));
    if (circles.length > 0)
      throw invalid(
        'INVALID_RULE',
        circles.map(({ pointer }) => ({ pointer, message: `${pointer} leads back to the segment itself` })),
      );
    const [tooLarge] = [...conditionsAsked(graph)].filter(([, conditions]) => conditions > MOST_ASKED);
    if (tooLarge) throw invalid('INVALID_RULE', [await this.sizeFault(segmentId, ...tooLarge)]);
    await replaceReferences(
      db,
      segmentId,
      named.map(({ segment }) => segment),
    );
  }

  /** Rules as the API shows them, in the given order. */
  async shown(rules: (Rule | null)[]): Promise<(Rule<string> | null)[]> {
    const ids = rules.flatMap((rule) => (rule ? segmentsIn(rule).map(({ segment }) => segment) : []));
    const names = ids.length > 0 ? await segmentNames(this.em.getKysely(), ids) : new Map<number, string>();
    return rules.map((rule) => rule && renameSegments(rule, (id) => names.get(id)!));
  }

  private async sizeFault(segmentId: number, id: number, conditions: number): Promise<FieldError> {
    const names = await segmentNames(this.em.getKysely(), [id]);
    const which =
      id === segmentId ? '/rule' : `/rule makes the segment "${names.get(id)}", which names it, so large that it`;
    const message = `${which} comes to ${conditions} conditions with the rules it names; at most ${MOST_ASKED} can be asked`;
    return { pointer: '/rule', message };
  }
}
