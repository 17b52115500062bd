import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type FieldError, invalid } from '../platform/errors.js';
import { AudienceUsesService } from './audience-uses.service.js';
import { segmentIds } from './audience.queries.js';
import { ContactFactsService } from './contact-facts.service.js';
import {
  askedTogether,
  conditionsAsked,
  DEEPEST_GRAPH,
  leadsTo,
  levelsOf,
  MOST_ASKED,
  MOST_ASKED_TOGETHER,
  type RuleGraph,
} from './domain/rule-graph.js';
import { readRule } from './domain/rule-check.js';
import { renameSegments, type Rule, segmentsIn } from './domain/segment-rule.js';
import { holdRules, lockRules, replaceReferences, segmentNames } from './segments.queries.js';

/** Rules between the API, which names segments, and the tables, which know their ids. */
@Injectable()
export class SegmentRules {
  constructor(
    private readonly em: EntityManager,
    private readonly facts: ContactFactsService,
    private readonly uses: AudienceUsesService,
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
   * or is too large or too deep to ask, or makes something so that names it.
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
    const fault = await this.sizeFault(segmentId, graph);
    if (fault) throw invalid('INVALID_RULE', [{ pointer: '/rule', message: fault }]);
    await replaceReferences(
      db,
      segmentId,
      named.map(({ segment }) => segment),
    );
  }

  /**
   * Makes sure that segments can be asked together, and that no rule grows until the caller's transaction ends. Throws
   * `code` with a pointer to the list by which it is too much.
   */
  async requireAskable(code: string, lists: { pointer: string; segments: number[] }[]): Promise<void> {
    const asked = conditionsAsked(await holdRules(this.em.getKysely()));
    let conditions = 0;
    for (const { pointer, segments } of lists) {
      conditions += askedTogether(segments, asked);
      if (conditions > MOST_ASKED_TOGETHER)
        throw invalid(code, [{ pointer, message: `${pointer.slice(1)} comes to ${tooMany(conditions)}` }]);
    }
  }

  /** Rules as the API shows them, in the given order. */
  async shown(rules: (Rule | null)[]): Promise<(Rule<string> | null)[]> {
    const ids = rules.flatMap((rule) => (rule ? segmentsIn(rule).map(({ segment }) => segment) : []));
    const names = ids.length > 0 ? await segmentNames(this.em.getKysely(), ids) : new Map<number, string>();
    return rules.map((rule) => rule && renameSegments(rule, (id) => names.get(id)!));
  }

  /** Why a graph with the new rule of a segment cannot be asked, as a sentence; null where it can. */
  private async sizeFault(segmentId: number, graph: RuleGraph): Promise<string | null> {
    const concerned = [...graph.keys()].filter((id) => leadsTo(graph, id, segmentId));
    const [asked, levels] = [conditionsAsked(graph), levelsOf(graph)];
    const large = concerned.find((id) => asked.get(id)! > MOST_ASKED);
    if (large !== undefined)
      return `${await this.makes(segmentId, large, 'large')} comes to ${asked.get(large)} conditions with the rules it names; at most ${MOST_ASKED} can be asked`;
    const deep = concerned.find((id) => levels.get(id)! > DEEPEST_GRAPH);
    if (deep !== undefined)
      return `${await this.makes(segmentId, deep, 'deep')} has ${levels.get(deep)} groups and segments in one another with the rules it names; there may be ${DEEPEST_GRAPH}`;
    for (const { what, segments } of await this.uses.of(concerned)) {
      const together = askedTogether(segments, asked);
      if (together > MOST_ASKED_TOGETHER)
        return `/rule makes whom ${what} is for so large that it comes to ${tooMany(together)}`;
    }
    return null;
  }

  private async makes(segmentId: number, id: number, so: string): Promise<string> {
    if (id === segmentId) return '/rule';
    const names = await segmentNames(this.em.getKysely(), [id]);
    return `/rule makes the segment "${names.get(id)}", which names it, so ${so} that it`;
  }
}

const tooMany = (conditions: number): string =>
  `${conditions} conditions with the rules of all its segments; at most ${MOST_ASKED_TOGETHER} can be asked together`;
