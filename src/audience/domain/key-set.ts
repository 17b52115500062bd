/** Shared out twice as fast as it is filled. */
const FULLEST = 0.5;

/**
 * Remembers millions of texts in 8 to 32 bytes each, by a hash of 53 bits: of five million, any two are mistaken for each
 * other once in a thousand files. For counting, not for deciding.
 */
export class KeySet {
  private slots = new Float64Array(1024);
  private size = 0;

  /** Adds a text; answers whether it was there already. */
  add(text: string): boolean {
    if (this.size >= this.slots.length * FULLEST) this.grow();
    const key = hashOf(text);
    const slot = slotFor(this.slots, key);
    if (this.slots[slot] === key) return true;
    this.slots[slot] = key;
    this.size += 1;
    return false;
  }

  private grow(): void {
    const larger = new Float64Array(this.slots.length * 2);
    for (const key of this.slots) if (key !== 0) larger[slotFor(larger, key)] = key;
    this.slots = larger;
  }
}

/** Where a key is or goes: from its home on, the first slot that is its own or free. */
function slotFor(slots: Float64Array, key: number): number {
  const mask = slots.length - 1;
  let slot = (key >>> 0) & mask;
  while (slots[slot] !== 0 && slots[slot] !== key) slot = (slot + 1) & mask;
  return slot;
}

/** 53 bits of two independent multiplicative hashes; never 0, which is a free slot. */
function hashOf(text: string): number {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 2654435761);
    high = Math.imul(high ^ code, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return 4294967296 * (2097151 & high) + (low >>> 0) || 1;
}
