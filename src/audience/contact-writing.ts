import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import type { Db } from '../platform/database.js';
import { SecretKey } from '../platform/secret-key.js';
import { addConsentChanges, type NewConsentChange } from './consent.queries.js';
import { type HashKey, hashKeyOf } from './domain/suppression.js';
import { hasSuppressions, lockForContacts, markContacts } from './suppressions.queries.js';

/**
 * What whoever writes contacts, one or a million, owes to suppression and consent: the three steps below, in this order and
 * in one transaction. Nothing else of the two is his business; whom to leave out is decided when a window is loaded.
 */
@Injectable()
export class ContactWriting {
  constructor(
    private readonly secret: SecretKey,
    private readonly clock: Clock,
  ) {}

  /** First, before any contact is locked. Writers of contacts do not wait for each other, but for a suppression they do. */
  begin(db: Db): Promise<void> {
    return lockForContacts(db);
  }

  /** Then, with the contacts that were made or were given an address: those on the suppression list are marked. */
  async addressed(db: Db, contactIds: readonly number[]): Promise<void> {
    if (await hasSuppressions(db)) await markContacts(db, this.key(), contactIds);
  }

  /** And what was said about consent, where it was said and is something new; the contact's own columns are the writer's. */
  consented(db: Db, changes: readonly NewConsentChange[]): Promise<void> {
    return addConsentChanges(db, this.clock.sql(), changes);
  }

  /** What addresses are hashed with. */
  key(): HashKey {
    return hashKeyOf(this.secret.for('suppression'));
  }
}
