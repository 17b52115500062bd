/**
 * An id that nobody else has: 32 hexadecimal digits by chance. Browsers withhold `crypto.randomUUID` from pages that come over
 * plain HTTP from anywhere but this machine.
 */
export const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
