/** The longest time a simulation covers. */
export const MAX_DAYS = 400;
/** The most contacts it plays with. */
export const MAX_CONTACTS = 100_000;
