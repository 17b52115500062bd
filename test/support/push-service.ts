import { createDecipheriv, createECDH, createPublicKey, type ECDH, hkdfSync, randomBytes, verify } from 'node:crypto';
import type { ApiRequest } from './api-server.js';

/** The far side of a push service: a browser that subscribed there, with secrets of its own. */
export class Browser {
  private readonly pair: ECDH = createECDH('prime256v1');
  private readonly publicKey: Buffer;
  private readonly auth = randomBytes(16);

  /** `origin` is the push service's. */
  constructor(
    readonly name: string,
    private readonly origin: string,
  ) {
    this.publicKey = this.pair.generateKeys();
  }

  get path(): string {
    return `/send/${this.name}`;
  }

  /** What its PushManager gives to a page. */
  get subscription() {
    return {
      endpoint: this.origin + this.path,
      keys: { p256dh: this.publicKey.toString('base64url'), auth: this.auth.toString('base64url') },
    };
  }

  /** Decrypts a body as RFC 8291 and RFC 8188 say; throws where it is not for this browser, or not whole. */
  decrypt(body: Buffer): string {
    const [salt, recordSize, idLength] = [body.subarray(0, 16), body.readUInt32BE(16), body.readUInt8(20)];
    need(idLength === 65 && recordSize >= body.length - 86, 'a key of the sender, and one record');
    const sender = body.subarray(21, 86);
    const record = body.subarray(86);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.publicKey, sender]);
    const input = derive(this.pair.computeSecret(sender), this.auth, info, 32);
    const key = derive(input, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
    const nonce = derive(input, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(record.subarray(-16));
    const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
    const end = padded.findLastIndex((byte) => byte !== 0);
    need(padded[end] === 2, 'the mark of the last record');
    return padded.subarray(0, end).toString();
  }
}

const derive = (input: Buffer, salt: Buffer, info: Buffer, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', input, salt, info, length));

/** Checks a request as a push service does (RFC 8030, RFC 8292), and answers its VAPID claims; throws for what it refuses. */
export function checkPush({ method, headers, bytes }: ApiRequest, origin: string, publicKey: string) {
  need(method === 'POST' && headers['content-encoding'] === 'aes128gcm', 'a POST of aes128gcm');
  need(/^\d+$/.test(String(headers.ttl)), 'a TTL');
  need(bytes.length <= 4_096, 'at most 4,096 bytes');
  const [, token, key] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(headers.authorization ?? '') ?? [];
  need(token && key === publicKey, 'the key that the browser subscribed with');
  const [head, body, signature] = token!.split('.') as [string, string, string];
  const point = Buffer.from(key!, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
  const jwk = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const signed = { key: jwk, dsaEncoding: 'ieee-p1363' as const };
  need(verify('sha256', Buffer.from(`${head}.${body}`), signed, Buffer.from(signature, 'base64url')), 'a signature');
  need(partOf(head).alg === 'ES256', 'ES256');
  const claims = partOf(body) as { aud: string; exp: number; sub: string };
  const left = claims.exp - Date.now() / 1_000;
  need(claims.aud === origin && left > 0 && left <= 86_400, 'an audience and an end within a day');
  return claims;
}

const partOf = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;

function need(holds: unknown, what: string): void {
  if (!holds) throw new Error(`the push lacks ${what}`);
}
