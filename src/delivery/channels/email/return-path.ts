import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type DeliveryKey, readDeliveryKey } from '../../domain/delivery-key.js';

/** 80 bits in hexadecimal: mail servers may write a local part in lower case, and it has 64 characters at most. */
const MAC_LENGTH = 20;
const LOCAL_PART = /^bounce\+([0-9a-z]{1,10})\.([0-9a-z]{1,10})\.([0-9a-z]{1,12})\.([0-9a-f]{20})$/i;

/** Under which the one of this installation is injected: a ReturnPath, or null where BOUNCE_DOMAIN is not set. */
export const RETURN_PATH = 'campanile:return-path';

/**
 * Addresses to which what cannot be delivered comes back (VERP): each says which delivery it is about, in words that nobody
 * else can make, so that a bounce is believed by its address alone.
 */
export class ReturnPath {
  private key?: KeyObject;

  /** `secret` is asked when the first address is made. */
  constructor(
    private readonly domain: string,
    private readonly secret: () => Buffer,
  ) {}

  /** The address for one delivery; null for a message that is none. */
  for(deliveryKey: string): string | null {
    const key = readDeliveryKey(deliveryKey);
    if (key === null) return null;
    const words = `${key.runId.toString(36)}.${key.contactId.toString(36)}.${key.mark}`;
    return `bounce+${words}.${this.macOf(words)}@${this.domain}`;
  }

  /** The delivery that an address was made for; null for any other address. */
  read(address: string): DeliveryKey | null {
    const at = address.lastIndexOf('@');
    const match = LOCAL_PART.exec(address.slice(0, Math.max(at, 0)));
    if (!match || address.slice(at + 1).toLowerCase() !== this.domain.toLowerCase()) return null;
    const [runId, contactId, mark, mac] = match.slice(1).map((word) => word.toLowerCase()) as [
      string,
      string,
      string,
      string,
    ];
    if (!timingSafeEqual(Buffer.from(mac), Buffer.from(this.macOf(`${runId}.${contactId}.${mark}`)))) return null;
    return { runId: Number.parseInt(runId, 36), contactId: Number.parseInt(contactId, 36), mark };
  }

  private macOf(words: string): string {
    this.key ??= createSecretKey(this.secret());
    return createHmac('sha256', this.key).update(words).digest('hex').slice(0, MAC_LENGTH);
  }
}
