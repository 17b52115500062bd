import { type CampanileError, conflict, invalid } from '../platform/errors.js';

/** The URL is one that is not called: 400. */
export const invalidWebhook = (message: string): CampanileError =>
  invalid('INVALID_WEBHOOK', [{ pointer: '/url', message }]);

/** There are as many endpoints as there may be: 409. */
export const tooManyWebhooks = (most: number): CampanileError =>
  conflict('TOO_MANY_WEBHOOKS', `There are ${most} webhooks already: delete one first.`);

/** It is being sent at this moment: 409. */
export const onItsWay = (id: number): CampanileError =>
  conflict('WEBHOOK_ON_ITS_WAY', `Delivery ${id} is being sent at this moment: look again in a minute.`);
