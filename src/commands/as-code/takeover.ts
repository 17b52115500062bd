import type { SpelledCampaign } from '../../campaigns/campaign-requests.service.js';
import { CampanileError } from '../../platform/errors.js';
import type { Attempts } from './attempts.js';
import { canonical, type Entry } from './domain/code.js';
import { type Change, fieldChanges, type Plan, type PlanWish } from './domain/plan.js';
import { campaignsIn, renameCampaigns } from './domain/rule-campaigns.js';
import type { StoredCodeService, StoredThing } from './stored-code.service.js';
import type { ThingWriter } from './thing-writer.js';

/** A thing as a file wants it, and as it is there. */
export interface Wanted extends SpelledCampaign {
  entry: Entry;
  stored: StoredThing | undefined;
}

/** What a takeover works with. */
export interface TakeoverTools {
  stored: StoredCodeService;
  writer: ThingWriter;
  attempts: Attempts;
  actor: string;
}

/** Makes what is there what files want, in the caller's transaction; each step as the API does it, with all its checks. */
export class Takeover {
  readonly changes: Change[] = [];
  /** The ids of what was made, by change. */
  readonly ids = new Map<Change, number>();
  private unchanged = 0;
  /** Campaigns that had to be there before their segments. */
  private readonly early = new Map<Wanted, Awaited<ReturnType<ThingWriter['makeCampaign']>>>();

  constructor(
    private readonly tools: TakeoverTools,
    private readonly all: readonly StoredThing[],
    private readonly wish: PlanWish,
  ) {}

  /** `wanted` with each segment after those that its rule names. Throws CodeRefused with all that is refused. */
  async take(wanted: readonly Wanted[]): Promise<Plan> {
    const { attempts, stored } = this.tools;
    const unlisted = this.all.filter((thing) => !wanted.some((one) => one.stored === thing));
    const changing = wanted.flatMap((one) => (one.stored && changesOf(one).length > 0 ? one.stored : []));
    await stored.hold([...changing, ...(this.wish.prune ? unlisted : [])]);
    const segments = wanted.filter(({ entry }) => entry.kind === 'segment');
    const campaigns = wanted.filter(({ entry }) => entry.kind === 'campaign');
    await this.makeNamed(segments, campaigns);
    attempts.end();
    const ids = this.campaignIds(campaigns);
    for (const one of segments) await attempts.make(one.entry, () => this.takeSegment(one, ids));
    attempts.end();
    for (const one of campaigns) await attempts.make(one.entry, () => this.takeCampaign(one));
    attempts.end();
    if (this.wish.prune) await this.prune(unlisted);
    const left = this.wish.prune ? [] : unlisted;
    return {
      changes: this.changes,
      unchanged: this.unchanged,
      unlisted: left.map(({ kind, id, value }) => ({ kind, name: value.name, id })),
    };
  }

  /** New campaigns that rules of the files ask about are made first, for a rule knows them by their ids. */
  private async makeNamed(segments: readonly Wanted[], campaigns: readonly Wanted[]): Promise<void> {
    const named = new Set(segments.flatMap(({ full }) => campaignsIn(full.rule).map(({ campaign }) => campaign)));
    for (const one of campaigns) {
      if (one.stored || !named.has(one.full.name)) continue;
      const { writer, attempts, actor } = this.tools;
      const made = await attempts.make(one.entry, () => writer.makeForEverybody(one.full, actor, this.wish.start));
      if (made) this.early.set(one, made);
    }
  }

  /** By name; with `prune` only those that stay. */
  private campaignIds(campaigns: readonly Wanted[]): Map<unknown, number> {
    const there = this.all.filter(({ kind }) => kind === 'campaign');
    const staying = this.wish.prune ? campaigns.flatMap(({ stored }) => stored ?? []) : there;
    return new Map([
      ...staying.map(({ id, value }) => [value.name, id] as const),
      ...[...this.early].map(([{ full }, { id }]) => [full.name, id] as const),
    ]);
  }

