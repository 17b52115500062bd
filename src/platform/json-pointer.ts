/** A JSON pointer (RFC 6901) one step further; the empty one is the whole document. */
export const pointTo = (pointer: string, key: string): string =>
  `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
