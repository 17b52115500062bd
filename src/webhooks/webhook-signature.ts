import { createHmac, randomBytes } from 'node:crypto';

/** What every secret of Standard Webhooks begins with. */
const PREFIX = 'whsec_';

/** A new secret: 256 random bits. */
export const newWebhookSecret = (): string => PREFIX + randomBytes(32).toString('base64');

/** What is signed: the id of the event, when it is sent in seconds, and the body to the byte. */
export interface Signed {
  id: string;
  timestamp: number;
  body: string;
}

/** The `webhook-signature` header: one signature for each secret that is good, the present one first. */
export function signatureOf({ id, timestamp, body }: Signed, secrets: readonly string[]): string {
  const sign = (secret: string): string =>
    createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
      .update(`${id}.${timestamp}.${body}`)
      .digest('base64');
  return secrets.map((secret) => `v1,${sign(secret)}`).join(' ');
}
