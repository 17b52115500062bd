import { createHmac, timingSafeEqual } from 'node:crypto';
import { WebhookSender } from '../../src/webhooks/webhook-sender.js';
import type { ApiRequest } from './api-server.js';
import type { TestApp } from './app.js';

/** A webhook as its maker is shown it. */
export interface MadeWebhook {
  id: number;
  secret: string;
  url: string;
}

/** Makes an endpoint that listens to these events. */
export async function makeWebhook(app: TestApp, url: string, events: string[]): Promise<MadeWebhook> {
  const { status, body } = await app.request('POST', '/webhooks', { url, events });
  if (status !== 201) throw new Error(`webhook: ${JSON.stringify(body)}`);
  return body;
}

/** Sends what is due, until nothing is on its way. */
export const sendWebhooks = (app: TestApp): Promise<void> => app.app.get(WebhookSender).sendDue();

/** What an endpoint was and is to be told, the newest first. */
export const deliveriesOf = async (app: TestApp, id: number, query = '') =>
  (await app.request('GET', `/webhooks/${id}/deliveries?limit=200${query}`)).body;

/** Whether a receiver who knows the secret believes a request: written from the standard, sharing nothing with the product. */
export function isSigned({ headers, raw }: ApiRequest, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const said = [headers['webhook-id'], headers['webhook-timestamp'], raw].join('.');
  const expected = createHmac('sha256', key).update(said).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => signature.split(','))
    .filter(([version]) => version === 'v1')
    .some(([, signature = '']) => {
      const given = Buffer.from(signature, 'base64');
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
}
