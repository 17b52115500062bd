/** The actor of what a person said without an API key. */
export const CONTACT = 'contact';
