import { createECDH } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { VapidKeys } from './push-settings.dto.js';

/** Makes the keys by which push services know a sender (VAPID, RFC 8292). They are kept nowhere. */
@Injectable()
export class VapidKeysService {
  generate(): VapidKeys {
    const pair = createECDH('prime256v1');
    pair.generateKeys();
    // A key that begins with zeros comes out shorter.
    const privateKey = Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()]).subarray(-32);
    return { public_key: pair.getPublicKey('base64url'), private_key: privateKey.toString('base64url') };
  }
}
