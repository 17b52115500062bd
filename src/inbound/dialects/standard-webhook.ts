import { Forged, type InboundCall, instantOf, isSame, macOf, requireNow } from './dialect.js';

/**
 * Verifies a call by the Standard Webhooks specification (Svix has the same under names of its own) and answers its id: an
 * HMAC over `id.timestamp.body`, of which there may be several while a secret is changed. Throws Forged.
 */
export function verifyStandardWebhook({ headers, body }: InboundCall, secret: string, now: Date): string {
  const header = (name: string) => headers[`webhook-${name}`] ?? headers[`svix-${name}`] ?? '';
  const [id, timestamp] = [header('id'), header('timestamp')];
  if (id === '' || !/^\d{1,12}$/.test(timestamp)) throw new Forged('it is not signed');
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const mac = macOf('sha256', key, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body])).toString('base64');
  const signatures = header('signature').split(' ');
  if (!signatures.some((signature) => isSame(signature, `v1,${mac}`))) throw new Forged('its signature is not ours');
  requireNow(instantOf(timestamp, new Date(0)), now);
  return id;
}
