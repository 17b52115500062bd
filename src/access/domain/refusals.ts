/** How often somebody was refused since a moment, in milliseconds since 1970. */
export interface Refusals {
  since: number;
  /** Tries in all. */
  tries: number;
  /** Of these, those that were refused unseen because of others before. */
  heldOff: number;
  /** Ids of the users whose password was tried, where there are such. */
  users: Set<number>;
}

/** Nobody refused yet. */
export const noRefusals = (since: number): Refusals => ({ since, tries: 0, heldOff: 0, users: new Set() });

/** Whether the last try is to be told: the first, the first that was held off, and each tenfold. However many there are, few are. */
export function isTelling({ tries, heldOff }: Refusals, wasHeldOff: boolean): boolean {
  return (wasHeldOff && heldOff === 1) || /^10*$/.test(String(tries));
}
