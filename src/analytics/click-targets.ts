import { Injectable } from '@nestjs/common';
import { ContactsService } from '../audience/contacts.service.js';
import { asksForContact, fillTarget } from '../campaigns/domain/link-target.js';
import { withUtm } from '../campaigns/domain/tracking.js';
import { LinksService, type RunLinks } from '../campaigns/links.service.js';
import { CampanileError } from '../platform/errors.js';
import { endsWithin } from '../platform/patience.js';
import type { TrackingToken } from '../platform/tracking-token.js';

/** Runs whose links are kept in memory. They never change. */
const RUNS_KEPT = 1_000;
/** Whoever clicked does not wait longer for a database that does not answer. */
const PATIENCE_MS = 2_000;

/** The links of a run, and where those lead that are the same for everybody. */
interface KnownLinks extends RunLinks {
  fixed: ReadonlyMap<number, URL | null>;
}

/** Where clicks lead: from the stored content alone, never from what the request says. */
@Injectable()
export class ClickTargets {
  private readonly kept = new Map<number, KnownLinks>();

  constructor(
    private readonly links: LinksService,
    private readonly contacts: ContactsService,
  ) {}

  /** Null where there is no such link, or nowhere it may lead. Throws where the database would have to tell and does not. */
  async of(token: TrackingToken): Promise<URL | null> {
    const known = this.kept.get(token.runId)?.fixed.get(token.number);
    if (known !== undefined) return known;
    let target: URL | null = null;
    const found = this.find(token).then((url) => (target = url));
    if (!(await endsWithin(found, PATIENCE_MS))) throw new Error('the database does not answer');
    return target;
  }

  private async find({ runId, contactId, number }: TrackingToken): Promise<URL | null> {
    const links = await this.linksOf(runId, number);
    const target = links?.targets.get(number);
    if (target === undefined) return null;
    return links!.fixed.get(number) ?? leadingTo(target, await this.fieldsOf(contactId), links!);
  }

  private async linksOf(runId: number, number: number): Promise<KnownLinks | null> {
    const known = this.kept.get(runId);
    if (known?.targets.has(number)) return known;
    const links = await this.links.ofRun(runId);
    if (links === null) return null;
    const same = [...links.targets].filter(([, target]) => !asksForContact(target));
    const fixed = new Map(same.map(([each, target]) => [each, leadingTo(target, {}, links)]));
    const kept = { ...links, fixed };
    this.kept.set(runId, kept);
    if (this.kept.size > RUNS_KEPT) this.kept.delete(this.kept.keys().next().value!);
    return kept;
  }

  /** Of a contact that is gone nothing is known; its links still lead somewhere. */
  private async fieldsOf(contactId: number): Promise<object> {
    return this.contacts.get(contactId).catch((error: unknown) => {
      if (error instanceof CampanileError && error.kind === 'not_found') return {};
      throw error;
    });
  }
}

function leadingTo(target: string, fields: object, { utm }: RunLinks): URL | null {
  const url = fillTarget(target, fields);
  return url && withUtm(url, utm);
}
