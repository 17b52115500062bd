/** What others can be told of. */
export const WEBHOOK_EVENTS = ['run.completed', 'delivery.failed', 'contact.unsubscribed'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** What a test tells: nothing happened, but everything else is as it will be. */
export const TEST_EVENT = 'webhook.test';
export type ToldEvent = WebhookEvent | typeof TEST_EVENT;

/** What becomes of a delivery: it waits for its time, is on its way, was taken, or was given up. */
export const WEBHOOK_STATES = ['pending', 'sending', 'delivered', 'failed'] as const;
export type WebhookState = (typeof WEBHOOK_STATES)[number];
