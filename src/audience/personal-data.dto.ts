import { ChannelConsent, ConsentChangeResponse } from './consent.dto.js';
import { ContactResponse } from './contacts.dto.js';
import { SuppressionResponse } from './suppressions.dto.js';

/** A row of an import that was refused. */
export class RefusedRow {
  import_id: number;
  /** The line of the file. */
  line: number;
  reason: string;
  /** What stood in it. */
  cells: string[];
}

/** Everything that is kept about a contact. */
export class ContactExport {
  exported_at: Date;
  contact: ContactResponse;
  consent: ChannelConsent[];
  /** Everything that was said about consent, the newest first. */
  consent_history: ConsentChangeResponse[];
  /** What the suppression list has of its present addresses: why, such as `complaint`, and since when. */
  suppressions: SuppressionResponse[];
  /** Rows of imports that were refused and name it by an address or its external id; they are kept for a month. */
  refused_rows: RefusedRow[];
  /**
   * What the rest of the product keeps, by its name: `deliveries` (every run it was in, with the outcome and the failed
   * tries; `pending` where it waits), `engagement` (what it did with the messages), `hits` (how it opened and clicked),
   * `reports` and `replies` (what came back), `webhook_deliveries` (what others were told about it) and `sandbox_messages`
   * (what the sandbox took for it, tests included).
   */
  records: Record<string, object[]>;
}

/** What an erasure did. */
export class ErasureResponse {
  /** @example 17 */
  contact_id: number;
  /** When it was erased, the first time. */
  erased_at: Date;
}

/** Where a contact acts for itself. */
export class ContactLinks {
  /**
   * The page on which the person sees and changes what it gets.
   * @example "https://news.example.com/preferences/c0ffee"
   */
  preferences_url: string;
  /**
   * Where the contact lets its browser get push messages.
   * @example "https://news.example.com/push/subscribe/4vQ5kq2n3nJ5Yw"
   */
  push_subscribe_url: string;
}
