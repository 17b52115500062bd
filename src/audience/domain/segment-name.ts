/** What a segment's name looks like: no control characters, no space at its ends. */
export const SEGMENT_NAME = /^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u;

/** In how many segments a contact can be put by name: all of them fit into a line of a file. */
export const MOST_SEGMENTS = 1_000;