  private async takeSegment(wanted: Wanted, ids: Map<unknown, number>): Promise<void> {
    const { entry, full, stored } = wanted;
    const { writer, attempts } = this.tools;
    if (stored?.value.rule && !full.rule)
      return attempts.refuse(entry, [
        { pointer: '', message: `the segment "${entry.value.name}" is one by rule, and cannot become a static one` },
      ]);
    const { rule, unknown } = withIds(wanted, ids);
    if (unknown.length > 0) return attempts.refuse(entry, unknown);
    const fields = changesOf(wanted);
    if (stored && fields.length === 0) return void (this.unchanged += 1);
    const id = stored
      ? await writer.changeSegment(stored, fields, rule)
      : await writer.makeSegment({ ...full, ...(rule === undefined ? {} : { rule }) });
    this.tell(stored ? 'update' : 'create', wanted, fields, id, null);
  }

  private async takeCampaign(wanted: Wanted): Promise<void> {
    const { entry, full, stored } = wanted;
    const { writer, actor, attempts } = this.tools;
    const early = this.early.get(wanted);
    if (!stored) {
      if (early) await writer.giveAudience(early.id, full, actor);
      const { id, note } = early ?? (await writer.makeCampaign(full, actor, this.wish.start));
      return this.tell('create', wanted, fieldChanges({}, wanted.plain), id, note);
    }
    const fields = changesOf(wanted);
    if (fields.length === 0) return void (this.unchanged += 1);
    if (stored.full.type !== full.type)
      return attempts.refuse(entry, [
        { pointer: '/type', message: `type cannot be changed: campaign ${stored.id} is ${String(stored.full.type)}` },
      ]);
    await writer.changeCampaign(stored, fields, actor);
    const going = stored.status === 'processing' ? 'a run is going: it keeps what it was opened with' : null;
    this.tell('update', wanted, fields, stored.id, going);
  }

  /** Campaigns before the segments they name, and those before the ones that their rules name. */
  private async prune(unlisted: StoredThing[]): Promise<void> {
    const campaigns = unlisted.filter(({ kind }) => kind === 'campaign');
    let segments = unlisted.filter(({ kind }) => kind === 'segment');
    for (const thing of campaigns) await this.delete(thing);
    while (segments.length > 0) {
      const named = canonical(segments.map(({ value }) => value.rule ?? null));
      const free = segments.filter(({ value }) => !named.includes(canonical({ segment: value.name })));
      for (const thing of free) await this.delete(thing);
      segments = segments.filter((thing) => !free.includes(thing));
    }
  }

  private async delete(thing: StoredThing): Promise<void> {
    const { kind, id, value } = thing;
    try {
      await this.tools.writer.delete(thing);
    } catch (error) {
      if (!(error instanceof CampanileError)) throw error;
      throw new Error(`The ${kind} "${value.name}" (${id}) cannot be deleted: ${error.message}`);
    }
    this.changes.push({ action: 'delete', kind, name: value.name, id, fields: [], note: null });
  }

  private tell(
    action: 'create' | 'update',
    { entry, stored }: Wanted,
    fields: Change['fields'],
    id: number,
    note: string | null,
  ): void {
    const { kind, value } = entry;
    const change: Change = { action, kind, name: value.name, id: stored?.id ?? null, fields, note };
    this.changes.push(change);
    this.ids.set(change, id);
  }
}

const changesOf = ({ full, stored }: Wanted) => fieldChanges(stored?.full ?? {}, full);

/** The rule with ids of campaigns for their names. A number is taken only where it stands there already. */
function withIds({ full, stored }: Wanted, ids: Map<unknown, number>) {
  const kept = new Set(campaignsIn(stored?.value.rule).map(({ campaign }) => campaign));
  const unknown: { pointer: string; message: string }[] = [];
  const rule = renameCampaigns(full.rule, (campaign, pointer) => {
    const id = typeof campaign === 'number' && kept.has(campaign) ? campaign : ids.get(campaign);
    const words = JSON.stringify(campaign);
    if (id === undefined)
      unknown.push({ pointer, message: `there is no campaign ${words}: give the name of one that stays` });
    return id;
  });
  return { rule, unknown };
}
