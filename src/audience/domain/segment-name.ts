/** What a segment's name looks like: no control characters, no space at its ends. */
export const SEGMENT_NAME = /^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u;
