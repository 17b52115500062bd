import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { sql } from 'kysely';
import { ConsentService } from '../audience/consent.service.js';
import { normaliseAddress } from '../audience/domain/address.js';
import { CONTACT } from '../audience/domain/consent-actor.js';
import { SuppressionsService } from '../audience/suppressions.service.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { eachApart } from '../platform/each-apart.js';
import type { ToldReply } from './domain/report.js';
import { type SmsKeyword, smsKeyword } from './domain/sms-keyword.js';
import { oneWords } from './domain/sms-words.js';
import { keepable } from './keepable.js';
import {
  closeReply,
  deleteReply,
  forgetReplies,
  isLastWord,
  keepReply,
  type OpenReply,
  repliesLeft,
} from './reply.queries.js';

/** What the consent history says of an end and a new beginning by text message. */
const ORIGIN = { source: 'text message', textVersion: null, actor: CONTACT };

/** Texts that people send: STOP and START are obeyed at once, everything else is kept. */
@Injectable()
export class RepliesService {
  private readonly logger = new Logger('Inbound');
  private readonly stopWords: ReadonlySet<string>;

  constructor(
    private readonly em: EntityManager,
    private readonly consent: ConsentService,
    private readonly suppressions: SuppressionsService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    this.stopWords = oneWords(config.SMS_STOP_WORDS);
  }

  /** Keeps and heeds a text; the same again changes nothing. Answers the keyword it is. */
  async take(source: string, told: ToldReply): Promise<SmsKeyword | null> {
    const reply = keepable(told);
    const keyword = smsKeyword(reply.text, this.stopWords);
    const phone = normaliseAddress(reply.phone, 'sms', this.config.DEFAULT_COUNTRY) ?? reply.phone;
    const kept = await keepReply(this.em.getKysely(), source, { ...reply, phone }, keyword, this.clock.sql());
    if (kept) await this.heed(kept);
    return keyword;
  }

  /** Heeds what was left by a process that stopped; one that cannot be heeded holds up no other. */
  async heedLeft(): Promise<void> {
    for (let after = 0; ;) {
      const left = await repliesLeft(this.em.getKysely(), after, this.clock.sql());
      if (left.length === 0) return;
      await eachApart(
        left,
        ({ id }) => `reply ${id}`,
        this.logger,
        (reply) => this.heed(reply),
      );
      after = left.at(-1)!.id;
    }
  }

  /** Forgets what came more than so many days ago. */
  async forget(days: number): Promise<void> {
    const before = sql<Date>`${this.clock.sql()} - ${days} * interval '1 day'`;
    while ((await forgetReplies(this.em.getKysely(), before)) > 0);
  }

  /**
   * A word that another one overtook, written later and told earlier, changes nothing. Of a number whose person was erased no
   * text is kept.
   */
  private heed(reply: OpenReply): Promise<void> {
    const { id, phone, keyword } = reply;
    return this.em.transactional(async (em) => {
      const db = em.getKysely();
      if ((keyword === 'stop' || keyword === 'start') && (await isLastWord(db, reply)))
        await this.consent.sayFrom(phone, 'sms', keyword === 'stop' ? 'unsubscribed' : 'subscribed', ORIGIN);
      const [contactId = null] = await this.consent.whoHas(phone);
      if (contactId === null && (await this.suppressions.isErased(phone))) await deleteReply(db, id);
      else await closeReply(db, id, contactId);
    });
  }
}
