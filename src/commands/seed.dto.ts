/** How many contacts seeding made and found. */
export class SeededContacts {
  /** @example 60 */
  created: number;
  /** There already; left as they are. */
  known: number;
}

/** What seeding did; all zeros but `known` when it was done before. */
export class SeedResult {
  /** @example 3 */
  segments: number;
  contacts: SeededContacts;
  /** @example 3 */
  campaigns: number;
}
