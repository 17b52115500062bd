/** Characters of JSON. Of contacts with so many a body of 16 MiB holds a thousand; a bulk call of more is refused by its size. */
const MAX_SIZE = 16_384;
const MAX_DEPTH = 8;

/** Why this cannot be a contact's attributes, as a sentence; null when it can. */
export function attributeFault(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'attributes must be an object';
  if (deeperThan(value, MAX_DEPTH)) return `attributes must not be nested deeper than ${MAX_DEPTH} levels`;
  const size = JSON.stringify(value).length;
  return size > MAX_SIZE ? `attributes must have at most ${MAX_SIZE} characters of JSON; these have ${size}` : null;
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => deeperThan(child, levels - 1));
}
