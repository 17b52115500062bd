import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SecretKey } from './secret-key.js';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keeps secrets of others in the database so that whoever reads it learns nothing (R63). What is sealed is bound to its
 * place, `table.field:id`: copied into another row it does not open.
 */
@Injectable()
export class SealedSecrets {
  constructor(private readonly key: SecretKey) {}

  /** `<key id>.<nonce, ciphertext and tag>`, the latter in base64url. */
  seal(text: string, place: string): string {
    const { key, id } = this.present();
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${id}.${sealed.toString('base64url')}`;
  }

  /** Throws an Error for what was sealed with another key, for another place, or was changed since. */
  open(sealed: string, place: string): string {
    const { key, id } = this.present();
    const [keyId, text = ''] = sealed.split('.');
    if (keyId !== id) throw new Error(`${place} was sealed with another SECRET_KEY`);
    const bytes = Buffer.from(text, 'base64url');
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }

  private present(): { key: Buffer; id: string } {
    const key = this.key.for('secrets at rest');
    return { key, id: createHash('sha256').update(key).digest('hex').slice(0, 8) };
  }
}
