/** What numbers stand for that are not links: the pixel, and the link that no person sees. */
export const PIXEL = 0;
export const TRAP = 1;

/** The number of the first link of a message. */
export const FIRST_LINK = 2;
