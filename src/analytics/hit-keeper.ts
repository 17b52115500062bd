import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import type { Db } from '../platform/database.js';
import { keepFacts } from './analytics.queries.js';
import type { EngagementFact } from './domain/engagement.js';
import { clicks, judge, type Judgement, opens, type SeenHit } from './domain/verdict.js';
import {
  changeVerdicts,
  type HeardHit,
  type HitGroup,
  hitMessages,
  insertHits,
  type KeptHit,
  keptHits,
  lockJudging,
  type MessageKey,
  noteGroup,
  takeBackFacts,
} from './hits.queries.js';

/** Messages that are judged anew in one transaction. */
const MESSAGES_AT_ONCE = 1_000;

/** What judging anew came to. */
export interface Rescored {
  messages: number;
  /** Hits with another verdict, or another reason. */
  changed: number;
}

/** Hits of one message that are kept; a program that goes on for ever is neither kept nor counted beyond. */
const MOST_OF_A_MESSAGE = 1_000;

/** A hit among those of its message: just heard, or there before and taken for what `kept` says. */
type Hit = SeenHit & MessageKey & { place: number; heard: HeardHit | null };

/** What is known of one message. */
interface Message {
  acceptedAt: Date | null;
  links: number;
  /** Whether its contact is not there any more. */
  gone: boolean;
  hits: Hit[];
}

/** Keeps hits with their verdicts, and the opens and clicks that follow from them. */
@Injectable()
export class HitKeeper {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
  ) {}

  /**
   * Keeps a group of hits, all or none of them, and a group that is kept already not again; those of runs whose ledger was
   * dropped are left out, for their numbers are final.
   */
  async keep(group: HitGroup): Promise<void> {
    await this.judging(async (db) => {
      if (await noteGroup(db, group, this.clock.sql())) await judgeAnew(db, messagesOf(group.hits), group.hits);
    });
  }

  /** Judges every kept hit of a campaign anew. What an erasure left without a user agent keeps its verdict. */
  async rescore(campaignId: number): Promise<Rescored> {
    const rescored: Rescored = { messages: 0, changed: 0 };
    let after: MessageKey = { runId: 0, contactId: 0 };
    for (;;) {
      const messages = await hitMessages(this.em.getKysely(), campaignId, after, MESSAGES_AT_ONCE);
      if (messages.length === 0) return rescored;
      rescored.messages += messages.length;
      rescored.changed += await this.judging((db) => judgeAnew(db, messages, []));
      after = messages.at(-1)!;
    }
  }

  /** One transaction that nobody else judges in. */
  private judging<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return this.em.fork().transactional(async (em) => {
      await lockJudging(em.getKysely());
      return work(em.getKysely());
    });
  }
}

/** Answers how many of the hits that were there before are taken for something else now. */
async function judgeAnew(db: Db, messages: MessageKey[], heard: HeardHit[]): Promise<number> {
  const judged = judgeMessages(await keptHits(db, messages), heard);
  const added = judged.flatMap(({ heard: hit, gone, place, judgement }) =>
    hit ? [{ ...hit, ...(gone && { userAgent: null, address: null }), place, ...judgement }] : [],
  );
  const changed = judged.flatMap(({ runId, contactId, place, kept, judgement }) =>
    kept === null || same(kept, judgement) ? [] : [{ runId, contactId, place, ...judgement }],
  );
  await insertHits(db, added);
  await changeVerdicts(db, changed);
  await takeBackFacts(db, messagesOf(changed), ['opened', 'clicked']);
  const facts = judged.filter(({ judgement }) => judgement.verdict === 'human').flatMap(factsOf);
  if (facts.length > 0) await keepFacts(db, facts);
  return changed.length;
}

const same = (one: Judgement, other: Judgement): boolean =>
  one.verdict === other.verdict && one.reason === other.reason;

const keyOf = ({ runId, contactId }: MessageKey): string => `${runId}/${contactId}`;

const messagesOf = (hits: readonly MessageKey[]): MessageKey[] => [
  ...new Map(hits.map(({ runId, contactId }) => [keyOf({ runId, contactId }), { runId, contactId }])).values(),
];

function factsOf(hit: Hit): EngagementFact[] {
  const { runId, contactId, at } = hit;
  const opened = opens(hit) ? [{ runId, contactId, kind: 'opened' as const, at }] : [];
  return clicks(hit) ? [...opened, { runId, contactId, kind: 'clicked', at }] : opened;
}

function judgeMessages(kept: KeptHit[], heard: HeardHit[]): (Hit & { gone: boolean; judgement: Judgement })[] {
  const messages = new Map<string, Message>();
  for (const row of kept) {
    const message = messages.get(keyOf(row)) ?? {
      acceptedAt: row.acceptedAt,
      links: row.links,
      gone: row.gone,
      hits: [],
    };
    messages.set(keyOf(row), message);
    const { place, verdict, reason } = row;
    if (place !== null) message.hits.push({ ...row, place, kept: { verdict, reason }, heard: null });
  }
  for (const hit of heard) {
    const hits = messages.get(keyOf(hit))?.hits;
    if (hits && hits.length < MOST_OF_A_MESSAGE) hits.push({ ...hit, place: hits.length + 1, kept: null, heard: hit });
  }
  return [...messages.values()].flatMap(({ acceptedAt, links, gone, hits }) => {
    const judgements = judge(hits, acceptedAt, links);
    return hits.map((hit, index) => ({ ...hit, gone, judgement: judgements[index]! }));
  });
}
