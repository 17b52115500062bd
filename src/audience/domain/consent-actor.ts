/** The actor of what a person said without an API key. */
export const CONTACT = 'contact';

/** The actor of what is written down where an admin takes an address off the suppression list that its owner opted out with. */
export const RELEASE = 'suppression list';
