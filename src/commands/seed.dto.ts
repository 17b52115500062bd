/** How many contacts seeding made and found. */
export class SeededContacts {
  /** @example 60 */
  created: number;
  updated: number;
}

/** What seeding did; all zeros but `updated` when it was done before. */
export class SeedResult {
  /** @example 3 */
  segments: number;
  contacts: SeededContacts;
  /** @example 3 */
  campaigns: number;
}
