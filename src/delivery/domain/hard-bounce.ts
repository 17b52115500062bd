/** RFC 3463: the mailbox, its host or its form does not exist, or it has moved or been disabled for good. No part of an IP address. */
const HARD = /(?<![\d.])5\.(?:1\.(?:1|2|3|6|10)|2\.1)(?!\.?\d)/;

/** Whether these words of a mail system say that nothing sent to this address will ever arrive. */
export const isHardBounce = (words: string | null): boolean => words !== null && HARD.test(words);
