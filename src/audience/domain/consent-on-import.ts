type Consent = 'subscribed' | 'unsubscribed' | 'pending';

/**
 * What a contact's consent is after a row of a file. A file is old the moment it is made: it may take consent away, and
 * gives back what a person took only where whoever imports says so (`overwrite`).
 */
export function consentAfter(present: Consent, given: Consent, overwrite: boolean): Consent {
  return overwrite || present === 'subscribed' || given === 'unsubscribed' ? given : present;
}
