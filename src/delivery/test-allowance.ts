import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { TooMany } from '../platform/errors.js';
import { takeTests } from './test-quota.queries.js';

/**
 * More than a team sends that looks at its campaigns, and too few to be a campaign: what is sent for a test goes to anybody, is
 * asked no consent, and is in no ledger. No setting, as whoever wants more wants a campaign.
 */
const TESTS_AN_HOUR = 100;

/** How many messages may be sent for a test: by all callers and processes together. */
@Injectable()
export class TestAllowance {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
  ) {}

  /** Takes so many, whatever becomes of them, and answers when. Throws TEST_QUOTA_USED. */
  async take(messages: number): Promise<Date> {
    const wait = await takeTests(this.em.getKysely(), messages, TESTS_AN_HOUR, this.clock.sql());
    if (wait !== null)
      throw new TooMany('TEST_QUOTA_USED', wait, `Only ${TESTS_AN_HOUR} test messages are sent in an hour`);
    return this.clock.now();
  }
}
