import { Injectable } from '@nestjs/common';
import { SegmentsService } from '../../audience/segments.service.js';
import { CampaignRequestsService } from '../../campaigns/campaign-requests.service.js';
import type { CampaignStatus } from '../../campaigns/domain/campaign-status.js';
import { byName, type Code, type Thing, type ThingKind } from './domain/code.js';
import { campaignsIn, renameCampaigns, segmentsNamedIn } from './domain/rule-campaigns.js';

/** A segment or campaign that is there: as code, and what it is otherwise. */
export interface StoredThing {
  kind: ThingKind;
  id: number;
  version: number;
  value: Thing;
  /** Of a campaign: every field of it, and where it stands. */
  full: Record<string, unknown>;
  status: CampaignStatus | null;
}

/** What is there, as code. */
@Injectable()
export class StoredCodeService {
  constructor(
    private readonly segments: SegmentsService,
    private readonly campaigns: CampaignRequestsService,
  ) {}

  /** Every segment and campaign, as the caller's transaction sees them. */
  async all(): Promise<StoredThing[]> {
    const campaigns = await this.campaigns.written();
    const names = new Map(campaigns.map(({ id, name }) => [id as unknown, name]));
    const segments = (await this.segments.written()).map(({ id, version, name, description, rule }): StoredThing => {
      // A campaign that was deleted has no name; the number says nothing elsewhere, but is all there is.
      const said = rule && renameCampaigns(rule, (campaign) => names.get(campaign) ?? campaign);
      const value = { name, ...(description === null ? {} : { description }), ...(said ? { rule: said } : {}) };
      return { kind: 'segment', id, version, value, full: value, status: null };
    });
    return [
      ...segments,
      ...campaigns.map(({ id, version, status, full, plain }): StoredThing => ({
        ...{ kind: 'campaign', id, version, status, full },
        value: plain as Thing,
      })),
    ];
  }

  /** Holds things that will change until the transaction ends, before the first of them does. */
  async hold(things: readonly StoredThing[]): Promise<void> {
    const idsOf = (kind: ThingKind) => things.flatMap((thing) => (thing.kind === kind ? thing.id : []));
    await this.campaigns.hold(idsOf('campaign'));
    await this.segments.hold(idsOf('segment'));
  }

  /**
   * What is there as code, or what has one of these names with all the segments it needs. Throws where a name is not there,
   * or more than one campaign has it.
   */
  async export(names: string[] = []): Promise<Code> {
    const all = await this.all();
    const missing = names.filter((name) => !all.some(({ value }) => value.name === name));
    if (missing.length > 0) throw new Error(`There is no segment and no campaign ${missing.map(quoted).join(', ')}.`);
    const wanted = names.length === 0 ? all : withSegments(all, new Set(names));
    const named = wanted.flatMap(({ value }) => campaignsIn(value.rule).map(({ campaign }) => campaign));
    const exported = wanted.flatMap(({ kind, value }) => (kind === 'campaign' ? value.name : []));
    const shared = namesOfSeveral(all);
    const refused = [...new Set([...exported, ...named])].flatMap((name) => shared.get(name) ?? []);
    if (refused.length > 0) throw new Error(refused.join('\n'));
    const of = (kind: ThingKind) => wanted.flatMap((thing) => (thing.kind === kind ? thing.value : [])).sort(byName);
    return { segments: of('segment'), campaigns: of('campaign') };
  }
}

/** The names that more than one campaign has, each with the sentence that refuses it: files know campaigns by nothing else. */
export function namesOfSeveral(all: readonly StoredThing[]): Map<unknown, string> {
  const ids = new Map<unknown, number[]>();
  for (const { kind, id, value } of all)
    if (kind === 'campaign') ids.set(value.name, [...(ids.get(value.name) ?? []), id]);
  const several = [...ids].filter(([, those]) => those.length > 1);
  return new Map(
    several.map(([name, those]) => [
      name,
      `the campaigns ${those.join(' and ')} have one name, "${String(name)}", and as code a campaign is known by its name: rename or delete all but one`,
    ]),
  );
}

/** The names of the segments that a thing names. */
export function segmentsOf({ target_segment, include, exclude, rule }: Record<string, unknown>): string[] {
  const lists = [target_segment, include, exclude].flat().filter((name) => typeof name === 'string');
  return [...lists, ...segmentsNamedIn(rule).map(({ segment }) => segment)];
}

function withSegments(all: StoredThing[], names: ReadonlySet<string>): StoredThing[] {
  const wanted = new Set(all.filter(({ value }) => names.has(value.name)));
  // A set hands out what is added while it is gone through.
  for (const { value } of wanted) {
    const needed = new Set(segmentsOf(value));
    for (const thing of all) if (thing.kind === 'segment' && needed.has(thing.value.name)) wanted.add(thing);
  }
  return [...wanted];
}

const quoted = (name: string): string => `"${name}"`;
